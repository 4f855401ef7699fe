"""Lower bounds on the number of bins."""

import numpy as np

from problems.contract import Array


def l1(sizes: Array, capacity: int) -> int:
    """Return the continuous bound: the sum of the sizes over the capacity, rounded up."""
    return -(-int(sizes.sum()) // capacity)


def l2(sizes: Array, capacity: int) -> int:
    """Return the bound L2 of Martello and Toth (1990), at least L1.

    For a from 0 to C/2: items above C - a, and those above C/2 up to C - a, are in bins of their own; items from a to
    C/2 go into what the latter leave, or into further bins.
    """
    count = np.bincount(sizes, minlength=capacity + 1)
    number = np.concatenate(([0], count.cumsum()))  # number[k]: items of size below k
    work = np.concatenate(([0], (count * np.arange(capacity + 1)).cumsum()))
    half = capacity // 2
    a = np.arange(half + 1)
    alone = number[-1] - number[half + 1]
    spare = (number[capacity - a + 1] - number[half + 1]) * capacity - (work[capacity - a + 1] - work[half + 1])
    further = -(-(work[half + 1] - work[a] - spare) // capacity)
    return int(alone + max(0, further.max()))
