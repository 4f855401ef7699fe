"""Offline bin packing as cutting stock: column generation, a dive to whole bins, then a program in whole bins."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from problems.contract import Array
from problems.obp.kernel import Bins
from problems.obp.master import EPSILON, Master
from problems.obp.offline import packed
from problems.obp.pricing import Pattern

ROUNDS = 3_000  # patterns that may be generated
WORK = 400_000  # nodes times patterns of the program in whole bins: some ten seconds


def cut(sizes: Array, capacity: int, known: Bins, bound: int) -> tuple[Bins, int]:
    """Return a packing at least as good as the known one and a bound at least as good as the known one."""
    w = np.unique(sizes.astype(np.int64))
    n = np.bincount(np.searchsorted(w, sizes)).astype(np.int64)
    alone = np.eye(w.size, dtype=np.int64)  # fit whatever is demanded: the program is always feasible
    master = Master(w, n, capacity, [*alone, *patterns_of(known, sizes, w)], ROUNDS)
    bins, found = master.solve(bins_of(known))
    bound = max(bound, found)
    best, fixed = known, list[Pattern]()
    while master.n.any() and bins_of(best) > bound:
        fixed += take(master, bins)
        best = min(best, completed(fixed, sizes, w, capacity), key=bins_of)
        bins, _ = master.solve()
    if bins_of(best) > bound:
        master.demand(n)
        whole = master.solve_whole(bound, WORK)
        if whole is not None:
            best = min(best, completed(take(master, whole), sizes, w, capacity), key=bins_of)
    return best, bound


def bins_of(packing: Bins) -> int:
    """Return the number of bins of a packing that leaves none out."""
    return int(packing.max()) + 1


def take(master: Master, bins: NDArray[np.float64]) -> list[Pattern]:
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
