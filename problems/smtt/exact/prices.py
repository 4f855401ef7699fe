"""Machine-time prices and the lower bound that they give for any set of jobs started at any time.

Let U(t) be the price of the machine's first t time units and λ_j = min over C of T_j(C) + U(C) - U(C - p_j), with
T_j(C) the tardiness of job j that ends at C. With f = -U, for every job and time

    f(t + p_j) - f(t) <= T_j(t + p_j) - λ_j,                                                                    (1)

so that any sequence of the jobs S from time t costs at least Σλ_j + f(t + P(S)) - f(t). For given λ the largest f with
(1) and f(0) = 0 is a shortest path, f(t) = min_j f(t - p_j) + T_j(t) - λ_j: the state-space relaxation of Abdul-Razaq
and Potts (1988), with λ from the dual of the time-indexed relaxation of Dyer and Wolsey (1990). All is in integers, so
that (1) holds exactly however good the prices are.

With a value for each time, λ and the shortest path take a step per length of jobs and time: jobs of one length differ
in their due dates alone, so that the least over them all, or over all times, is a least over those of one side of a
due date, whose running least is known.
"""

import math
from typing import NamedTuple

import numpy as np

from problems.kernels import unchecked
from problems.smtt.exact.jobs import Ints, Jobs
from problems.smtt.exact.limits import UNLIMITED, SolveLimits
from problems.smtt.exact.transport import Reals, prices

SCALE = 64  # integers to a unit of tardiness
INFINITE = 2**62
BLOCK = 512  # times whose costs are held at once
FINE = 2**28  # lengths of jobs x work up to which f is a shortest path with a value for each time; above it f = -U
MOST_TIMES = 2**22  # a dozen arrays with a value for each time take some 400 MB then
PIECES = 2**14  # of f = -U
MOST = 2**60  # the price of all time; sums of four such stay in int64
SECONDS_OF_TIME = 1e-8  # by length and time unit
SECONDS_OF_PIECE = 1e-8  # by job and piece
SECONDS_OF_SHARE, SECONDS_OF_PAIR = 1e-6, 2.4e-8  # of the interior point method, by job and period or periods²


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


class Prices(NamedTuple):
    """λ by job, and f(t) = base[i] + slope[i] (t mod 2^shift) with i = t >> shift; int64, SCALE to a unit."""

    own: Ints
    base: Ints
    slope: Ints
    shift: int


def priced(jobs: Jobs, periods: int, limits: SolveLimits = UNLIMITED) -> Prices:
    """Return prices from a transportation problem with equal periods.

    A job's work in a period costs as if the job stood in its middle. Long horizons, or little time left, get coarser f
    and weaker bounds.
    """
    seconds = limits.left() / 2
    work, lengths = int(jobs.p.sum()), grouped(jobs)
    times = lengths.p.size * work
    fine = times <= min(FINE, seconds / SECONDS_OF_TIME) and work <= MOST_TIMES
    pieces = int(max(1.0, min(PIECES, seconds / (jobs.p.size * SECONDS_OF_PIECE))))
    shift = 0 if fine else (work // pieces).bit_length()
    slope = -slopes(period_rates(jobs, work, periods, limits), work, shift)
    base = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(slope << shift)))
    slope = np.append(slope, 0)
    if not fine:
        return Prices(least_prices(jobs.p, jobs.d, base, slope, shift, work), base, slope, shift)
    own = least_prices_of_time(jobs, lengths, base)
    return Prices(own, shortest_path(jobs, lengths, own, work), np.zeros_like(base), 0)


def affordable(periods: int, jobs: int, limits: SolveLimits) -> int:
    """Return as many of the periods, at least one, as a quarter of the time left suffices for."""
    seconds = limits.left() / 4
    # the positive root x of jobs (SECONDS_OF_SHARE x + SECONDS_OF_PAIR x²) = seconds
    ratio = SECONDS_OF_SHARE / SECONDS_OF_PAIR / 2
    most = math.sqrt(ratio**2 + seconds / jobs / SECONDS_OF_PAIR) - ratio
    return int(max(1, min(periods, most)))


def period_rates(jobs: Jobs, work: int, periods: int, limits: SolveLimits) -> Reals:
    """Return the price of a time unit in each period, in units of tardiness."""
    length = work / periods
    middle = (np.arange(periods) + 0.5) * length
    cost = np.maximum(0.0, middle[None] + (jobs.p / 2 - jobs.d)[:, None]) / jobs.p[:, None]
    return prices(cost, jobs.p.astype(np.float64), np.full(periods, length), limits)


def slopes(rates: Reals, work: int, shift: int) -> Ints:
    """Return the price of a time unit by piece of 2^shift, linear between the middles of the periods."""
    middles = (np.arange(rates.size) + 0.5) * (work / rates.size)
    times = (np.arange(-(-work >> shift)) + 0.5) * (1 << shift)
    found = np.nan_to_num(SCALE * np.interp(times, middles, rates))  # rounding may have ruined them: (1) still holds
    scaled: Ints = np.rint(np.clip(found, 0.0, MOST // work)).astype(np.int64)
    return scaled


@unchecked
def least_prices(p: Ints, d: Ints, base: Ints, slope: Ints, shift: int, work: int) -> Ints:
    """Return λ with U = -f, f in pieces: the least is where a piece begins, at C or C - p, or at C = d or the ends."""
    own = np.empty_like(p)
    for j in range(p.size):
        least = np.int64(INFINITE)
        for i in range(base.size + 1):
            knot = i << shift if i < base.size else d[j]
            for c in (min(max(knot, p[j]), work), min(knot + p[j], work)):
                before, after = value_at(base, slope, shift, c - p[j]), value_at(base, slope, shift, c)
                least = min(least, SCALE * max(0, c - d[j]) - after + before)
        own[j] = least
    return own


@unchecked
def value_at(base: Ints, slope: Ints, shift: int, t: int) -> int:
    """Return f(t)."""
    i = t >> shift
    value: int = base[i] + slope[i] * (t - (i << shift))
    return value
