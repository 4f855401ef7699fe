"""How often test was looked at is said from the second look on; a later winner's figure is marked."""

import pytest

from evo.analysis.candidates import show
from evo.analysis.looks import LooksAtTest, looked_at, looks_at_test
from evo.store import ScoredBy
from evo.store.looks import add_evaluation_look
from problems import Split


def won(make, store, *ordinals: int) -> None:
    for place, ordinal in enumerate(ordinals):
        outcome = make.evaluation(0.5, Split.TEST)
        store.record_score(ordinal, Split.TEST, outcome, ScoredBy.RESUME if place else ScoredBy.RUN)


@pytest.fixture
def three(make, store):
    for ordinal in range(3):
        make.placed(store, ordinal, gap=0.5)
    return store


def test_a_run_that_was_never_scored_on_test_has_no_look(three):
    assert looks_at_test(three, None) == looks_at_test(three, 0) == LooksAtTest(0)


def test_the_only_look_of_the_first_winner_is_not_worth_a_word(make, three):
    won(make, three, 1)
    assert looks_at_test(three, 1) == LooksAtTest(1)
    assert looks_at_test(three, 1).sentences == ()


def test_the_same_winner_again_is_a_look_without_a_mark(make, three):
    won(make, three, 1, 1)
    assert looks_at_test(three, 1).sentences == ("test instances were looked at 2 times",)


@pytest.mark.parametrize(
    ("winners", "which"), [((1, 2), "second winner"), ((1, 1, 2), "second winner"), ((0, 1, 2), "later winner")]
)
def test_a_later_winner_is_marked(make, three, winners, which):
    won(make, three, *winners)
    looks = looks_at_test(three, 2)
    assert looks.count == len(winners)
    assert looks.mark.startswith(which)
    assert looks.sentences[-1] == looks.mark


def test_the_first_winner_is_not_marked_when_another_came_after_it(make, three):
    won(make, three, 1, 2)
    assert looks_at_test(three, 1) == LooksAtTest(2, resumed=True)


def test_a_repeat_of_the_first_winner_is_no_second_winner(make, three):
    make.repeated(three, 3, repeat_of=1)
    won(make, three, 1, 3)
    assert looks_at_test(three, 3) == LooksAtTest(2, resumed=True)


def test_what_evaluate_looked_at_won_nothing(make, three):
    add_evaluation_look(three.path, "d0")
    won(make, three, 2)
    assert looks_at_test(three, 0) == looks_at_test(three, 2) == LooksAtTest(2)


def test_a_candidate_says_nothing_of_test_where_it_has_no_figure_there(make, three):
    won(make, three, 1, 2)
    assert show(three, 0).beside_test == ()
    assert len(show(three, 2).beside_test) == 2


@pytest.mark.parametrize(("count", "said"), [(1, "once"), (2, "2 times")])
def test_looks_are_told_in_words(count, said):
    assert looked_at(count) == f"test instances were looked at {said}"
