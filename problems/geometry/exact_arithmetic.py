"""Floating-point numbers taken as the rationals that they are: one common denominator, then whole numbers only."""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]


def common_denominator(*arrays: Reals) -> int:
    """Return the least power of two that makes every entry a whole number; at most 2^1074."""
    entries = (value for array in arrays for value in array.flat)
    return max((float(value).as_integer_ratio()[1] for value in entries), default=1)


def whole(array: Reals, denominator: int) -> list[int]:
    """Return the entries times a denominator that `common_denominator` gave, without rounding."""
    ratios = (float(value).as_integer_ratio() for value in array.flat)
    return [numerator * (denominator // own) for numerator, own in ratios]


def rounded_down(value: Fraction) -> float:
    """Return the largest double that is not above a value of at least 0."""
    nearest = float(value)
    return nearest if Fraction(nearest) <= value else float(np.nextafter(nearest, -np.inf))
