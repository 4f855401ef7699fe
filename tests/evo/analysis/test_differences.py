"""What changed in the source, line by line."""

import pytest

from evo.analysis.differences import diff
from evo.core.errors import UserError


@pytest.fixture
def family(run):
    run.add(0, 0.5, source="a\nb\nc")
    run.add(1, 0.3, source="a\nB\nc")
    run.add(2, 0.2, [0, 1], source="a\nB\nc\nd")
    run.add(3, None, [0], source="")
    return run.store


def test_a_difference_is_from_the_fittest_parent(family):
    answer = diff(family, 2)
    assert answer.title == "from 1 (gap 30.000%) to 2 (gap 20.000%)"
    assert answer.rows == (
        (1, "place", "@ -1,3 +1,4 @@"),
        (2, "kept", "a"),
        (3, "kept", "B"),
        (4, "kept", "c"),
        (5, "added", "d"),
    )


def test_any_other_candidate_may_be_compared_with(family):
    changed = [(kind, words) for _, kind, words in diff(family, 2, 0).rows if kind in ("added", "removed")]
    assert changed == [("removed", "b"), ("added", "B"), ("added", "d")]


def test_equal_sources_are_said_to_be(family):
    answer = diff(family, 2, 2)
    assert answer.rows == ()
    assert "the sources are the same" in answer.notes


@pytest.mark.parametrize(
    ("ordinal", "parent", "says"),
    [(0, None, "0 has no parent: name another"), (3, None, "3 has no source: no code"), (2, 3, "3 has no source")],
)
def test_what_cannot_be_compared_is_said(ordinal, parent, says, family):
    with pytest.raises(UserError, match=says):
        diff(family, ordinal, parent)


def test_lower_levels_decide_which_parent_is_the_fittest(run):
    run.add(0, 0.5, lower=(0.2,))
    run.add(1, 0.5, lower=(0.1,))
    run.add(2, 0.4, [0, 1])
    assert diff(run.store, 2).title.startswith("from 1 ")


def test_a_parent_that_failed_is_the_fittest_only_when_all_did(run):
    run.add(0, None)
    run.add(1, 0.5)
    run.add(2, 0.4, [0, 1])
    run.add(3, 0.4, [0])
    assert diff(run.store, 2).title.startswith("from 1 ")
    assert diff(run.store, 3).title.startswith("from 0 (no score)")
