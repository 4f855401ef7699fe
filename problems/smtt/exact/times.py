"""Prices with a value for each time: λ and the shortest path, in a step per length of jobs and time (kernels).

Jobs of one length differ in their due dates alone, so that the least over them all, or over all times, is a least over
those of one side of a due date, whose running least is known: no step per job and time is needed.
"""

from typing import NamedTuple

import numpy as np

from problems.smtt.exact.jobs import Ints, Jobs
from problems.smtt.exact.unchecked import unchecked

SCALE = 64  # integers to a unit of tardiness
INFINITE = 2**62
BLOCK = 512  # times whose costs are held at once


class Lengths(NamedTuple):
    """The processing times that occur, ascending, and where in SPT order the jobs of each begin; then their number."""

    p: Ints
    begin: Ints


def grouped(jobs: Jobs) -> Lengths:
    """Return the lengths of the jobs, which stand in SPT order by due date within a length."""
    lengths, begin = np.unique(jobs.p[jobs.spt], return_index=True)
    return Lengths(lengths, np.append(begin, jobs.p.size).astype(np.int64))


@unchecked
def least_prices_of_time(jobs: Jobs, lengths: Lengths, f: Ints) -> Ints:
    """Return λ with U = -f, f given for each time."""
    own = np.empty_like(jobs.p)
    early, late = np.empty_like(f), np.empty_like(f)
    for i in range(lengths.p.size):
        running_least(f, lengths.p[i], early, late)
        for k in range(lengths.begin[i], lengths.begin[i + 1]):
            j = jobs.spt[k]
            own[j] = min(early[jobs.d[j]], late[jobs.d[j]] - SCALE * jobs.d[j])
    return own


@unchecked
def running_least(f: Ints, p: int, early: Ints, late: Ints) -> None:
    """Write by C >= p the least of f(c - p) - f(c) over c <= C, and of SCALE c + f(c - p) - f(c) over c >= C."""
    least = np.int64(INFINITE)
    for c in range(p, f.size):
        least = min(least, f[c - p] - f[c])
        early[c] = least
    least = np.int64(INFINITE)
    for c in range(f.size - 1, p - 1, -1):
        least = min(least, SCALE * c + f[c - p] - f[c])
        late[c] = least


@unchecked
def shortest_path(jobs: Jobs, lengths: Lengths, own: Ints, work: int) -> Ints:
    """Return the largest f for t = 0, ..., work; times that no jobs reach get INFINITE."""
    late, early = least_of_sides(jobs, lengths, own)
    f = np.full(work + 1, INFINITE, dtype=np.int64)
    f[0] = 0
    costs = np.empty((lengths.p.size, BLOCK), dtype=np.int64)
    for first in range(1, work + 1, BLOCK):
        last = min(work + 1, first + BLOCK)
        least_costs(jobs, lengths, late, early, first, costs)
        for t in range(first, last):
            for i in range(lengths.p.size):
                if lengths.p[i] > t:
                    break
                f[t] = min(f[t], f[t - lengths.p[i]] + costs[i, t - first])
    return f


@unchecked
def least_of_sides(jobs: Jobs, lengths: Lengths, own: Ints) -> tuple[Ints, Ints]:
    """Return by place in SPT order, among the jobs of its length, the least of -SCALE d - λ up to it, of -λ from it."""
    late, early = np.empty_like(own), np.empty_like(own)
    for i in range(lengths.p.size):
        least = np.int64(INFINITE)
        for k in range(lengths.begin[i], lengths.begin[i + 1]):
            least = min(least, -SCALE * jobs.d[jobs.spt[k]] - own[jobs.spt[k]])
            late[k] = least
        least = np.int64(INFINITE)
        for k in range(lengths.begin[i + 1] - 1, lengths.begin[i] - 1, -1):
            least = min(least, -own[jobs.spt[k]])
            early[k] = least
    return late, early


@unchecked
def least_costs(jobs: Jobs, lengths: Lengths, late: Ints, early: Ints, first: int, costs: Ints) -> None:
    """Write by length the least of T_j(t) - λ_j over its jobs, for t from `first`."""
    for i in range(lengths.p.size):
        k, end = lengths.begin[i], lengths.begin[i + 1]
        for c in range(BLOCK):
            while k < end and jobs.d[jobs.spt[k]] < first + c:
                k += 1
            least = early[k] if k < end else np.int64(INFINITE)
            if k > lengths.begin[i]:
                least = min(least, late[k - 1] + SCALE * (first + c))
            costs[i, c] = least
