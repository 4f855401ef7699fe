"""Offline bin packing as cutting stock: column generation, a dive to whole bins, then a program in whole bins.

Symbols: w sizes, ascending and distinct, n items of each, u value of each, c capacity. A pattern holds, for each size,
how many items of it go into one bin: at most n, of total size at most c.
"""

import math
import time
from collections.abc import Sequence

import highspy
import numpy as np
from numpy.typing import NDArray

from problems.contract import Array
from problems.highs import LESS_THAN_ONE, empty, found_solution
from problems.kernels import compiled
from problems.obp.kernel import Bins
from problems.obp.offline import packed

Pattern = NDArray[np.int64]
SCALE = 1e7  # of a dual, at most about 1; times 100,000 items it stays far below 2^53
EPSILON = 1e-7  # HiGHS's own feasibility tolerance
ROUNDS = 3_000  # patterns that may be generated
WORK = 400_000  # nodes times patterns of the program in whole bins: some ten seconds


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


class CuttingStockMaster:
    """The linear program: the fewest bins, each a pattern, that hold at least n items of every size w.

    Patterns are columns; `rounds` more may be made, none once the process' CPU clock shows `until`.
    """

    def __init__(
        self, w: Array, n: Array, capacity: int, patterns: Sequence[Pattern], rounds: int, until: float = math.inf
    ) -> None:
        self.w, self.n, self.capacity, self.rounds, self.until = w, n, capacity, rounds, until
        self.patterns: list[Pattern] = []
        self.highs = empty()
        for demand in n:
            self.highs.addRow(float(demand), highspy.kHighsInf, 0, [], [])
        for pattern in patterns:
            self.add(pattern)

    def add(self, pattern: Pattern) -> None:
        """Add a pattern."""
        rows = np.flatnonzero(pattern).astype(np.int32)
        values = pattern[rows].astype(np.float64)
        self.highs.addCol(1.0, 0.0, highspy.kHighsInf, rows.size, rows, values)
        self.patterns.append(pattern)

    def demand(self, n: Array) -> None:
        """Ask for other numbers of items; patterns with more than that are left out."""
        self.n = n
        for row, items in enumerate(n):
            self.highs.changeRowBounds(row, float(items), highspy.kHighsInf)
        for column, pattern in enumerate(self.patterns):
            self.highs.changeColBounds(column, 0.0, 0.0 if (pattern > n).any() else highspy.kHighsInf)

    def solve(self, enough: int | None = None) -> tuple[NDArray[np.float64], int]:
        """Solve with all patterns that help; return the bins of each, and the bound where one of `enough` ends it."""
        bound = 0
        while True:
            self.highs.run()
            found = self.highs.getSolution()
            u = np.maximum(0.0, np.array(found.row_dual))
            if enough is not None:
                bound = max(bound, dual_bound(u, self.w, self.n, self.capacity))
            pattern = best_pattern(u, self.w, self.n, self.capacity)
            done = u @ pattern <= 1.0 + EPSILON or self.rounds == 0 or self.over()
            if done or (enough is not None and bound >= enough):
                return np.array(found.col_value), bound
            self.rounds -= 1
            self.add(pattern)

    def over(self) -> bool:
        """Return whether the time is over."""
        return self.until < math.inf and time.process_time() >= self.until

    def solve_whole(self, bound: int, work: int) -> NDArray[np.float64] | None:
        """Solve for whole bins of the patterns at hand; None where nodes times patterns would exceed `work` first.

        A solution of `bound` bins is enough.
        """
        options = {"mip_max_nodes": work // len(self.patterns), "mip_rel_gap": 0.0, "mip_abs_gap": LESS_THAN_ONE}
        for name, value in {**options, "objective_target": bound + 0.5}.items():
            self.highs.setOptionValue(name, value)
        for column in range(len(self.patterns)):
            self.highs.changeColIntegrality(column, highspy.HighsVarType.kInteger)
        self.highs.run()
        return np.array(self.highs.getSolution().col_value) if found_solution(self.highs) else None


def cut(sizes: Array, capacity: int, known: Bins, bound: int, until: float = math.inf) -> tuple[Bins, int]:
    """Return a packing at least as good as the known one and a bound at least as good as the known one.

    `until` is a time of the process' CPU clock, at which both are what they are by then.
    """
    w = np.unique(sizes.astype(np.int64))
    n = np.bincount(np.searchsorted(w, sizes)).astype(np.int64)
    alone = np.eye(w.size, dtype=np.int64)  # fit whatever is demanded: the program is always feasible
    master = CuttingStockMaster(w, n, capacity, [*alone, *patterns_of(known, sizes, w)], ROUNDS, until)
    bins, proven = master.solve(bins_of(known))
    bound = max(bound, proven)
    best, fixed = known, list[Pattern]()
    while master.n.any() and bins_of(best) > bound and not master.over():
        fixed += take(master, bins)
        best = min(best, completed(fixed, sizes, w, capacity), key=bins_of)
        bins, _ = master.solve()
    if bins_of(best) > bound and not master.over():
        master.demand(n)
        whole = master.solve_whole(bound, WORK)
        if whole is not None:
            best = min(best, completed(take(master, whole), sizes, w, capacity), key=bins_of)
    return best, bound


def bins_of(packing: Bins) -> int:
    """Return the number of bins of a packing that leaves none out."""
    return int(packing.max()) + 1


def take(master: CuttingStockMaster, bins: NDArray[np.float64]) -> list[Pattern]:
    """Fix the patterns at the whole part of their bins, or one bin of the largest, and demand what is left."""
    whole = np.floor(bins + EPSILON).astype(np.int64)
    if not whole.any():
        whole[int(bins.argmax())] = 1
    left, fixed = master.n.copy(), list[Pattern]()
    for column in np.repeat(np.arange(whole.size), whole):
        fixed.append(np.minimum(master.patterns[column], left))
        left = left - fixed[-1]
    master.demand(left)
    return fixed


def patterns_of(packing: Bins, sizes: Array, w: Array) -> list[Pattern]:
    """Return the different patterns of a packing."""
    rows = np.zeros((int(packing.max()) + 1, w.size), dtype=np.int64)
    np.add.at(rows, (packing, np.searchsorted(w, sizes)), 1)
    return list(np.unique(rows, axis=0))


def completed(fixed: Sequence[Pattern], sizes: Array, w: Array, capacity: int) -> Bins:
    """Return the bin of each item: those of the patterns first, the other items packed by heuristics."""
    out = np.full(sizes.size, -1, dtype=np.int64)
    counts = np.array(fixed)
    for column, size in enumerate(w):
        bins = np.repeat(np.arange(counts.shape[0]), counts[:, column])
        out[np.flatnonzero(sizes == size)[: bins.size]] = bins
    rest = out < 0
    if rest.any():
        out[rest] = counts.shape[0] + packed(sizes[rest], capacity)
    return out
