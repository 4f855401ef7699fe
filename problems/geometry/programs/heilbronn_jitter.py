"""Random points, moved one at a time where the smallest triangle does not become smaller."""

import time
from itertools import combinations
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Reals: TypeAlias = NDArray[np.float64]


def construct(n: int, seed: int, seconds: float) -> Reals:
    """Try moves for a tenth of the time, ever shorter ones."""
    rng = np.random.default_rng(seed)
    triples = np.array(list(combinations(range(n), 3)))
    best = rng.dirichlet(np.ones(3), n)
    area = np.abs(np.linalg.det(best[triples])).min()
    began = now = time.process_time()
    while now < began + 0.1 * seconds:
        moved = best.copy()
        moved[rng.integers(n)] += rng.normal(0, 0.3 * (1 - (now - began) / (0.1 * seconds)), 3)
        moved = np.maximum(moved, 0) + 1e-9
        moved /= moved.sum(axis=1, keepdims=True)
        found = np.abs(np.linalg.det(moved[triples])).min()
        if found >= area:
            best, area = moved, found
        now = time.process_time()
    return best
