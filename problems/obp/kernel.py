"""The kernel of online bin packing: items are placed one by one where a rule scores highest.

Symbols: s sizes of the items in order of arrival, c capacity, r room left in a bin before the item is placed, n[r]
number of open bins with room r; sizes and room in the same unit. An open bin holds an item and has room left.
"""

import numpy as np
from numpy.typing import NDArray

from problems.contract import Array, Rule
from problems.kernels import compiled

Bins = NDArray[np.int64]


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
