import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from problems.geometry.symmetry import SQUARE, SWAPS, mirror_residual, square_residual

UNIT = st.floats(0, 1)


def test_a_grid_is_symmetric_and_random_points_are_not() -> None:
    grid = np.array([((i + 0.5) / 4, (j + 0.5) / 4) for i in range(4) for j in range(4)])
    assert square_residual(grid) == pytest.approx(0, abs=1e-12)
    assert square_residual(np.random.default_rng(1).random((26, 2))) > 0.5


def test_each_symmetry_of_the_square_is_found_alone() -> None:
    points = np.random.default_rng(2).random((6, 2))
    for symmetry in SQUARE:
        images, orbit = points, [points]
        for _ in range(3):
            images = (images - 0.5) @ symmetry + 0.5
            orbit.append(images)
        assert square_residual(np.concatenate(orbit)) == pytest.approx(0, abs=1e-9)


def test_each_mirror_of_the_triangle_is_found_alone() -> None:
    rows = np.random.default_rng(3).dirichlet(np.ones(3), 6)
    for swap in SWAPS:
        assert mirror_residual(np.concatenate((rows, rows @ swap))) == pytest.approx(0, abs=1e-12)
    assert mirror_residual(rows) > 0.1


@given(st.lists(st.tuples(UNIT, UNIT), min_size=1, max_size=8))
def test_residuals_lie_from_0_to_1(points: list[tuple[float, float]]) -> None:
    assert 0 <= square_residual(np.array(points)) <= 1
    rows = np.column_stack((np.array(points), np.ones(len(points))))
    assert 0 <= mirror_residual(rows) <= 1
