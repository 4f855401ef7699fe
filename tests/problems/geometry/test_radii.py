from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from problems import Infeasible
from problems.geometry.exact_arithmetic import Reals
from problems.geometry.radii import centres, feasible, largest_radii, relaxed_radii, total

UNIT = st.floats(0, 1, allow_subnormal=True)
POINTS = st.lists(st.tuples(UNIT, UNIT), min_size=2, max_size=7, unique=True).map(np.array)


def proved(points: Reals, radii: Reals) -> bool:
    """The same check by fractions, one circle and one pair after another."""
    x, y = ([Fraction(float(value)) for value in column] for column in points.T)
    r = [Fraction(float(value)) for value in radii]
    inside = [radius >= 0 and radius <= min(a, 1 - a, b, 1 - b) for a, b, radius in zip(x, y, r, strict=True)]
    apart = [(r[i] + r[j]) ** 2 <= (x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2 for i, j in combinations(range(len(r)), 2)]
    return all(inside + apart)


def best_vertex(points: Reals) -> float:
    """The largest sum of radii of three circles, by all vertices of the polytope."""
    w = np.minimum(points, 1 - points).min(axis=1)
    pairs = list(combinations(range(3), 2))
    rows = np.vstack([np.eye(3)[i] + np.eye(3)[j] for i, j in pairs] + [np.eye(3), -np.eye(3)])
    most = np.array([*(np.hypot(*(points[i] - points[j])) for i, j in pairs), *w, 0, 0, 0])
    best = 0.0
    for chosen in combinations(range(9), 3):
        if abs(np.linalg.det(rows[list(chosen)])) > 0.5:
            r = np.linalg.solve(rows[list(chosen)], most[list(chosen)])
            if (rows @ r <= most + 1e-9).all():
                best = max(best, float(r.sum()))
    return best


@settings(max_examples=60, deadline=None)
@given(POINTS)
def test_radii_are_proved_feasible_and_lose_nothing_but_rounding(points: Reals) -> None:
    radii = largest_radii(points)
    assert proved(points, radii)
    assert relaxed_radii(points).sum() - radii.sum() < 1e-6


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(UNIT, UNIT), min_size=3, max_size=3, unique=True).map(np.array))
def test_three_radii_have_the_largest_sum_of_all_vertices(points: Reals) -> None:
    assert total(largest_radii(points)) == pytest.approx(best_vertex(points), abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(POINTS, st.integers(-3, 3))
def test_whole_numbers_and_fractions_agree_on_what_is_feasible(points: Reals, ulps: int) -> None:
    radii = relaxed_radii(points)
    radii[0] = max(0.0, radii[0] + ulps * 2.0**-54)
    assert feasible(points, radii) == proved(points, radii)


def test_two_circles_share_their_distance() -> None:
    assert total(largest_radii(np.array([[0.25, 0.5], [0.75, 0.5]]))) == 0.5
    assert total(largest_radii(np.array([[0.5, 0.5], [0.5, 0.25]]))) == 0.5 - 0.25


def test_the_grid_of_five_with_a_circle_in_a_hole_is_worth_what_geometry_says() -> None:
    cells = [((i + 0.5) / 5, (j + 0.5) / 5) for i in range(5) for j in range(5)]
    found = total(largest_radii(np.array([*cells, (0.2, 0.2)])))
    exact = 2.5 + 0.1 * (np.sqrt(2) - 1)
    assert exact - 1e-13 < found < exact


def test_a_millionth_of_slack_cannot_be_had() -> None:
    points = np.array([[0.25, 0.5], [0.75, 0.5]])
    assert not feasible(points, np.array([0.25, np.nextafter(0.25, 1)]))
    assert feasible(points, np.array([0.25, 0.25]))


@pytest.mark.parametrize("entry", [np.nan, np.inf, -np.inf, -1e-15, -5e-324, 1 + 2.3e-16, 1e300])
def test_a_centre_outside_is_refused_and_named_however_close(entry: float) -> None:
    points = np.array([[0.5, 0.5], [0.5, entry], [0.1, 0.1]])
    with pytest.raises(Infeasible, match="Centre 1 lies outside"):
        centres(points, 3)


def test_equal_centres_are_refused_and_named() -> None:
    with pytest.raises(Infeasible, match="Centres 0 and 2 are the same point"):
        centres(np.array([[0.5, 0.5], [0.1, 0.1], [0.5, 0.5]]), 3)
    with pytest.raises(Infeasible, match="Centres 0 and 1 are the same point"):
        centres(np.array([[0.0, 0.5], [-0.0, 0.5]]), 2)


@pytest.mark.parametrize("shape", [(2, 3), (3, 2), (4,), (0, 2), (1, 2, 2)])
def test_a_wrong_shape_or_type_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(Infeasible, match="Expected 2 x 2 reals"):
        centres(np.full(shape, 0.5), 2)
    with pytest.raises(Infeasible, match="Expected 2 x 2 reals"):
        centres(np.array([[0, 1], [1, 0]]), 2)


def test_centres_in_corners_on_walls_and_a_hair_apart_have_radii_of_nothing() -> None:
    assert total(largest_radii(np.array([[0.0, 0.0], [1.0, 1.0], [0.0, 0.3]]))) == 0
    tiny = np.array([[0.5, 0.5], [0.5, np.nextafter(0.5, 1)], [5e-324, 0.5]])
    assert 0 <= total(largest_radii(tiny)) <= 2.0**-53 + 1e-300
