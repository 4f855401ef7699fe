"""All items at once: packings by heuristics, largest first (kernels), and lower bounds on the number of bins."""

import numpy as np

from problems.contract import Array
from problems.kernels import compiled
from problems.obp.kernel import Bins


def packed(sizes: Array, capacity: int) -> Bins:
    """Return the bin of each item in the best packing of these heuristics."""
    return min(
        decreasing(sizes, capacity, True), decreasing(sizes, capacity, False), filled(sizes, capacity), key=np.max
    )


@compiled
def decreasing(sizes: Array, capacity: int, best: bool) -> Bins:
    """Return the bin of each item by first fit decreasing, or by best fit decreasing, Johnson (1973)."""
    out = np.zeros(sizes.size, dtype=np.int64)
    room = np.full(sizes.size, capacity, dtype=np.int64)
    for item in np.argsort(-sizes, kind="mergesort"):
        chosen, k = -1, 0
        while k < sizes.size and room[k] < capacity:
            if room[k] >= sizes[item] and (chosen < 0 or (best and room[k] < room[chosen])):
                chosen = k
                if not best:
                    break
            k += 1
        chosen = k if chosen < 0 else chosen
        out[item] = chosen
        room[chosen] -= sizes[item]
    return out


@compiled
def filled(sizes: Array, capacity: int) -> Bins:
    """Return the bin of each item when every bin takes the largest one left and then is filled as far as any can.

    The bin's rest is a subset sum over the sizes left, larger ones preferred; after Gupta and Ho (1999), exactly.
    """
    order = np.argsort(sizes, kind="mergesort")
    count = np.zeros(capacity + 1, dtype=np.int64)
    for size in sizes:
        count[size] += 1
    first = np.cumsum(count) - count  # where the items of a size begin in `order`
    out = np.zeros(sizes.size, dtype=np.int64)
    last = np.zeros(capacity + 1, dtype=np.int64)
    bins, largest, left = 0, capacity, sizes.size
    while left > 0:
        while count[largest] == 0:
            largest -= 1
        level = fullest(count, largest, capacity, last)
        while level > 0:
            size = last[level]
            count[size] -= 1
            left -= 1
            out[order[first[size] + count[size]]] = bins
            level -= size
        bins += 1
    return out


@compiled
def fullest(count: Bins, largest: int, capacity: int, last: Bins) -> int:
    """Return the highest load of a bin with one item of size `largest`; `last` holds the size added last by load.

    Sizes are tried from the largest on, and a load keeps the items by which it was reached first.
    """
    last[:] = 0
    last[largest] = largest
    copies = np.zeros(capacity + 1, dtype=np.int64)
    top = largest
    for size in range(largest, 0, -1):
        if count[size] == 0:
            continue
        available = count[size] - (size == largest)
        copies[:] = 0
        for load in range(largest + size, capacity + 1):
            if last[load] == 0 and last[load - size] > 0 and copies[load - size] < available:
                copies[load] = copies[load - size] + 1
                last[load] = size
                top = max(top, load)
        if top == capacity:
            break
    return top


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
