"""Jobs as the exact algorithm wants them: checked, without those of no work, due dates clipped, in EDD order."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from problems.contract import Array
from problems.sequences import JobSequence

Ints = NDArray[np.int64]

MOST_WORK = 2**31  # of all jobs together; keys of subproblems hold a time in 32 bits
MOST_JOBS = 2**20  # keys hold three job indices in 63 bits
LARGEST = 2**62  # nothing summed over jobs may pass it


class Jobs(NamedTuple):
    """Jobs in EDD order (ties: the shorter first), and their SPT ranks (ties: the earlier in EDD order first).

    All int64 of shape (jobs,): p > 0, p <= d <= Σp, rank the place in SPT order, spt the job at each place.
    """

    p: Ints
    d: Ints
    rank: JobSequence
    spt: JobSequence


@dataclass(frozen=True, slots=True)
class Reduction:
    """An instance after reduction: an optimum of `jobs` plus `constant` is one of the instance.

    `first` are the jobs of no work, which an optimum may start with; `order` says which job each of `jobs` is.
    """

    jobs: Jobs
    first: JobSequence
    order: JobSequence
    constant: int


def checked_jobs(p: Array, d: Array) -> tuple[Ints, Ints]:
    """Return both as int64; raises ValueError unless they are integers of one shape (jobs,), p >= 0, and not too large.

    Σp may be at most 2^31 and there may be at most 2^20 jobs; due dates may be negative and are bounded only so that
    no sum of tardiness leaves int64.
    """
    arrays = {"processing times": np.asarray(p), "due dates": np.asarray(d)}
    for name, array in arrays.items():
        if array.ndim != 1:
            raise ValueError(f"Expected {name} of shape (jobs,), got {array.shape}.")
        if array.size and array.dtype.kind not in "iu":
            raise ValueError(f"Expected {name} as integers, got {array.dtype}.")
    times, dues = arrays.values()
    if times.size != dues.size:
        raise ValueError(f"Expected as many processing times as due dates, got {times.size} and {dues.size}.")
    if times.size > MOST_JOBS:
        raise ValueError(f"Expected at most {MOST_JOBS} jobs, got {times.size}.")
    if times.size and times.min() < 0:
        job = int(times.argmin())
        raise ValueError(f"Expected processing times >= 0, got {times[job]} for job {job}.")
    work = sum(times.tolist())
    if work > MOST_WORK:
        raise ValueError(f"Expected processing times that sum to at most {MOST_WORK}, got {work}.")
    if sum(map(abs, dues.tolist())) + times.size * work > LARGEST:
        raise ValueError(f"Expected due dates small enough that no total passes {LARGEST}.")
    return times.astype(np.int64), dues.astype(np.int64)


def reduced(p: Ints, d: Ints) -> Reduction:
    """Return the instance without jobs of no work, in EDD order, with due dates in [p, Σp].

    A job of no work delays nobody and is least tardy at time 0. A job is never done before p, so that a due date
    below p adds a constant; one above Σp is never missed.
    """
    first = np.flatnonzero(p == 0)
    rest = np.flatnonzero(p)
    constant = sum(np.maximum(0, p - d).tolist())
    clipped = np.clip(d, p, p.sum())
    order = rest[np.lexsort((p[rest], clipped[rest]))]
    return Reduction(ranked(p[order], clipped[order]), first, order, constant)


def ranked(p: Ints, d: Ints) -> Jobs:
    """Return jobs that stand in EDD order with their SPT ranks."""
    spt = np.argsort(p, kind="stable")
    rank = np.empty_like(spt)
    rank[spt] = np.arange(spt.size)
    return Jobs(p, d, rank, spt)
