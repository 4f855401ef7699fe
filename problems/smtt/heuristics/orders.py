"""Sorted sequences: earliest due date and shortest processing time.

Symbols, here and in the modules beside: p processing times, d due dates, both by job; t the time at which the machine
is free; all in time units.
"""

import numpy as np
from numpy.typing import NDArray

from problems.sequences import JobSequence

Times = NDArray[np.int64]


def ordered(key: Times, tie: Times) -> JobSequence:
    """Return the jobs by ascending key, then tie, then index."""
    jobs = np.argsort(tie, kind="mergesort")
    return jobs[np.argsort(key[jobs], kind="mergesort")]


def write(jobs: JobSequence, out: JobSequence) -> None:
    """Copy a sequence into `out`."""
    for k in range(jobs.size):
        out[k] = jobs[k]


def edd(p: Times, d: Times, out: JobSequence) -> None:
    """Earliest due date, ties to the shorter job: Jackson (1955)."""
    write(ordered(d, p), out)


def spt(p: Times, d: Times, out: JobSequence) -> None:
    """Shortest processing time, ties to the earlier due date: Smith (1956)."""
    write(ordered(p, d), out)
