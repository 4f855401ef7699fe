"""A lower bound on the makespan of a job shop: each machine by itself, with preemption.

Symbols, for one operation: r head (the work before it in its job), p duration, q tail (the work after it).
"""

from collections.abc import Iterable
from heapq import heappop, heappush

from problems.contract import Array
from problems.jobshop.behaviour import work_left
from problems.jobshop.schedule import by_machine, places

Operation = tuple[int, int, int]  # r, p, q


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
