"""The kernels of online bin packing: the packing that a rule makes, the check of packings, the behavioural measures.

Symbols: s sizes of the items in order of arrival, c capacity, r room left in a bin before the item is placed, n[r]
number of open bins with room r; sizes and room in the same unit. An open bin holds an item and has room left.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from problems.contract import Array, Infeasible, Rule, SolutionShape
from problems.kernels import compiled

Bins = NDArray[np.int64]
MEASURES = {
    "opening": "share of items that open a bin although an open bin has room for them, 0 to 1",
    "looseness": "mean room left in the bin of an item after it is placed, over the capacity, 0 to 1",
    "best_fit_likeness": "mean rank of the room of the bin that is taken, among the different rooms on offer, a new "
    "bin's included, 0 to 1 (1: the tightest, as best fit takes; 0: the loosest)",
}


@compiled
def pack(rule: Rule, s: Array, c: int, out: Bins) -> None:
    """Write into `out` the bin of each item; bins are numbered as they are opened.

    Bins of equal room have equal scores, so the rule is asked once for each room that occurs and suffices, then for a
    new bin. Of the highest score, the bin that was opened first wins. Where no score is above minus infinity (a rule
    that failed returns NaN), the first bin that suffices is taken. Nothing of later items is read.
    """
    room = np.full(s.size, c, dtype=np.int64)
    n = np.zeros(c + 1, dtype=np.int64)  # n[0] and n[c] stay 0: full and empty bins are not open
    seen = np.zeros(c + 1, dtype=np.int64)  # items by size
    best = np.zeros(c + 1, dtype=np.bool_)
    for t in range(s.size):
        item = s[t]
        seen[item] += 1
        highest, offered, fitting = -np.inf, n.sum() + 1.0, 0
        best[:] = False
        for r in range(item, c + 1):
            left = r - item
            fitting += seen[left]
            if n[r] == 0 and r < c:
                continue
            waste = float(left) if 20 * fitting < t + 1 else 0.0
            alike, alike_after = max(1.0, float(n[r])), n[left] + 1.0
            value = rule(float(item), float(r), float(c), offered, float(left), waste, t + 1.0, alike, alike_after)
            if value > highest:
                highest = value
                best[:r] = False
            best[r] = value == highest or highest == -np.inf
        out[t] = placed(item, best, room, n)


def packed_by(rule: Rule, sizes: Array, capacity: int, *, kernel: Callable[..., None] = pack) -> Bins:
    """Return the bin of each item, in order of arrival, in the packing that the rule makes."""
    out = np.zeros(sizes.size, dtype=np.int64)
    kernel(rule, sizes, capacity, out)
    return out


@compiled
def placed(item: int, best: NDArray[np.bool_], room: Bins, n: Bins) -> int:
    """Put an item into the first bin whose room is among the best ones, and return that bin."""
    chosen = 0
    while not best[room[chosen]]:
        chosen += 1
    r, left = room[chosen], room[chosen] - item
    room[chosen] = left
    if r < n.size - 1:
        n[r] -= 1
    if left > 0:
        n[left] += 1
    return chosen


def bins_used(solution: Array, sizes: Array, capacity: int) -> int:
    """Return the number of bins that an untrusted packing uses: entry i is the bin of item i.

    Raises:
        Infeasible: the message names the first item that is nowhere or does not fit.
    """
    SolutionShape(sizes.shape).check(solution)
    used, fault = counted(solution, sizes, capacity)
    if fault < 0:
        return used
    chosen = int(solution[fault])
    if not 0 <= chosen < sizes.size:
        raise Infeasible(f"Expected bins 0 to {sizes.size - 1}, got {chosen} for item {fault}.")
    raise Infeasible(f"Item {fault} of size {sizes[fault]} does not fit into bin {chosen} of capacity {capacity}.")


@compiled
def counted(solution: Array, sizes: Array, capacity: int) -> tuple[int, int]:
    """Return the bins used and the first item that is in no bin or in an overfull one; -1 where all is well."""
    load = np.zeros(sizes.size, dtype=np.int64)
    used = 0
    for item in range(sizes.size):
        chosen = solution[item]
        if chosen < 0 or chosen >= sizes.size or load[chosen] + sizes[item] > capacity:
            return used, item
        used += load[chosen] == 0
        load[chosen] += sizes[item]
    return used, -1


@compiled
def measured(solution: Array, sizes: Array, capacity: int) -> NDArray[np.float64]:
    """Return the measures of a feasible packing, in the order of `MEASURES`."""
    room = np.full(sizes.size, capacity, dtype=np.int64)
    open_bins = np.zeros(capacity + 1, dtype=np.int64)  # by room; without the empty and the full ones
    opening, loose, choices, rank = 0, 0, 0, 0.0
    for item in range(sizes.size):
        size, before = sizes[item], room[solution[item]]
        tighter = distinct(open_bins, size, before)
        others = distinct(open_bins, size, capacity)
        opening += before == capacity and others > 0
        loose += before - size
        if others > 0:
            choices += 1
            rank += 1.0 - tighter / others
        if before < capacity:
            open_bins[before] -= 1
        room[solution[item]] = before - size
        open_bins[before - size] += before > size
    likeness = rank / choices if choices > 0 else 1.0
    return np.array([opening / sizes.size, loose / (sizes.size * capacity), likeness])


@compiled
def distinct(open_bins: Bins, low: int, high: int) -> int:
    """Return how many different rooms from `low` to below `high` occur among open bins."""
    count = 0
    for room in range(low, high):
        count += open_bins[room] > 0
    return count
