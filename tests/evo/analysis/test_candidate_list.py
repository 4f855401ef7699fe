"""The list of candidates: which ones are wanted, in which order, page by page."""

import pytest

from evo.analysis.candidate_list import (
    CandidateFilter,
    CandidateStatus,
    Order,
    count_candidates,
    list_candidates,
    operators_and_models,
)


@pytest.fixture
def listed(run, takes, is_refused):
    """Return a run with a candidate of every status, and a function that gives the ordinals of those wanted."""
    run.add(0, 0.5, operator="seed", model="seed EDD", source="def f(): return d", placements=[takes(0)])
    run.add(1, 0.3, (0,), source="def f(): return 100%", island=1, placements=[takes(1, displaced=0)])
    run.add(2, 0.4, (0, 1), operator="cross", placements=[is_refused(2)])
    run.add(3, None, (1,), source="def f(): return 1 / 0")
    run.add(4, None, source="")
    run.add(5, 0.3, (2,), repeat_of=1, placements=[is_refused(5)])
    run.score(1, 0.35, "validation")
    run.score(2, 0.25, "validation")

    def ordinals(order=Order.CANDIDATE, downward=False, count=10, skipped=0, **wanted):
        rows = list_candidates(run.store, CandidateFilter(**wanted), order, downward, count, skipped)
        return [row.ordinal for row in rows]

    return run.store, ordinals


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, [0, 1, 2, 3, 4, 5]),
        ({"operator": "cross"}, [2]),
        ({"model": "seed EDD"}, [0]),
        ({"island": 1}, [1]),
        ({"low": 0.4}, [0, 2]),
        ({"high": 0.4}, [1, 2, 5]),
        ({"low": 0.35, "high": 0.45}, [2]),
        ({"text": "return"}, [0, 1, 3]),
        ({"text": "100%"}, [1]),
        ({"text": "RETURN"}, []),
        ({"status": CandidateStatus.NEW}, [0]),
        ({"status": CandidateStatus.IMPROVED}, [1]),
        ({"status": CandidateStatus.REJECTED}, [2]),
        ({"status": CandidateStatus.FAILED}, [3]),
        ({"status": CandidateStatus.NO_SOURCE}, [4]),
        ({"status": CandidateStatus.REPEAT}, [5]),
        ({"status": CandidateStatus.REPEAT, "low": 0.4}, []),
    ],
)
def test_those_that_are_wanted_are_listed_and_counted(listed, wanted, found):
    store, ordinals = listed
    assert ordinals(**wanted) == found
    assert count_candidates(store, CandidateFilter(**wanted)) == len(found)


@pytest.mark.parametrize(
    ("order", "upward", "downward"),
    [
        (Order.CANDIDATE, [0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0]),
        (Order.GAP, [1, 5, 2, 0, 3, 4], [0, 2, 1, 5, 3, 4]),
        (Order.VALIDATION, [2, 1, 5, 0, 3, 4], [1, 5, 2, 0, 3, 4]),
    ],
)
def test_they_come_in_order_and_those_without_a_value_last(listed, order, upward, downward):
    _, ordinals = listed
    assert ordinals(order) == upward
    assert ordinals(order, downward=True) == downward


def test_a_page_holds_so_many_after_those_before(listed):
    _, ordinals = listed
    assert ordinals(Order.GAP, count=2, skipped=1) == [5, 2]
    assert ordinals(count=2, skipped=6) == []


def test_a_row_tells_parents_gaps_and_what_became_of_it(listed):
    store, _ = listed
    *_, cross, failed, _, repeat = list_candidates(store, CandidateFilter(), Order.CANDIDATE, False, 10)
    assert (cross.parents, cross.gaps, cross.parent_gap, cross.validation) == ((0, 1), (0.4,), 0.3, 0.25)
    assert (failed.gaps, failed.parent_gap, failed.status) == ((), 0.3, "failed")
    assert (repeat.repeat_of, repeat.gaps, repeat.validation) == (1, (0.3,), 0.35)


def test_of_equal_gaps_the_fitter_on_lower_levels_comes_first(run):
    run.add(0, 0.5, lower=(0.2,))
    run.add(1, 0.5, lower=(0.1,))
    assert [row.ordinal for row in list_candidates(run.store, CandidateFilter(), Order.GAP, False, 9)] == [1, 0]


def test_operators_and_models_are_named_once_each(listed):
    store, _ = listed
    assert operators_and_models(store) == (("cross", "seed", "vary"), ("embedded", "seed EDD"))
