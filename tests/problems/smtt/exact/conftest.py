from collections.abc import Callable

import numpy as np
import pytest
from numba import njit

from problems import Array


@njit
def least_by_subsets(p: Array, d: Array) -> int:
    """The last job of each set of jobs in turn, Held and Karp (1962)."""
    work = np.zeros(1 << p.size, dtype=np.int64)
    least = np.zeros(1 << p.size, dtype=np.int64)
    for jobs in range(1, 1 << p.size):
        for j in range(p.size):
            if jobs >> j & 1:
                work[jobs] = work[jobs ^ (1 << j)] + p[j]
        least[jobs] = 2**62
        for j in range(p.size):
            if jobs >> j & 1:
                least[jobs] = min(least[jobs], least[jobs ^ (1 << j)] + max(0, work[jobs] - d[j]))
    return least[-1]


@pytest.fixture(scope="session")
def optimum() -> Callable[[Array, Array], int]:
    """The least total tardiness by dynamic programming over all sets of jobs: at most some fifteen."""
    return least_by_subsets
