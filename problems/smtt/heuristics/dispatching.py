"""Sorted sequences, and rules that append one waiting job at a time.

Symbols, here and in the modules beside: p processing times, d due dates, both by job; t the time at which the machine
is free; all in time units.
"""

import math

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


def close_gap(waiting: JobSequence, chosen: int, left: int) -> None:
    """Take the entry `chosen` out of the first `left` waiting ones, which keep their order."""
    for k in range(chosen, left - 1):
        waiting[k] = waiting[k + 1]


def modified_due_dates(p: Times, d: Times, waiting: JobSequence, out: JobSequence) -> None:
    """Dispatch the job of smallest max(t + p, d); ties go to the one that stands first in `waiting`."""
    t = 0
    for left in range(waiting.size, 0, -1):
        chosen = 0
        smallest = max(t + p[waiting[0]], d[waiting[0]])
        for k in range(1, left):
            job = waiting[k]
            value = max(t + p[job], d[job])
            if value < smallest:
                chosen, smallest = k, value
        job = waiting[chosen]
        close_gap(waiting, chosen, left)
        out[waiting.size - left] = job
        t += p[job]


def mdd(p: Times, d: Times, out: JobSequence) -> None:
    """Modified due date, ties to the shorter job: Baker and Bertrand (1982)."""
    modified_due_dates(p, d, ordered(p, d), out)


def mdd_index(p: Times, d: Times, out: JobSequence) -> None:
    """Modified due date, ties to the lower index, as in the code of Cetinkaya et al. (2025), arXiv 2510.24013."""
    modified_due_dates(p, d, np.arange(p.size), out)


def apparent_tardiness_costs(p: Times, d: Times, look_ahead: float, out: JobSequence) -> None:
    """Dispatch the job of largest exp(-max(0, d - p - t) / (look_ahead · mean p)) / p; ties to the shorter job.

    Logarithms are compared, since the exponential of a distant due date is zero. Jobs shorter than 1 count as 1.
    """
    waiting = ordered(p, d)
    t = 0
    work = p.sum()
    for left in range(waiting.size, 0, -1):
        scale = look_ahead * max(1.0, work / left)
        chosen = 0
        largest = -math.inf
        for k in range(left):
            job = waiting[k]
            value = -max(0, d[job] - p[job] - t) / scale - math.log(max(1, p[job]))
            if value > largest:
                chosen, largest = k, value
        job = waiting[chosen]
        close_gap(waiting, chosen, left)
        out[waiting.size - left] = job
        t += p[job]
        work -= p[job]


def atc_half(p: Times, d: Times, out: JobSequence) -> None:
    """Apparent tardiness cost, look-ahead of 0.5 mean waiting processing times: Vepsalainen and Morton (1987)."""
    apparent_tardiness_costs(p, d, 0.5, out)


def atc_two(p: Times, d: Times, out: JobSequence) -> None:
    """Apparent tardiness cost, look-ahead of 2 mean waiting processing times: Vepsalainen and Morton (1987)."""
    apparent_tardiness_costs(p, d, 2.0, out)


def corrected_due_dates(p: Times, d: Times, out: JobSequence) -> None:
    """Dispatch by max(t + 1.1 p, d), enlarged for jobs long against the time gone by; ties to the earlier due date."""
    waiting = ordered(d, p)
    t = 0
    work = p.sum()
    for left in range(waiting.size, 0, -1):
        longest = 1
        for k in range(left):
            longest = max(longest, p[waiting[k]])
        horizon = max(1, t * left + work) / left
        chosen = 0
        smallest = math.inf
        for k in range(left):
            job = waiting[k]
            rho = min(1.0, p[job] / (t + longest))
            mu = max(1.1 * p[job] + t, d[job]) * (1.0 + rho * rho / (1.0 + rho * rho)) + p[job] / horizon
            if mu < smallest:
                chosen, smallest = k, mu
        job = waiting[chosen]
        close_gap(waiting, chosen, left)
        out[waiting.size - left] = job
        t += p[job]
        work -= p[job]


def mddc(p: Times, d: Times, out: JobSequence) -> None:
    """Modified due date with corrections: Cetinkaya et al. (2025), arXiv 2510.24013; found by a language model."""
    corrected_due_dates(p, d, out)


def active_job(p: Times, d: Times, waiting: JobSequence, left: int, t: int) -> int:
    """Return which of the first `left` waiting jobs, in SPT order, the scan of PSK (1993) makes the next one."""
    active = 0
    for k in range(1, left):
        if t + p[waiting[active]] >= d[waiting[active]] or d[waiting[active]] <= t + p[waiting[k]]:
            return active
        if d[waiting[k]] < d[waiting[active]]:
            active = k
    return active


def psk(p: Times, d: Times, out: JobSequence) -> None:
    """Panwalkar, Smith and Koulamas (1993): a scan in SPT order, whose active job gives way to earlier due dates.

    The totals are those of MDD with ties to the shorter job: Alidaee and Gopalan (1997).
    """
    waiting = ordered(p, d)
    t = 0
    for left in range(waiting.size, 0, -1):
        chosen = active_job(p, d, waiting, left, t)
        job = waiting[chosen]
        close_gap(waiting, chosen, left)
        out[waiting.size - left] = job
        t += p[job]


def work_less_due_date_per_time(p: int, d: int, work: int) -> float:
    """Return (work - d) / p; where p is 0, what it tends to as p falls to 0."""
    if p != 0:
        return (work - d) / p
    return math.inf if work > d else -math.inf


def panneerselvam(p: Times, d: Times, out: JobSequence) -> None:
    """Panneerselvam (2006), as coded by Cetinkaya et al. (2025): the largest (work of waiting jobs - d) / p goes next.

    Ties go to the higher index.
    """
    waiting = np.arange(p.size)
    work = p.sum()
    for left in range(waiting.size, 0, -1):
        chosen = 0
        largest = -math.inf
        for k in range(left):
            value = work_less_due_date_per_time(p[waiting[k]], d[waiting[k]], work)
            if value >= largest:
                chosen, largest = k, value
        job = waiting[chosen]
        close_gap(waiting, chosen, left)
        out[waiting.size - left] = job
        work -= p[job]
