from math import pi, sqrt

import pytest

from problems.geometry.references import CIRCLES, HEILBRONN, circles_reference, heilbronn_reference

# Erich Friedman's page of circles in a square by sum of radii prints so many digits, truncated.
PRINTED = {20: 2.301, 21: 2.362, 22: 2.420, 23: 2.478, 24: 2.530, 25: 2.587, 26: 2.63598, 27: 2.685, 28: 2.737,
           29: 2.790, 30: 2.842, 32: 2.939}  # fmt: skip


@pytest.mark.parametrize("n", sorted(CIRCLES))
def test_the_circles_reference_is_what_is_printed_and_below_the_bound_by_area(n: int) -> None:
    reference = circles_reference(n)
    assert PRINTED[n] <= reference.value < PRINTED[n] + 0.001
    assert reference.bound is not None
    assert reference.value < sqrt(n / pi) <= reference.bound
    assert not reference.proven


@pytest.mark.parametrize("n", sorted(HEILBRONN))
def test_the_heilbronn_reference_falls_with_n_and_is_below_the_bound_by_triangulation(n: int) -> None:
    reference = heilbronn_reference(n)
    assert reference.bound is not None
    assert reference.value < 1 / (n - 2) <= reference.bound
    assert n == 7 or reference.value < heilbronn_reference(n - 1).value


def test_the_method_says_where_a_value_comes_from() -> None:
    assert "AlphaEvolve" in heilbronn_reference(11).method
    assert circles_reference(22).method == "best found by the hand-written program"
