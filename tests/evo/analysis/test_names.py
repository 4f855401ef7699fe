"""What people may call a candidate."""

import pytest

from evo.analysis import candidate_of
from evo.core.validation import ConfigError
from evo.store import StoreError


@pytest.fixture
def named(run):
    run.add(0, 0.5, digest="abc1" * 16)
    run.add(1, 0.2, digest="abc2" * 16)
    run.add(2, 0.2, digest="abc2" * 16, repeat_of=1)
    run.add(3, 0.3, digest="9870" * 16)
    return run.store


@pytest.mark.parametrize(
    ("name", "ordinal"), [("0", 0), ("03", 3), ("best", 1), ("abc2", 1), ("ABC1ab", 0), ("987", 3), ("9870" * 16, 3)]
)
def test_a_candidate_goes_by_ordinal_digest_or_best(name, ordinal, named):
    assert candidate_of(named, name) == ordinal


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("abc", "Several candidates fit 'abc': abc1abc1abc1 (#0), abc2abc2abc2 (#1)."),
        ("4", "No candidate '4': expected 0 to 3, the beginning of a digest (3 letters or more), or best."),
        ("99999999999999999999999", "expected 0 to 3"),
        ("ab", "No candidate 'ab': expected 0 to 3"),
        ("abx1", "nearest: abc1abc1 (#0)"),
        ("xbc2abc2", "nearest: abc2abc2 (#1)"),
        ("%%%", "No candidate '%%%': expected 0 to 3"),
        ("", "No candidate '': expected 0 to 3"),
        ("f" * 500, "expected 0 to 3"),
    ],
)
def test_a_wrong_name_is_told_what_there_is(name, says, named):
    with pytest.raises(ConfigError) as told:
        candidate_of(named, name)
    assert says in str(told.value)
    assert "\n" not in str(told.value)


def test_a_run_without_candidates_says_so(run):
    with pytest.raises(ConfigError, match="the run has none yet"):
        candidate_of(run.store, "0")
    with pytest.raises(StoreError, match="no candidate has a score yet"):
        candidate_of(run.store, "best")
