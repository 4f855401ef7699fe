"""The dispatching kernel of the job shop: a rule chooses among the operations that wait for a machine.

`durations` and `routes` have shape (jobs, machines), in the order of each job's operations. The state is two int64
arrays: `jobs` of shape (3, jobs) and `shop` of shape (3, machines), times in time units.
"""

from collections.abc import Callable

import numpy as np

from problems.contract import Array, Rule
from problems.jobshop.schedule import Times
from problems.kernels import compiled

READY, WORK = 0, 1  # rows of both: when the job or machine is ready, and the work left in it
STEP = 2  # row of `jobs`: how many operations have started
QUEUE = 2  # row of `shop`: the work of the operations that wait for the machine or will wait for it next
FAR = 2**62


@compiled
def dispatch(rule: Rule, durations: Array, routes: Array, active: bool, start: Times) -> None:
    """Write into `start` (jobs, machines) the start times of the schedule that the rule dispatches.

    Non-delay: the operation that can start earliest names the machine (ties: the lowest machine), and all that can
    start there at that time compete. Active: the one that can end earliest does, and all that can start there before
    that end compete, Giffler and Thompson (1960). The smallest value wins, ties go to the lowest job; where no value
    is below infinity (a rule that failed returns NaN), the lowest job that competes is taken.
    """
    n, m = durations.shape
    jobs, shop = initial(durations, routes)
    total = jobs[WORK].copy()
    for _ in range(n * m):
        machine, limit = contested(durations, routes, active, jobs, shop)
        waiting, p_mean, bound = survey(durations, routes, machine, limit, jobs, shop)
        machine_work = float(max(1, shop[WORK, machine]))
        chosen, smallest = -1, np.inf
        for j in range(n):
            k = jobs[STEP, j]
            if k == m or routes[j, k] != machine or jobs[READY, j] > limit:
                continue
            p, work_left, job_work = max(1, durations[j, k]), max(1, jobs[WORK, j]), max(1, total[j])
            ready = float(jobs[READY, j])
            begins = max(ready, float(shop[READY, machine]))
            next_p = next_free = next_queue = next_work = 0.0
            if k + 1 < m:
                after = routes[j, k + 1]
                next_p, next_free = float(durations[j, k + 1]), float(shop[READY, after])
                next_queue, next_work = float(shop[QUEUE, after]), float(shop[WORK, after])
            value = rule(float(p), float(work_left), float(m - k), float(job_work), ready, begins,
                         waiting, p_mean, machine_work, next_p, next_free, next_queue, next_work, bound)  # fmt: skip
            if chosen < 0:
                chosen = j
            if value < smallest:
                chosen, smallest = j, value
        begin(durations, routes, chosen, start, jobs, shop)


def start_times(
    rule: Rule, durations: Array, routes: Array, active: bool, *, kernel: Callable[..., None] = dispatch
) -> Times:
    """Return the start times (jobs, machines) of the schedule that the rule dispatches."""
    start = np.zeros(durations.shape, np.int64)
    kernel(rule, durations, routes, active, start)
    return start


@compiled
def initial(durations: Array, routes: Array) -> tuple[Times, Times]:
    """Return the state in which nothing has started."""
    n, m = durations.shape
    jobs, shop = np.zeros((3, n), np.int64), np.zeros((3, m), np.int64)
    for j in range(n):
        shop[QUEUE, routes[j, 0]] += durations[j, 0]
        for k in range(m):
            jobs[WORK, j] += durations[j, k]
            shop[WORK, routes[j, k]] += durations[j, k]
    return jobs, shop


@compiled
def contested(durations: Array, routes: Array, active: bool, jobs: Times, shop: Times) -> tuple[int, int]:
    """Return the machine to decide for, and the latest time at which an operation that competes there can start."""
    n, m = durations.shape
    machine, limit, earliest = -1, 0, FAR
    for j in range(n):
        k = jobs[STEP, j]
        if k == m:
            continue
        at = routes[j, k]
        begins = max(jobs[READY, j], shop[READY, at])
        time = begins + (durations[j, k] if active else 0)
        if time < earliest or (time == earliest and at < machine):
            machine, earliest = at, time
            limit = max(begins, time - 1)
    return machine, limit


@compiled
def survey(
    durations: Array, routes: Array, machine: int, limit: int, jobs: Times, shop: Times
) -> tuple[float, float, float]:
    """Return how many operations compete, their mean duration, and the least time at which all could be done."""
    n, m = durations.shape
    count = work = 0
    bound = 1
    for j in range(n):
        k = jobs[STEP, j]
        bound = max(bound, jobs[READY, j] + jobs[WORK, j])
        if k < m and routes[j, k] == machine and jobs[READY, j] <= limit:
            count += 1
            work += durations[j, k]
    for at in range(m):
        bound = max(bound, shop[READY, at] + shop[WORK, at])
    return float(count), max(1.0, work / count), float(bound)


@compiled
def begin(durations: Array, routes: Array, job: int, start: Times, jobs: Times, shop: Times) -> None:
    """Start the next operation of a job as early as it can."""
    k = jobs[STEP, job]
    machine, p = routes[job, k], durations[job, k]
    start[job, k] = max(jobs[READY, job], shop[READY, machine])
    jobs[READY, job] = shop[READY, machine] = start[job, k] + p
    jobs[WORK, job] -= p
    shop[WORK, machine] -= p
    shop[QUEUE, machine] -= p
    jobs[STEP, job] = k + 1
    if k + 1 < routes.shape[1]:
        shop[QUEUE, routes[job, k + 1]] += durations[job, k + 1]
