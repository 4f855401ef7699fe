from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from problems.geometry.exact_arithmetic import common_denominator, rounded_down, whole

REALS = st.floats(0, 1e6, allow_subnormal=True)


@given(st.lists(REALS, min_size=1, max_size=5))
def test_whole_numbers_over_the_common_denominator_are_the_entries_without_rounding(entries: list[float]) -> None:
    array = np.array(entries)
    one = common_denominator(array)
    assert [Fraction(value, one) for value in whole(array, one)] == [Fraction(entry) for entry in entries]


@given(st.fractions(0, 100))
def test_rounding_down_gives_the_largest_double_that_is_not_above(value: Fraction) -> None:
    found = rounded_down(value)
    assert Fraction(found) <= value < Fraction(float(np.nextafter(found, np.inf)))


@pytest.mark.parametrize("entry", [0.0, 5e-324, 2.0**-1074, 1.0])
def test_the_smallest_numbers_have_a_denominator_too(entry: float) -> None:
    array = np.array([entry])
    one = common_denominator(array)
    assert Fraction(whole(array, one)[0], one) == Fraction(entry)
