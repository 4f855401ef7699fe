import numpy as np
import pytest

from problems import Split
from problems.geometry import Circles, Heilbronn
from problems.geometry.programs import circles_grid

CIRCLES, HEILBRONN = Circles(train=(25,)), Heilbronn(train=(9,))
INSTANCE, POINTS = CIRCLES.instances(Split.TRAIN)[0], circles_grid.construct(25, 0, 1.0)


def test_a_grid_has_equal_radii_sixteen_of_them_at_a_wall_and_every_symmetry() -> None:
    measures = CIRCLES.behaviour(INSTANCE, POINTS)
    assert measures["radius_spread"] == pytest.approx(0, abs=1e-9)
    assert measures["wall_share"] == 16 / 25
    assert measures["asymmetry"] == pytest.approx(0, abs=1e-9)


def test_circles_without_radii_have_measures_too() -> None:
    line = np.column_stack((np.zeros(25), np.linspace(0, 1, 25)))
    assert CIRCLES.objective(INSTANCE, line) == 0
    assert CIRCLES.behaviour(INSTANCE, line)["radius_spread"] == 0


def test_the_order_of_the_circles_is_of_no_matter() -> None:
    shuffled = np.random.default_rng(1).permutation(POINTS)
    assert CIRCLES.objective(INSTANCE, shuffled) == pytest.approx(CIRCLES.objective(INSTANCE, POINTS), abs=1e-14)


def test_points_on_the_boundary_are_counted_and_levelled_triangles_too() -> None:
    instance = HEILBRONN.instances(Split.TRAIN)[0]
    corners = np.vstack((np.eye(3), np.random.default_rng(1).dirichlet(np.ones(3), 6)))
    measures = HEILBRONN.behaviour(instance, corners)
    assert measures["boundary_share"] == 3 / 9
    assert 1 / 84 <= measures["level_share"] < 0.2
