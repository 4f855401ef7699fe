"""References of job shops: published bounds where there are any, else what a search and a lower bound find out.

Symbols of the bound, for one operation: r head (the work before it in its job), p duration, q tail (the work after it).
"""

from collections.abc import Iterable
from heapq import heappop, heappush

import numpy as np

from problems.contract import Array, Instance, Reference
from problems.jobshop import cpsat
from problems.jobshop.kernel import dispatch
from problems.jobshop.published import bounds_of
from problems.jobshop.schedule import Times, by_machine, makespan, places, work_left
from problems.jobshop.tabu import improved
from problems.kernels import VERSIONS, plain

Operation = tuple[int, int, int]  # r, p, q
TINY = 36  # operations: 6 x 6 takes HiGHS about a second, 8 x 5 often more than twenty
SEARCHED = "best known: tabu search of {steps} steps from SPT/TWKR; bound: one machine with preemption"


def reference(instance: Instance, steps: int, cpsat_work: float) -> Reference:
    """Return what is published of the instance, or what a search, HiGHS where it is tiny, and CP-SAT find out.

    `steps` are those of the tabu search, `cpsat_work` CP-SAT's own deterministic seconds, 0 for none of it.
    """
    bounds = bounds_of(instance)
    if bounds is not None:
        return Reference(bounds.upper, bounds.lower, bounds.upper == bounds.lower, bounds.source)
    durations, routes = instance.arrays
    best = searched(durations, routes, steps)
    if best.proven:
        return best
    if durations.size <= TINY:
        return by_highs(durations, routes, best)
    return cpsat.closer(durations, routes, best, cpsat_work) if cpsat_work else best


def searched(durations: Array, routes: Array, steps: int) -> Reference:
    """Return the best makespan of a tabu search that starts from SPT/TWKR, with the one-machine bound."""
    bound = lower_bound(durations, routes)
    value = makespan(found_schedule(durations, routes, steps, bound), durations, routes)
    return Reference(value, bound, value == bound, SEARCHED.format(steps=steps), versions=VERSIONS)


def found_schedule(durations: Array, routes: Array, steps: int, bound: int, known: Array | None = None) -> Times:
    """Return the start times of the best schedule of a tabu search in so many steps; ends at the bound.

    It starts from a known schedule, or from that of SPT/TWKR.
    The search takes durations of at least 1. Where some are 0, it gets all others times more than there are operations
    and 1 in place of 0: a longest path then has the ones behind the decimal point, and start times are cut there.
    """
    unit = 1 if durations.min() > 0 else durations.size + 1
    longer = np.maximum(1, durations * unit)
    start = np.zeros(durations.shape, np.int64)
    if known is None or unit > 1:
        plain(dispatch)(spt_twkr, longer, routes, False, start)
    else:
        start[:] = known
    return np.asarray(improved(start, longer, routes, steps, bound * unit) // unit, dtype=np.int64)


def spt_twkr(p: float, work_left: float, *_: float) -> float:
    """Return the shortest processing time per work remaining: the best of the classic rules."""
    return p / work_left


def by_highs(durations: Array, routes: Array, best: Reference) -> Reference:
    """Return the optimum that HiGHS proves of a tiny instance, or the best that is known where it does not."""
    from problems import highs  # loaded where it is needed: the sandbox needs no solver
    from problems.jobshop import mip

    start = mip.solved(durations, routes, int(best.value))
    if start is None:
        return best
    value = makespan(start, durations, routes)
    return Reference(value, value, True, "optimum, disjunctive model by HiGHS", versions=highs.VERSIONS)


def lower_bound(durations: Array, routes: Array) -> int:
    """Return the largest work of a job or preemptive makespan of a machine, in time units."""
    place, left = places(routes), work_left(durations)
    heads, tails = left[:, :1] - left, left - durations
    rows = zip(*(by_machine(values, place).tolist() for values in (heads, durations, tails)), strict=True)
    return max(int(left[:, 0].max()), *(preemptive(zip(*row, strict=True)) for row in rows))


def preemptive(operations: Iterable[Operation]) -> int:
    """Return the least makespan of one machine with heads and tails where operations may be interrupted.

    At any time the ready operation of the longest tail runs: Jackson's preemptive schedule, Carlier (1982).
    """
    coming = sorted(operations, reverse=True)
    ready: list[tuple[int, int]] = []  # -q and what is left of p
    time = bound = 0
    while coming or ready:
        if not ready:
            time = max(time, coming[-1][0])
        while coming and coming[-1][0] <= time:
            _, p, q = coming.pop()
            heappush(ready, (-q, p))
        tail, left = heappop(ready)
        runs = min(left, coming[-1][0] - time) if coming else left
        time += runs
        if runs < left:
            heappush(ready, (tail, left - runs))
        else:
            bound = max(bound, time - tail)
    return bound
