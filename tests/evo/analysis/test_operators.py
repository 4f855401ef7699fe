"""What operators and models were worth."""

import pytest

from evaluators import FailureKind
from evo.analysis.operators import CallCharges, OperatorRecord, call_charges, improvements_by, operator_records
from evo.core.records import Attempt, Usage


def call(dollars: float | None) -> Attempt:
    return Attempt("m", Usage(10, 5, dollars), "reply")


@pytest.fixture
def tried(run, takes, is_refused):
    run.add(0, 0.5, operator="seed", model="seed EDD", placements=[takes(0)])
    run.add(1, 0.6, operator="seed", model="seed SPT", placements=[is_refused(1)])
    run.add(2, 0.4, [0, 1], placements=[takes(2, displaced=0)], model="m", prompt="a", asked=[call(0.5), call(0.25)])
    run.add(3, 0.55, [0, 1], placements=[is_refused(3)], model="m", prompt="b", asked=[call(0.25)])
    run.add(4, None, [2], model="m", prompt="c", asked=[call(0.5)])
    run.add(5, 0.1, [2, 0], operator="cross", placements=[takes(5, displaced=2)])
    return run


def test_improvements_gains_and_costs_are_those_of_an_operators_candidates(tried, values):
    answer = improvements_by(tried.store, "operator")
    assert values(answer, "operator", "candidates", "new_bests", "valid_share", "accepted", "better") == [
        ("vary", 3, 1, 2 / 3, 1, 1),
        ("cross", 1, 1, 1.0, 1, 1),
        ("seed", 2, 0, 1.0, 1, 0),
    ]
    assert values(answer, "mean_gain") == [(pytest.approx(0.1),), (pytest.approx(0.3),), (None,)]
    assert values(answer, "dollars", "dollars_per_best") == [(1.5, 1.5), (0.0, 0.0), (0.0, None)]
    assert values(answer, "tokens") == [(60,), (0,), (0,)]


def test_hopeless_parents_lift_nobody(run, values, takes):
    """An operator that mends bad parents by much stands below one that made a new best of a good one."""
    run.add(0, 0.5, operator="seed", placements=[takes(0)])
    run.add(1, 0.9, [0], operator="spoil")
    for ordinal in range(2, 7):
        run.add(ordinal, 0.6, [1], operator="mend")
    run.add(7, 0.49, [0], operator="refine", placements=[takes(7, displaced=0)])
    run.add(8, 0.51, [7], operator="refine")
    answer = improvements_by(run.store, "operator")
    assert values(answer, "operator", "new_bests", "better") == [
        ("refine", 1, 1),
        ("mend", 0, 5),
        ("spoil", 0, 0),
        ("seed", 0, 0),
    ]
    assert values(answer, "median_change") == [
        (pytest.approx(0.005),),
        (None,),
        (pytest.approx(0.4),),
        (None,),
    ]
    assert "dollars" not in [column.name for column in answer.columns], "nobody was asked"


def test_models_are_told_in_the_same_words(tried, values):
    answer = improvements_by(tried.store, "model")
    assert values(answer, "model", "better", "dollars") == [
        ("m", 1, 1.5),
        ("embedded", 1, 0.0),
        ("seed EDD", 0, 0.0),
        ("seed SPT", 0, 0.0),
    ]


def test_one_unknown_price_makes_the_sum_unknown_and_not_less(tried, values):
    tried.add(6, 0.05, [5], prompt="d", asked=[call(None), call(1.0)])
    answer = improvements_by(tried.store, "operator")
    assert values(answer, "operator", "better", "dollars", "dollars_per_best")[0] == ("vary", 2, None, None)


def test_a_repeat_is_valid_but_no_improvement(tried, values):
    tried.add(6, 0.1, [0], operator="simplify", repeat_of=5)
    answer = improvements_by(tried.store, "operator")
    found = values(answer, "operator", "valid_share", "better", "mean_gain", "median_change")
    assert ("simplify", 1.0, 0, None, None) in found


def test_a_parent_without_a_score_is_beaten_by_nobody_but_does_not_hide_the_others(tried, values):
    tried.add(6, 0.05, [4], operator="repair")
    tried.add(7, 0.04, [6, 4], operator="mend")
    found = dict(values(improvements_by(tried.store, "operator"), "operator", "better"))
    assert (found["repair"], found["mend"]) == (0, 1)


def test_a_lower_level_may_be_what_is_better(run, values):
    run.add(0, 0.5, lower=(0.2,))
    run.add(1, 0.5, [0], lower=(0.1,))
    run.add(2, 0.5, [0, 1], lower=(0.1,))
    assert values(improvements_by(run.store, "operator"), "better", "mean_gain") == [(1, 0.0)]


def test_a_run_without_candidates_has_no_authors(run):
    assert improvements_by(run.store, "model").rows == ()


def test_spend_is_told_by_operator_and_model(make, store):
    request = make.request(0, prompt="x", operator="cross")
    store.record_intent(request)
    attempts = [Attempt("m", Usage(1, 0, 0.5), error="e"), Attempt("m", Usage(2, 3, 0.25, 1.0), "r")]
    store.record_draft(request, make.draft(attempts=attempts))
    store.record_intent(make.request(1, prompt="x"))
    assert call_charges(store) == (
        CallCharges("cross", "m", calls=2, failed=1, unknown=0, usage=Usage(3, 3, 0.75, 1.0)),
        CallCharges("vary", "m", calls=1, failed=0, unknown=1, usage=make.worst),
    )


def test_operator_records_count_what_beat_its_parents(make, store):
    make.placed(store, 0, gap=0.5, operator="seed")
    make.placed(store, 1, gap=0.4, parents=[0])
    make.placed(store, 2, gap=0.45, parents=[0, 1])
    make.repeated(store, 3, repeat_of=2)
    make.failed(store, 4, FailureKind.TIMEOUT)
    assert operator_records(store) == (
        OperatorRecord("seed", "embedded", candidates=1, failed=0, repeats=0, accepted=1, better=0),
        OperatorRecord("vary", "embedded", candidates=4, failed=1, repeats=1, accepted=2, better=1),
    )


def test_a_lower_level_may_be_what_beats_the_parents(make, store):
    make.placed(store, 0, gap=0.5, lower=(0.2,))
    make.placed(store, 1, gap=0.5, parents=[0], lower=(0.1,))
    make.placed(store, 2, gap=0.5, parents=[0, 1], lower=(0.1,))
    make.placed(store, 3, gap=0.6, parents=[0], lower=(0.0,))
    assert [record.better for record in operator_records(store)] == [1]
