"""A square grid of equal circles, the rest in the holes between four of them."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Reals: TypeAlias = NDArray[np.float64]


def construct(n: int, seed: int, seconds: float) -> Reals:  # noqa: ARG001 - what every program is called with
    """Fill the grid row by row, then its holes."""
    k = int(np.sqrt(n))
    if n > k * k + (k - 1) ** 2:
        k += 1
    cells = [((i + 0.5) / k, (j + 0.5) / k) for i in range(k) for j in range(k)]
    holes = [(i / k, j / k) for i in range(1, k) for j in range(1, k)]
    return np.array((cells + holes)[:n])
