"""Which starts of which jobs a sequence better than a known one may use: dominance, then Lagrangian prices.

An arc is one job at one start; a sequence is a path of arcs from time 0 to P = Σp. Symbols as in `prices`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from problems.contract import Array
from problems.sequences import JobSequence
from problems.smtt.kernel import total_tardiness
from problems.smtt.mip.prices import SCALE, ascend, from_start, useful


@dataclass(frozen=True, slots=True)
class Arcs:
    """Arcs by job, then start, all of shape (arcs,): `cost` is reduced, never negative, exact in 1/SCALE time units.

    The reduced costs of a sequence sum to its total tardiness less `bound`, a lower bound of any; `known` marks the
    arcs of a sequence no worse than the known one.
    """

    job: JobSequence
    start: JobSequence
    cost: NDArray[np.float64]
    known: NDArray[np.bool_]
    bound: float


def arcs(p: Array, d: Array, sequence: JobSequence) -> Arcs:
    """Return the arcs of some optimal sequence, or of one as good as that given, among others; every p > 0."""
    before = dominance(p, d)
    sequence = canonical(sequence, before)
    value = total_tardiness(sequence, p, d)
    earliest, latest = windows(p, before)
    lam = ascend(p, d, first_prices(sequence, p, d), earliest, latest, value)
    kept = useful(p, d, lam, earliest, latest, value)
    ends = p[sequence].cumsum()
    known = np.zeros_like(kept)
    known[sequence, ends - p[sequence]] = True
    f, _ = from_start(p, d, lam, earliest, latest)
    job, start = np.nonzero(kept | known)
    end = start + p[job]
    cost = SCALE * np.maximum(0, end - d[job]) - lam[job] + f[start] - f[end]
    return Arcs(job, start, cost / SCALE, known[job, start], float(f[-1] + lam.sum()) / SCALE)


def dominance(p: Array, d: Array) -> NDArray[np.bool_]:
    """Return whether job i (row) precedes job j (column) in one optimal sequence; shape (jobs, jobs).

    Where p_i <= p_j and d_i <= d_j, exchanging i with an earlier j costs nothing: Emmons (1969), theorem 1 at its
    simplest. With ties broken by index all of these hold at once: each exchange raises Σ (rank · position).
    """
    before = (p[:, None] <= p) & (d[:, None] <= d)
    return before & ~(before.T & np.tri(p.size, dtype=np.bool_))


def canonical(sequence: JobSequence, before: NDArray[np.bool_]) -> JobSequence:
    """Return a sequence that is no worse and has the order of `dominance`."""
    jobs = sequence.copy()
    while np.any(inverted := np.tril(before[np.ix_(jobs, jobs)])):
        later, earlier = np.argwhere(inverted)[0]
        jobs[[later, earlier]] = jobs[[earlier, later]]
    return jobs


def windows(p: Array, before: NDArray[np.bool_]) -> tuple[JobSequence, JobSequence]:
    """Return the earliest and the latest start of each job in the order of `dominance`."""
    work = np.asarray(p, dtype=np.int64)
    return work @ before, work.sum() - work - before @ work


def first_prices(sequence: JobSequence, p: Array, d: Array) -> NDArray[np.float64]:
    """Return the prices of jobs when a time unit costs as many units as tardy jobs of the sequence end after it."""
    ends = p[sequence].cumsum()
    tardy = ends[ends > d[sequence]]
    rate = tardy.size - np.searchsorted(tardy, np.arange(p.sum()), side="right")
    cost = np.concatenate(([0], rate)).cumsum()  # of all time before t
    end = np.arange(cost.size)
    # A job's price is its least tardiness plus the cost of its time.
    least = [np.min(np.maximum(0, end[k:] - due) + cost[k:] - cost[:-k]) for k, due in zip(p, d, strict=True)]
    return np.array(least, dtype=np.float64)
