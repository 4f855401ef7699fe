from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from problems import Infeasible
from problems.geometry.areas import areas, coincident, smallest_area, weights
from problems.geometry.exact_arithmetic import Reals

WEIGHT = st.floats(0, 1e6, allow_subnormal=True)
ROWS = st.lists(st.tuples(WEIGHT, WEIGHT, WEIGHT), min_size=3, max_size=6).map(np.array)


def by_coordinates(rows: Reals) -> list[Fraction]:
    """The areas of points with rational coordinates in the right triangle, by the shoelace formula."""
    exact = [[Fraction(float(weight)) for weight in row] for row in rows]
    points = [(u / (u + v + w), v / (u + v + w)) for u, v, w in exact]
    return [abs((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])) for a, b, c in combinations(points, 3)]


@settings(max_examples=60)
@given(ROWS)
def test_areas_are_those_of_the_points_by_coordinates(rows: Reals) -> None:
    assume((rows.sum(axis=1) >= 1e-6).all())
    assert areas(rows) == by_coordinates(rows)
    assert Fraction(smallest_area(rows)) <= min(by_coordinates(rows))


def test_the_corners_span_the_whole_triangle_and_midpoints_a_quarter() -> None:
    assert smallest_area(np.eye(3)) == 1
    assert smallest_area(np.array([[1.0, 1, 0], [0, 1, 1], [1, 0, 1]])) == 0.25


@settings(max_examples=30)
@given(st.lists(st.tuples(*[st.integers(1, 1000)] * 3), min_size=4, max_size=6), st.integers(0, 10))
def test_weights_mean_the_same_when_multiplied(rows: list[tuple[int, int, int]], power: int) -> None:
    points = np.array(rows, dtype=np.float64)
    assert smallest_area(points) == smallest_area(points * 2.0**-power)


def test_collinear_points_are_worth_nothing() -> None:
    assert smallest_area(np.array([[1.0, 0, 0], [0, 1, 0], [1, 1, 0], [1, 1, 1]])) == 0


@pytest.mark.parametrize("entry", [np.nan, np.inf, -np.inf, -1e-15, -5e-324, 1.0000001e6, 1e300])
def test_a_weight_out_of_range_is_refused_and_its_point_named(entry: float) -> None:
    with pytest.raises(Infeasible, match="Point 1 has a weight outside 0 to 1e"):
        weights(np.array([[1, 1, 1], [1, 1, entry], [0, 0, 1.0]]), 3)


@pytest.mark.parametrize("row", [[0.0, 0.0, 0.0], [5e-324, 0.0, 0.0], [0.0, 9e-7, 0.0]])
def test_a_point_of_next_to_no_weight_is_refused(row: list[float]) -> None:
    with pytest.raises(Infeasible, match="Point 2 has weights of sum below 1e-06"):
        weights(np.array([[1.0, 0, 0], [0, 1.0, 0], row]), 3)


@pytest.mark.parametrize("shape", [(3, 2), (2, 3), (9,), (1, 3, 3)])
def test_a_wrong_shape_or_type_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(Infeasible, match="Expected 3 x 3 reals"):
        weights(np.ones(shape), 3)
    with pytest.raises(Infeasible, match="Expected 3 x 3 reals"):
        weights(np.eye(3, dtype=np.int64), 3)


def test_points_are_the_same_whatever_their_weights_are_multiplied_with() -> None:
    assert coincident(np.array([[1.0, 2, 3], [1, 1, 1], [0.5, 1, 1.5]])) == (0, 2)
    assert coincident(np.array([[1.0, 2, 3], [1, 1, 1], [0.5, 1, np.nextafter(1.5, 2)]])) is None


def test_a_denormal_weight_is_no_trick() -> None:
    rows = np.array([[1.0, 0, 0], [0, 1, 0], [5e-324, 0, 1]])
    assert 1 - 1e-15 < smallest_area(rows) <= 1
