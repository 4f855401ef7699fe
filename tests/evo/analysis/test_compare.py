"""Two runs side by side."""

import pytest

from evo.analysis.compare import compare
from evo.core.records import Attempt, Usage
from evo.store import StoreError


def told(answer) -> dict[str, tuple[object, ...]]:
    return {row[0]: row[1:] for row in answer.rows}


@pytest.fixture
def two(make_run):
    first, second = make_run("one"), make_run("other")
    for run, gaps in ((first, (0.5, 0.3, 0.2)), (second, (0.5, 0.4, 0.4, 0.3))):
        for ordinal, gap in enumerate(gaps):
            run.add(ordinal, gap, prompt="p", asked=[Attempt("m", Usage(10, 5, 0.5), "r")])
    return first, second


def test_figures_stand_side_by_side(two):
    first, second = two
    found = told(compare(first.store, second.store))
    assert found["candidates"][:2] == (3, 4)
    assert found["dollars"][:2] == (1.5, 2.0)
    assert found["best"][:2] == (2, 3)
    assert found["gap on train, %"] == (20.0, 30.0, -10.0, None, None, "too few to tell")
    assert found["gap on test, %"] == (None,) * 6


def test_what_each_needed_to_match_the_other_is_told(two):
    first, second = two
    found = told(compare(first.store, second.store))
    assert found["candidates to match"][:2] == (2, None)
    assert found["dollars to match"][:2] == (1.0, None)


def test_the_other_way_round_the_signs_turn(two):
    first, second = two
    assert told(compare(second.store, first.store))["gap on train, %"] == (
        30.0,
        20.0,
        10.0,
        None,
        None,
        "too few to tell",
    )


def test_with_enough_instances_the_difference_has_an_interval_and_is_certain_or_not(two, monkeypatch):
    monkeypatch.setattr("evaluators.statistics.FEWEST", 3)
    first, second = two
    found = told(compare(first.store, second.store))["gap on train, %"]
    assert found == (20.0, 30.0, -10.0, -10.0, -10.0, "certain")


def test_instance_sets_that_differ_are_told_and_the_common_ones_compared(make_run):
    first, second = make_run("one", train=3), make_run("other", train=2)
    for run, gap in ((first, 0.2), (second, 0.1)):
        run.add(0, gap)
    answer = compare(first.store, second.store)
    assert "train: the instance sets differ: 3 and 2, 2 of them in both" in answer.notes
    assert told(answer)["gap on train, %"][2] == pytest.approx(10.0)


def test_different_problems_are_told_and_nothing_is_matched(make_run):
    first, second = make_run("one"), make_run("other", problem="smtt")
    for run in (first, second):
        run.add(0, 0.2)
    answer = compare(first.store, second.store)
    assert "different problems: toy and smtt" in answer.notes
    assert "candidates to match" not in told(answer)


def test_a_run_without_a_score_cannot_be_compared(make_run):
    first, second = make_run("one"), make_run("other")
    first.add(0, 0.5)
    with pytest.raises(StoreError, match="no candidate has a score yet"):
        compare(first.store, second.store)
