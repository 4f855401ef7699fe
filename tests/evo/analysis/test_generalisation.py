"""Train against validation and test."""

import pytest

from evo.analysis.generalisation import generalise
from problems import Split


@pytest.fixture
def scored(run):
    for ordinal, gap in enumerate((0.4, 0.1, 0.2, 0.3)):
        run.add(ordinal, gap)
    run.score(1, 0.5, Split.VALIDATION)
    run.score(2, 0.25, Split.VALIDATION)
    run.score(2, 0.3, Split.TEST)
    return run


def test_the_fittest_on_train_are_set_beside_their_other_gaps(scored, values):
    answer = generalise(scored.store, 3)
    assert values(answer, "candidate", "train", "validation", "test") == [
        (1, 0.1, 0.5, None),
        (2, 0.2, 0.25, 0.3),
        (3, 0.3, None, None),
    ]
    assert values(answer, "train_place", "validation_place", "test_place") == [(1, 2, None), (2, 1, 1), (3, None, None)]
    assert values(answer, "validation_less_train")[1] == (pytest.approx(0.05),)
    assert "4 on train, 2 on validation, 1 on test" in answer.notes[1]


def test_the_picked_one_comes_first_however_it_ranks(scored, values):
    scored.store.record_selected(2)
    assert values(generalise(scored.store, 2), "candidate", "picked") == [(2, "yes"), (1, None)]
    scored.add(4, 0.4, repeat_of=0)
    scored.store.record_selected(4)
    assert values(generalise(scored.store, 2), "candidate", "picked") == [(0, "yes"), (1, None)]


def test_those_that_validation_saw_can_be_listed_alone(scored, values):
    assert values(generalise(scored.store, 9, scored=True), "candidate") == [(1,), (2,)]


def test_a_run_without_scores_answers(run):
    assert generalise(run.store, 3).rows == ()
