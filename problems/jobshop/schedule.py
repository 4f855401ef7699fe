"""Untrusted start times of the job shop: what is wrong with them, when the last job ends, the behavioural measures.

Arrays by operation have shape (jobs, machines) in the order of each job's operations; by machine, (machines, jobs).
"""

import numpy as np
from numpy.typing import NDArray

from problems.contract import Array, Infeasible, Solution, SolutionShape

Times = NDArray[np.int64]
MEASURES = {
    "spt_likeness": "share of the decisions between two waiting operations that favour the shorter one, 0 to 1 (SPT)",
    "mwkr_likeness": "share of the decisions between two waiting operations that favour the job with more work left, "
    "0 to 1 (MWKR)",
    "early_idle": "share of machine time that is idle in the first third of the schedule, 0 to 1",
    "flow_spread": "standard deviation of the jobs' completion times over half the makespan, 0 to 1",
}


def makespan(start: Solution, durations: Array, routes: Array) -> int:
    """Return the makespan of untrusted start times.

    Raises:
        Infeasible: they are no schedule; the message names the operation and the entry.
    """
    SolutionShape(durations.shape).check(start)
    check_times(start, durations)
    check_machines(start, start + durations, routes)
    return int((start[:, -1] + durations[:, -1]).max())


def check_times(start: Array, durations: Array) -> None:
    """Raise Infeasible where an operation starts outside the horizon or before the one before it in the job ends."""
    horizon = durations.sum()
    for j, k in np.argwhere((start < 0) | (start > horizon)):
        expected = f"Expected start times from 0 to {horizon}, the sum of all durations"
        raise Infeasible(f"{expected}, but operation {k} of job {j} starts at {start[j, k]}.")
    ends = start + durations
    for j, k in np.argwhere(start[:, 1:] < ends[:, :-1]):
        begins = f"Operation {k + 1} of job {j} starts at {start[j, k + 1]}"
        raise Infeasible(f"{begins}, before operation {k} of the job ends at {ends[j, k]}.")


def check_machines(start: Array, ends: Array, routes: Array) -> None:
    """Raise Infeasible where two operations occupy a machine at once."""
    place = places(routes)
    starts, stops = by_machine(start, place), by_machine(ends, place)
    order = machine_order(starts, stops)
    starts, stops = np.take_along_axis(starts, order, 1), np.take_along_axis(stops, order, 1)
    for machine, position in np.argwhere(starts[:, 1:] < stops[:, :-1]):
        first, second = order[machine, position], order[machine, position + 1]
        begins = f"Operation {place[second, machine]} of job {second} starts at {starts[machine, position + 1]}"
        busy = f"job {first} occupies machine {machine} until {stops[machine, position]}"
        raise Infeasible(f"{begins}, but {busy}.")


def places(routes: Array) -> Times:
    """Return which operation of each job a machine performs, of shape (jobs, machines)."""
    return np.argsort(routes, axis=1).astype(np.int64)


def by_machine(values: Array, place: Times) -> Times:
    """Return values by operation as values by machine."""
    return np.take_along_axis(values, place, 1).T.astype(np.int64)


def machine_order(starts: Array, stops: Array) -> Times:
    """Return the jobs by start, machine by machine; of two that start together the one of no duration is first."""
    return np.lexsort((stops > starts, starts)).astype(np.int64)


def measured(start: Array, durations: Array, routes: Array) -> tuple[float, ...]:
    """Return the measures of a feasible schedule, in the order of `MEASURES`."""
    ends = start + durations
    last = int(ends.max())
    if last == 0:
        return 1.0, 1.0, 0.0, 0.0
    short, much = likeness(start, durations, routes)
    third = last / 3
    busy = float((np.minimum(third, ends) - np.minimum(third, start)).sum())
    idle = 1 - busy / (durations.shape[1] * third)
    return short, much, min(1.0, max(0.0, idle)), min(1.0, float(2 * ends[:, -1].std()) / last)


def likeness(start: Array, durations: Array, routes: Array) -> tuple[float, float]:
    """Return how often the shorter operation, and the job of more work left, came before one that waited with it.

    An operation waits from the end of the one before it in its job. Pairs that are equal do not count.
    """
    place = places(routes)
    starts, p = by_machine(start, place), by_machine(durations, place)
    arrived = by_machine(np.hstack((np.zeros_like(start[:, :1]), (start + durations)[:, :-1])), place)
    left = by_machine(work_left(durations), place)
    taken, behind = starts[:, :, None], starts[:, None, :]
    decided = (taken < behind) & (arrived[:, None, :] <= taken)
    short = share(decided & (p[:, :, None] < p[:, None, :]), decided & (p[:, :, None] > p[:, None, :]))
    much = share(decided & (left[:, :, None] > left[:, None, :]), decided & (left[:, :, None] < left[:, None, :]))
    return short, much


def work_left(durations: Array) -> Array:
    """Return the work of each operation and all after it in its job, of shape (jobs, machines)."""
    return durations[:, ::-1].cumsum(axis=1)[:, ::-1]


def share(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> float:
    """Return the share of the first among both; 1 where there are none."""
    some, others = int(np.count_nonzero(first)), int(np.count_nonzero(second))
    return some / (some + others) if some + others else 1.0
