"""Rings inside each other, each turned against the next: no search."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Reals: TypeAlias = NDArray[np.float64]


def construct(n: int, seed: int, seconds: float) -> Reals:  # noqa: ARG001 - what every program is called with
    """Wind the points on a spiral around the centre, by the golden angle."""
    k = np.arange(n)
    angle, size = k * np.pi * (3 - np.sqrt(5)), 0.3 * np.sqrt((k + 0.5) / n)
    u, v = 1 / 3 + size * np.cos(angle), 1 / 3 + size * np.cos(angle - 2 * np.pi / 3)
    return np.column_stack((u, v, 1 - u - v))
