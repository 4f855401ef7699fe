"""What a schedule is like, apart from how good it is: the behavioural measures."""

import numpy as np
from numpy.typing import NDArray

from problems.contract import Array
from problems.jobshop.schedule import by_machine, places

MEASURES = {
    "spt_likeness": "share of the decisions between two waiting operations that favour the shorter one, 0 to 1 (SPT)",
    "mwkr_likeness": "share of the decisions between two waiting operations that favour the job with more work left, "
    "0 to 1 (MWKR)",
    "early_idle": "share of machine time that is idle in the first third of the schedule, 0 to 1",
    "flow_spread": "standard deviation of the jobs' completion times over half the makespan, 0 to 1",
}


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
