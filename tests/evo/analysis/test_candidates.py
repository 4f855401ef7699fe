"""Candidates: found by their names, the best, and all that is recorded of one."""

import pytest

from evo.analysis import find_candidate
from evo.analysis.candidates import header, show, top, worst_instances
from evo.core.errors import UserError
from evo.core.records import Attempt, Usage
from evo.store import StoreError
from problems import Split


def test_the_header_is_read_by_itself(make, store):
    assert header(store) == make.header()


def test_top_ranks_by_gap_and_leaves_repeats_out(make, store):
    for ordinal, gap in enumerate((0.5, 0.2, 0.4)):
        make.placed(store, ordinal, gap)
    make.repeated(store, 3, repeat_of=1)
    store.record_score(2, Split.VALIDATION, make.evaluation(0.9, Split.VALIDATION))
    assert [(row.ordinal, row.gap.scaled, row.validation) for row in top(store, 2)] == [(1, 0.2, None), (2, 0.4, 0.9)]
    assert [row.ordinal for row in top(store, 9)] == [1, 2, 0]
    assert [row.gap.scaled for row in top(store, 9, Split.VALIDATION)] == [0.9]


def test_equally_fit_the_smaller_then_the_earlier_comes_first(make, store):
    for ordinal, size in enumerate((9, 5, 5)):
        store.record_intent(make.request(ordinal))
        store.record_draft(make.request(ordinal), make.draft())
        store.record_outcome(ordinal, make.evaluation(size=size))
    assert [row.ordinal for row in top(store, 3)] == [1, 2, 0]


def test_lower_levels_decide_in_turn_among_the_equally_fit(make, store):
    for ordinal, lower in enumerate(((0.2, 0.1), (0.1, 0.9), (0.1, -0.3))):
        make.placed(store, ordinal, gap=0.5, lower=lower)
    make.placed(store, 3, gap=0.4, lower=(0.9, 0.9))
    assert [(row.ordinal, row.gap.lower) for row in top(store, 9)] == [
        (3, (0.9, 0.9)),
        (2, (0.1, -0.3)),
        (1, (0.1, 0.9)),
        (0, (0.2, 0.1)),
    ]


def test_show_tells_all_of_a_candidate(make, store):
    make.placed(store, 0, gap=0.5)
    request = make.request(1, parents=[0, 0], prompt="improve it")
    store.record_intent(request)
    store.record_draft(request, make.draft("def g(): ...", [Attempt("m", Usage(1, 2, 0.5), "```def g```")]))
    store.record_outcome(1, make.evaluation(0.3, digest="d1"))
    store.record_placements(1, [make.placement(0, "rejected"), make.placement(1)])
    store.record_score(1, Split.VALIDATION, make.evaluation(0.4, Split.VALIDATION, "d1"))
    make.placed(store, 2, gap=0.1, parents=[1, 0])
    make.repeated(store, 3, repeat_of=1)
    record = show(store, 1)
    assert (record.step.parents, record.children, record.repeats) == ((0, 0), (2,), (3,))
    assert (record.step.source, record.digest, record.size) == ("def g(): ...", "d1", 9)
    assert (record.calls[0].messages[0].content, record.calls[0].reply) == ("improve it", "```def g```")
    assert record.placements == (make.placement(1),)
    assert {split: outcome.fitness for split, outcome in record.outcomes.items()} == {
        Split.TRAIN: -0.3,
        Split.VALIDATION: -0.4,
    }


def test_show_of_a_repeat_shows_the_outcome_it_repeats(make, store):
    make.placed(store, 0, gap=0.5)
    make.repeated(store, 1, repeat_of=0)
    record = show(store, 1)
    assert record.step.outcome.fitness == record.outcomes[Split.TRAIN].fitness == -0.5


def test_worst_instances_come_with_their_references(make, store):
    make.placed(store, 0, gap=0.5)
    first, second = worst_instances(store, 0, 2)
    assert (first.position, first.instance.name, first.value, first.gap) == (2, "t2", 10.6, 0.6)
    assert first.instance.reference.value == 12.0
    assert second.gap == 0.5


@pytest.mark.parametrize("query", [show, lambda store, ordinal: worst_instances(store, ordinal, 1)])
def test_an_unknown_candidate_is_one_clear_line(store, query):
    with pytest.raises(StoreError, match="candidate 7"):
        query(store, 7)


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
    assert find_candidate(named, name) == ordinal


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
    with pytest.raises(UserError) as told:
        find_candidate(named, name)
    assert says in str(told.value)
    assert "\n" not in str(told.value)


def test_a_run_without_candidates_says_so(run):
    with pytest.raises(UserError, match="the run has none yet"):
        find_candidate(run.store, "0")
    with pytest.raises(StoreError, match="no candidate has a score yet"):
        find_candidate(run.store, "best")
