"""Plain values as arrays, and problems that one function states."""

import math
from typing import ClassVar

import numpy as np
import pytest

from problems import Infeasible, Sense, SolutionShape, Split
from problems.plain import as_words, plain_value
from problems.scored import ScoredProblem

BASELINES = {"none": "def solve(instance):\n    return []\n", "first": "def solve(instance):\n    return [0]\n"}


@pytest.mark.parametrize("value", [0, -1.5, True, None, "ä\n", [], [1, [2.5, "x"]], {"a": {"b": [1]}}, 10**30])
def test_a_value_comes_back_as_it_was(value):
    words = as_words(value)
    assert words.dtype == np.int64
    assert plain_value(words) == value


@pytest.mark.parametrize("value", [math.nan, math.inf, {1: 2}, {1, 2}, object(), np.arange(3)])
def test_what_is_no_plain_value_is_refused(value):
    with pytest.raises(ValueError, match="Expected"):
        as_words(value)


@pytest.mark.parametrize("text", [b"[1, 2", b"NaN     ", b"[1e999]", b"[" * 4096, b"\xff" * 8, b"9" * 8000])
def test_bytes_that_a_process_made_up_are_no_solution(text):
    words = np.frombuffer(text.ljust(-(-len(text) // 8) * 8), np.int64)
    with pytest.raises(Infeasible):
        plain_value(words)


def test_a_shape_of_plain_values_holds_integers():
    with pytest.raises(ValueError, match="integral=True"):
        SolutionShape((8,), integral=False, plain=True)


@pytest.fixture
def total():
    """Return a problem: choose numbers of an instance of the largest sum that is no more than 10."""

    def score(solution, instance):
        assert sum(instance[place] for place in solution) <= 10, "too heavy"
        return sum(instance[place] for place in solution)

    class Total(ScoredProblem):
        name = "total"
        sense = Sense.MAXIMISE
        baselines: ClassVar[dict[str, str]] = BASELINES
        values: ClassVar[dict[str, list[list[int]]]] = {split: [[3, 9, 7]] for split in Split}

    Total.score = staticmethod(score)
    return Total()


def test_a_solution_is_scored_by_the_function_and_its_complaints_are_constraints(total):
    (instance,) = total.instances(Split.TEST)
    assert total.objective(instance, as_words([0, 2])) == 10
    for strange, words in {
        (0, 1): "AssertionError: too heavy",
        7: "TypeError",
        (5,): "IndexError",
        ("x",): "TypeError",
    }.items():
        with pytest.raises(Infeasible, match=words):
            total.objective(instance, as_words(strange))


def test_the_reference_is_what_the_best_baseline_reaches(total):
    (instance,) = total.instances(Split.TRAIN)
    assert total.reference(instance).value == 3
    type(total).best_known = staticmethod(max)
    assert total.reference(instance).value == 9


class Emptied(ScoredProblem):
    """Its only baseline takes the instance apart."""

    name = "emptied"
    sense = Sense.MAXIMISE
    values: ClassVar[dict[str, list[object]]] = {split: [[3, 1, 2]] for split in Split}
    baselines: ClassVar[dict[str, str]] = {
        "popping": "def solve(instance):\n    return [instance.pop() for _ in range(3)]\n"
    }

    @staticmethod
    def score(solution, instance):
        return sum(instance) if sorted(solution) == sorted(instance) else next(iter([]))


def test_a_baseline_may_change_the_instance_that_it_is_given():
    problem = Emptied()
    (instance,) = problem.instances(Split.TRAIN)
    assert problem.reference(instance).value == 6


def test_whatever_a_scoring_function_raises_is_the_failure_of_the_solution():
    problem = Emptied()
    (instance,) = problem.instances(Split.TRAIN)
    with pytest.raises(Infeasible, match="StopIteration"):
        problem.objective(instance, as_words([7]))
