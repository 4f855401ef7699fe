"""The first sequence of an exact solution: MDD, then a descent as far as the time lets."""

from collections.abc import Callable
from heapq import heappop, heappush

import numpy as np

from problems.contract import Array
from problems.kernels import compiled
from problems.sequences import JobSequence
from problems.smtt.exact.jobs import Jobs
from problems.smtt.exact.limits import SolveLimits
from problems.smtt.local_search import insertion_pass, swap_pass

STEPS = 2**21  # positions x jobs between two looks at the clock: some hundredths of a second


@compiled
def modified_due_dates(jobs: Jobs) -> JobSequence:
    """Return the schedule of least max(t + p, d), ties to the first in SPT order: MDD (Baker and Bertrand, 1982).

    Until t passes d - p a job waits by its due date, afterwards by its processing time, so that two queues suffice.
    """
    p, d, rank, spt = jobs
    by_slack = np.argsort(d - p)
    out = np.empty_like(spt)
    placed = np.zeros(p.size, dtype=np.bool_)
    late = [rank[0] for _ in range(0)]  # a heap of ranks; empty, with a type
    t = passed = due = 0
    for i in range(p.size):
        while passed < p.size and d[by_slack[passed]] - p[by_slack[passed]] < t:
            if not placed[by_slack[passed]]:
                heappush(late, rank[by_slack[passed]])
            passed += 1
        while due < p.size and (placed[due] or d[due] - p[due] < t):
            due += 1
        if late and (due == p.size or (t + p[spt[late[0]]], late[0]) < (d[due], rank[due])):
            out[i] = spt[heappop(late)]
        else:
            out[i] = due
        placed[out[i]] = True
        t += p[out[i]]
    return out


def descended(sequence: JobSequence, jobs: Jobs, limits: SolveLimits) -> JobSequence:
    """Return the local optimum by insertions and swaps that a descent from the sequence ends in, or leads towards."""
    found = sequence.copy()
    at = found, jobs.p[found], jobs.d[found]
    while not limits.over() and (improved(insertion_pass, *at, limits) or improved(swap_pass, *at, limits)):
        continue
    return found


def improved(
    one_pass: Callable[[JobSequence, Array, Array, int, int], int],
    sequence: JobSequence,
    p: Array,
    d: Array,
    limits: SolveLimits,
) -> bool:
    """Make a pass over the positions while there is time; return whether it improved the sequence."""
    positions, change = max(1, STEPS // max(1, p.size)), 0
    for first in range(0, p.size, positions):
        if limits.over():
            break
        change += one_pass(sequence, p, d, first, min(p.size, first + positions))
    return change < 0
