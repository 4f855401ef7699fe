"""Solvers of single job shops: each returns a schedule with the proof of its value, or with a bound."""

import time
from collections.abc import Mapping
from functools import partial
from importlib.util import find_spec

import numpy as np

from problems.contract import Array, Instance, Reference, Solved, Solver
from problems.jobshop import cpsat
from problems.jobshop.reference import TINY, found_schedule, lower_bound
from problems.jobshop.schedule import Times, makespan
from problems.kernels import VERSIONS

CPSAT_WORK = 60.0  # deterministic seconds, where the setting says none
LONGEST = 1e6  # seconds; waits of the operating system know no infinity


def solvers(steps: int, work: float) -> Mapping[str, Solver]:
    """Return the methods at hand; `steps` are those of the tabu search, `work` that of CP-SAT (0: the default)."""
    known: dict[str, Solver] = {"tabu": partial(by_tabu, steps=steps), "mip": partial(by_mip, steps=steps)}
    if find_spec("ortools") is not None:
        known["cpsat"] = partial(by_cpsat, steps=steps, work=work or CPSAT_WORK)
    return known


def by_tabu(instance: Instance, time_limit: float, steps: int) -> Solved:
    """Return the best schedule of a tabu search, searched again from it until the time is over, where it is limited.

    Where it is not, tiny instances are proven by HiGHS.
    """
    began = time.process_time()
    durations, routes = instance.arrays
    bound = lower_bound(durations, routes)
    start, done = found_schedule(durations, routes, steps, bound), steps
    again = np.isfinite(time_limit) and steps > 0 and durations.min() > 0
    while again and time.process_time() < began + time_limit and makespan(start, durations, routes) > bound:
        start, done = found_schedule(durations, routes, steps, bound, start), done + steps
    found = _solved(
        durations,
        routes,
        start,
        bound,
        f"tabu search of {done} steps; bound: one machine with preemption",
        VERSIONS,
        began,
    )
    tiny = durations.size <= TINY and not np.isfinite(time_limit)
    return _by_highs(durations, routes, found, LONGEST, began) if tiny and not found.reference.proven else found


def by_mip(instance: Instance, time_limit: float, steps: int) -> Solved:
    """Return what HiGHS finds of the disjunctive model within so many wall seconds, after the tabu search."""
    began = time.process_time()
    found = by_tabu(instance, 0.0, steps)
    durations, routes = instance.arrays
    seconds = min(time_limit, LONGEST)
    return found if found.reference.proven else _by_highs(durations, routes, found, seconds, began)


def by_cpsat(instance: Instance, time_limit: float, steps: int, work: float) -> Solved:
    """Return what CP-SAT finds within so many of its deterministic seconds, after the tabu search."""
    began = time.process_time()
    found = by_tabu(instance, 0.0, steps)
    durations, routes = instance.arrays
    given = min(work, time_limit)
    start, bound = cpsat.schedule(durations, routes, int(found.reference.value), given)
    best = found.solution if start is None else start
    bound = max(bound, int(found.reference.bound or 0))
    method = f"tabu search, then CP-SAT with {given:g} units of work"
    return _solved(durations, routes, best, bound, method, cpsat.versions(), began)


def _by_highs(durations: Array, routes: Array, found: Solved, seconds: float, began: float) -> Solved:
    from problems import highs  # loaded where it is needed: the sandbox needs no solver
    from problems.jobshop import mip

    start, least = mip.solved_within(durations, routes, int(found.reference.value), seconds)
    bound = max(least, int(found.reference.bound or 0))
    best = found.solution if start is None else start
    return _solved(durations, routes, best, bound, "disjunctive model by HiGHS", highs.VERSIONS, began)


def _solved(
    durations: Array, routes: Array, start: Array, bound: int, method: str, versions: str, began: float
) -> Solved:
    """Return a schedule with what is proven of it: no bound is above a value that is reached."""
    value = makespan(start, durations, routes)
    bound = min(bound, value)
    seconds = time.process_time() - began
    reference = Reference(float(value), float(bound), value == bound, method, seconds, versions)
    return Solved(reference, _integers(start))


def _integers(start: Array) -> Times:
    return np.asarray(start, dtype=np.int64)
