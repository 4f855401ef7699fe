"""Lagrangian prices of the time-indexed relaxation, and the arcs that a better sequence may use (kernels).

Symbols: p processing time (positive here), d due date, t start time, in time units; P = Σp; lam[j] the price of job j;
f[t] the least reduced cost of a path of jobs from time 0 to t, g[t] from t to P. An arc is one job at one start. Prices
and costs are integers, in 1/SCALE of a time unit, so that what is ruled out here is ruled out exactly.
"""

import numpy as np
from numpy.typing import NDArray

from problems.contract import Array
from problems.kernels import compiled
from problems.sequences import JobSequence

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
