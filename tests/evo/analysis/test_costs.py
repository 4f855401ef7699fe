"""What it took until a gap was reached."""

import pytest

from evo.analysis.costs import cost
from evo.core.records import Attempt, Usage


@pytest.fixture
def paid(run):
    run.add(0, 0.5, operator="seed")
    for ordinal, gap, dollars in ((1, 0.6, 0.5), (2, 0.3, 0.25), (3, 0.2, 1.0), (4, 0.2, 2.0)):
        run.add(ordinal, gap, [0], prompt="p", asked=[Attempt("m", Usage(10, 5, dollars), "reply")])
    return run


def test_each_improvement_has_a_row_and_the_end_of_the_run_the_last(paid, values):
    answer = cost(paid.store)
    assert values(answer, "candidate", "gap", "candidates", "tokens", "dollars") == [
        (0, 0.5, 1, 0, 0.0),
        (2, 0.3, 3, 30, 0.75),
        (3, 0.2, 4, 45, 1.75),
        (3, 0.2, 5, 60, 3.75),
    ]
    assert "5 candidates" in answer.notes[-1]


def test_the_first_point_that_reaches_a_gap_is_told(paid, values):
    assert values(cost(paid.store, 0.3), "candidate", "candidates", "dollars") == [(2, 3, 0.75)]
    assert values(cost(paid.store, 0.25), "candidate") == [(3,)]


def test_a_gap_that_was_not_reached_is_told_with_the_best_so_far(paid):
    answer = cost(paid.store, 0.1)
    assert answer.rows == ()
    assert answer.notes[-1] == "not reached: the best so far is 20.000%"


def test_an_unknown_price_stays_unknown_from_there_on(paid, values):
    paid.add(5, 0.1, [3], prompt="p", asked=[Attempt("m", Usage(10, 5, None), "reply")])
    assert values(cost(paid.store), "dollars")[-2:] == [(1.75,), (None,)]


def test_a_run_without_a_score_has_cost_nothing_to_speak_of(run):
    assert cost(run.store).rows == ()
    assert cost(run.store, 0.1).rows == ()


def test_the_candidate_that_validation_picked_is_told_with_what_it_took(paid):
    paid.store.record_selected(2)
    told = cost(paid.store).notes[-1]
    assert told == "best, picked by validation: 2, gap 30.000%, there after 3 candidates, 0.00 s, 30 tokens, $0.7500"


def test_nothing_is_picked_before_the_end(paid):
    assert not any("picked" in note for note in cost(paid.store).notes)
