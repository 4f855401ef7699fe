"""Which starts of which jobs a sequence better than a known one may use: dominance, then Lagrangian prices.

An arc is one job at one start; a sequence is a path of arcs from time 0 to P = Σp. Symbols: p processing time
(positive here), d due date, t start time, in time units; lam[j] the price of job j; f[t] the least reduced cost of a
path of jobs from time 0 to t, g[t] from t to P. Prices and costs are integers, in 1/SCALE of a time unit, so that what
is ruled out here is ruled out exactly.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from problems.contract import Array
from problems.kernels import compiled
from problems.sequences import JobSequence
from problems.smtt.kernel import total_tardiness

SCALE = 64
NEVER = 2**60  # above every cost: there is no path
STEPS, PATIENCE, SHORTER = 1000, 20, 0.7  # after so many steps without a better bound the steps get shorter
MEMORY = 0.7  # of the last direction in the next one, Crowder (1976)


@compiled
def arc_cost(p: int, d: int, t: int, price: int) -> int:
    """Return the reduced cost of an arc: the scaled tardiness of the job less its price."""
    return SCALE * max(0, t + p - d) - price


@compiled
def from_start(p: Array, d: Array, lam: Array, earliest: Array, latest: Array) -> tuple[JobSequence, JobSequence]:
    """Return f, and the job that each cheapest path ends with; both of shape (P + 1,)."""
    f = np.full(p.sum() + 1, NEVER)
    last = np.zeros(f.size, dtype=np.int64)
    f[0] = 0
    for t in range(f.size):
        if f[t] == NEVER:
            continue
        for j in range(p.size):
            if earliest[j] <= t <= latest[j]:
                cost = f[t] + arc_cost(p[j], d[j], t, lam[j])
                if cost < f[t + p[j]]:
                    f[t + p[j]] = cost
                    last[t + p[j]] = j
    return f, last


@compiled
def to_end(p: Array, d: Array, lam: Array, earliest: Array, latest: Array) -> JobSequence:
    """Return g, of shape (P + 1,)."""
    g = np.full(p.sum() + 1, NEVER)
    g[-1] = 0
    for t in range(g.size - 2, -1, -1):
        for j in range(p.size):
            if earliest[j] <= t <= latest[j] and g[t + p[j]] < NEVER:
                g[t] = min(g[t], g[t + p[j]] + arc_cost(p[j], d[j], t, lam[j]))
    return g


@compiled
def subgradient(p: Array, last: Array) -> NDArray[np.float64]:
    """Return 1 less the number of times that each job stands in the cheapest path from 0 to P."""
    missing = np.ones(p.size)
    t = last.size - 1
    while t > 0:
        missing[last[t]] -= 1
        t -= p[last[t]]
    return missing


@compiled
def ascend(p: Array, d: Array, lam: NDArray[np.float64], earliest: Array, latest: Array, value: int) -> JobSequence:
    """Return scaled prices of a high bound, by subgradient steps towards `value`; deterministic.

    The steps are Polyak's, in the metric of p²: equal steps per unit of work, else short jobs that a path repeats
    hundreds of times rule the direction.
    """
    best, bound = np.rint(SCALE * lam).astype(np.int64), -NEVER
    direction = np.zeros(p.size)
    length, idle = 1.0, 0
    for _ in range(STEPS):
        scaled = np.rint(SCALE * lam).astype(np.int64)
        f, last = from_start(p, d, scaled, earliest, latest)
        here = f[-1] + scaled.sum()
        idle += 1
        if here > bound:
            if here > bound + abs(bound) // 1000:
                idle = 0
            best, bound = scaled, here
        missing = subgradient(p, last)
        if bound > SCALE * (value - 1) or not np.any(missing):
            break
        direction = MEMORY * direction + missing
        if idle > PATIENCE:
            length, idle = length * SHORTER, 0
            lam, direction = best / SCALE, missing
        norm = np.sum((p * direction) ** 2)
        if norm > 0:
            lam = lam + length * (value + 1 - here / SCALE) / norm * p * p * direction
    return best


@compiled
def useful(p: Array, d: Array, lam: Array, earliest: Array, latest: Array, value: int) -> NDArray[np.bool_]:
    """Return which arcs a sequence below `value` may use, by the bound of the paths through them; shape (jobs, P)."""
    f, _ = from_start(p, d, lam, earliest, latest)
    g = to_end(p, d, lam, earliest, latest)
    most = SCALE * (value - 1) - lam.sum()
    kept = np.zeros((p.size, f.size - 1), dtype=np.bool_)
    for j in range(p.size):
        for t in range(earliest[j], latest[j] + 1):
            kept[j, t] = f[t] + arc_cost(p[j], d[j], t, lam[j]) + g[t + p[j]] <= most
    return kept


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


@dataclass(frozen=True, slots=True)
class Starts:
    """`some` says whether a job may have a position, `earliest` and `latest` when it may start there.

    All have shape (jobs, positions); times are in time units, and mean nothing where `some` is false.
    """

    some: NDArray[np.bool_]
    earliest: JobSequence
    latest: JobSequence


def starts_by_position(p: Array, left: Arcs, sequence: JobSequence, value: int) -> Starts:
    """Return the starts in sequences below `value`, and those of the known sequence.

    An arc stays at a position if the cheapest path through it, of as many arcs as there are jobs, is cheap enough.
    """
    n, work = p.size, int(p.sum())
    end = left.start + np.asarray(p, dtype=np.int64)[left.job]
    before, after = np.full(
        (2, n + 1, work + 1), np.inf
    )  # the least reduced cost of k arcs up to t, from t with k done
    before[0, 0] = after[n, work] = 0.0
    for k in range(n):
        np.minimum.at(before[k + 1], end, before[k, left.start] + left.cost)
        np.minimum.at(after[n - 1 - k], left.start, after[n - k, end] + left.cost)
    earliest, latest = np.full((n, n), work), np.full((n, n), -1)
    known = p[sequence].cumsum() - p[sequence]
    earliest[sequence, np.arange(n)] = latest[sequence, np.arange(n)] = known
    for k in range(n):
        kept = before[k, left.start] + left.cost + after[k + 1, end] <= value - 1 - left.bound
        np.minimum.at(earliest[:, k], left.job[kept], left.start[kept])
        np.maximum.at(latest[:, k], left.job[kept], left.start[kept])
    return Starts(latest >= 0, earliest, latest)
