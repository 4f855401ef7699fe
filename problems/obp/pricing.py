"""The pricing problem of cutting stock: the pattern of greatest value (kernels).

Symbols: w sizes, ascending and distinct, n items of each, u value of each, c capacity. A pattern holds, for each size,
how many items of it go into one bin: at most n, of total size at most c.
"""

import numpy as np
from numpy.typing import NDArray

from problems.contract import Array
from problems.kernels import compiled

Pattern = NDArray[np.int64]
SCALE = 1e7  # of a dual, at most about 1; times 100,000 items it stays far below 2^53


@compiled
def best_pattern(u: Array, w: Array, n: Array, c: int) -> Pattern:
    """Return a pattern of greatest value: the bounded knapsack by dynamic programming over the loads 0 to c."""
    value = np.zeros(c + 1, dtype=np.float64)
    taken = np.zeros((w.size, c + 1), dtype=np.int64)
    for i in range(w.size):
        if u[i] > 0:
            for _ in range(min(n[i], c // w[i])):
                add_item(value, taken, i, u[i], w[i])
    pattern = np.zeros(w.size, dtype=np.int64)
    load = c
    for i in range(w.size - 1, -1, -1):
        pattern[i] = taken[i, load]
        load -= pattern[i] * w[i]
    return pattern


@compiled
def add_item(value: Array, taken: Array, i: int, u: float, w: int) -> None:
    """Let one more item of size i go into every load where that is worth more."""
    for load in range(value.size - 1, w - 1, -1):
        if value[load - w] + u > value[load]:
            value[load] = value[load - w] + u
            taken[i, load] = taken[i, load - w] + 1


def dual_bound(u: Array, w: Array, n: Array, c: int) -> int:
    """Return the bins that the duals u of the patterns' linear program prove to be needed.

    Weak duality (Farley 1990): no bin holds items worth more than the best pattern, so at least their sum over its
    value are needed, whatever u is. Values are rounded to whole numbers, whose sums are exact in float64: the bound
    rests on no tolerance.
    """
    whole = np.maximum(0.0, np.floor(u * SCALE))
    most = int(whole @ best_pattern(whole, w, n, c))
    return -(-int(whole @ n) // most) if most > 0 else 0
