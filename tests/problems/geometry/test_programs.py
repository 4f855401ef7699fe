"""The programs of our own as modules: what they return is feasible, and the better ones are better."""

import time
from types import ModuleType

import numpy as np
import pytest

from problems.geometry.areas import smallest_area, weights
from problems.geometry.programs import (
    circles_grid,
    circles_hopping,
    circles_jitter,
    circles_slsqp,
    heilbronn_annealing,
    heilbronn_jitter,
    heilbronn_rings,
    heilbronn_slsqp,
)
from problems.geometry.radii import centres, largest_radii, total

CIRCLES = (circles_grid, circles_jitter, circles_slsqp, circles_hopping)
HEILBRONN = (heilbronn_rings, heilbronn_jitter, heilbronn_slsqp, heilbronn_annealing)


def circles(program: ModuleType, n: int, seconds: float) -> float:
    return total(largest_radii(centres(program.construct(n, 1, seconds), n)))


def heilbronn(program: ModuleType, n: int, seconds: float) -> float:
    return smallest_area(weights(program.construct(n, 1, seconds), n))


@pytest.mark.parametrize("program", CIRCLES)
@pytest.mark.parametrize("n", [20, 26, 32])
def test_centres_are_feasible_within_the_time(program: ModuleType, n: int) -> None:
    began = time.process_time()
    assert circles(program, n, 0.2) > 0.5
    assert time.process_time() - began < 0.4


@pytest.mark.parametrize("program", HEILBRONN)
@pytest.mark.parametrize("n", [7, 11, 14])
def test_weights_are_feasible_within_the_time(program: ModuleType, n: int) -> None:
    began = time.process_time()
    assert heilbronn(program, n, 0.2) > 0
    assert time.process_time() - began < 0.4


def test_the_grid_of_26_is_worth_what_geometry_says() -> None:
    assert circles(circles_grid, 26, 1) == pytest.approx(2.5 + 0.1 * (np.sqrt(2) - 1), abs=1e-12)


def test_a_search_is_better_than_none() -> None:
    assert circles(circles_hopping, 26, 1.5) > 2.6 > circles(circles_grid, 26, 1)
    assert heilbronn(heilbronn_annealing, 11, 1.5) > 0.02 > heilbronn(heilbronn_rings, 11, 1)


@pytest.mark.slow
@pytest.mark.parametrize(("program", "n", "floor"), [(circles_hopping, 26, 2.634), (circles_hopping, 32, 2.932)])
def test_the_hand_written_program_is_near_the_record_after_a_minute(program: ModuleType, n: int, floor: float) -> None:
    assert circles(program, n, 60) > floor


@pytest.mark.slow
def test_the_hand_written_program_reaches_the_published_area_after_a_minute() -> None:
    assert heilbronn(heilbronn_annealing, 11, 60) > 0.035
