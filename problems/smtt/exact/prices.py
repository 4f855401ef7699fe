"""Machine-time prices and the lower bound that they give for any set of jobs started at any time.

Let U(t) be the price of the machine's first t time units and λ_j = min over C of T_j(C) + U(C) - U(C - p_j), with
T_j(C) the tardiness of job j that ends at C. With f = -U, for every job and time

    f(t + p_j) - f(t) <= T_j(t + p_j) - λ_j,                                                                    (1)

so that any sequence of the jobs S from time t costs at least Σλ_j + f(t + P(S)) - f(t). For given λ the largest f with
(1) and f(0) = 0 is a shortest path, f(t) = min_j f(t - p_j) + T_j(t) - λ_j: the state-space relaxation of Abdul-Razaq
and Potts (1988), with λ from the dual of the time-indexed relaxation of Dyer and Wolsey (1990). All is in integers, so
that (1) holds exactly however good the prices are.
"""

from typing import NamedTuple

import numpy as np

from problems.smtt.exact.jobs import Ints, Jobs
from problems.smtt.exact.transport import Reals, prices
from problems.smtt.exact.unchecked import unchecked

SCALE = 64  # integers to a unit of tardiness
FINE = 2**28  # jobs x work up to which f is a shortest path with a value for each time; above it f = -U, in pieces
MOST_TIMES = 2**22  # a dozen arrays with a value for each time take some 400 MB then
PIECES = 2**14
MOST = 2**60  # the price of all time; sums of four such stay in int64
INFINITE = 2**62
BLOCK = 512  # times whose costs are held at once


class Prices(NamedTuple):
    """λ by job, and f(t) = base[i] + slope[i] (t mod 2^shift) with i = t >> shift; int64, SCALE to a unit."""

    own: Ints
    base: Ints
    slope: Ints
    shift: int


def priced(jobs: Jobs, periods: int) -> Prices:
    """Return prices from a transportation problem with equal periods.

    A job's work in a period costs as if the job stood in its middle. Long horizons get coarser f and weaker bounds.
    """
    work = int(jobs.p.sum())
    fine = jobs.p.size * work <= FINE and work <= MOST_TIMES
    shift = 0 if fine else max(0, (work // PIECES).bit_length())
    slope = -slopes(period_rates(jobs, work, periods), work, shift)
    base = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(slope << shift)))
    slope = np.append(slope, 0)
    if not fine:
        return Prices(least_prices(jobs.p, jobs.d, base, slope, shift, work), base, slope, shift)
    own = least_prices_of_time(jobs.p, jobs.d, base)
    return Prices(own, shortest_path(jobs.p, jobs.d, own, work), np.zeros_like(base), 0)


def period_rates(jobs: Jobs, work: int, periods: int) -> Reals:
    """Return the price of a time unit in each period, in units of tardiness."""
    length = work / periods
    middle = (np.arange(periods) + 0.5) * length
    cost = np.maximum(0.0, middle[None] + (jobs.p / 2 - jobs.d)[:, None]) / jobs.p[:, None]
    return prices(cost, jobs.p.astype(np.float64), np.full(periods, length))


def slopes(rates: Reals, work: int, shift: int) -> Ints:
    """Return the price of a time unit by piece of 2^shift, linear between the middles of the periods."""
    middles = (np.arange(rates.size) + 0.5) * (work / rates.size)
    times = (np.arange(-(-work >> shift)) + 0.5) * (1 << shift)
    found = np.nan_to_num(SCALE * np.interp(times, middles, rates))  # rounding may have ruined them: (1) still holds
    scaled: Ints = np.rint(np.clip(found, 0.0, MOST // work)).astype(np.int64)
    return scaled


@unchecked
def least_prices_of_time(p: Ints, d: Ints, f: Ints) -> Ints:
    """Return λ with U = -f, f given for each time."""
    own = np.empty_like(p)
    for j in range(p.size):
        least = np.int64(INFINITE)
        for c in range(p[j], f.size):
            least = min(least, SCALE * max(0, c - d[j]) - f[c] + f[c - p[j]])
        own[j] = least
    return own


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


@unchecked
def shortest_path(p: Ints, d: Ints, own: Ints, work: int) -> Ints:
    """Return the largest f for t = 0, ..., work; times that no jobs reach get INFINITE."""
    lengths = np.unique(p)
    order = np.argsort(p)
    f = np.full(work + 1, INFINITE, dtype=np.int64)
    f[0] = 0
    costs = np.empty((lengths.size, BLOCK), dtype=np.int64)
    for first in range(1, work + 1, BLOCK):
        last = min(work + 1, first + BLOCK)
        least_costs(p, d, own, order, first, costs)
        for t in range(first, last):
            for i in range(lengths.size):
                if lengths[i] > t:
                    break
                f[t] = min(f[t], f[t - lengths[i]] + costs[i, t - first])
    return f


@unchecked
def least_costs(p: Ints, d: Ints, own: Ints, order: Ints, first: int, costs: Ints) -> None:
    """Write the least of T_j(t) - λ_j over the jobs of each processing time, for t from `first`; order ascends by p."""
    costs[:] = INFINITE
    i = 0
    for k in range(order.size):
        j = order[k]
        i += k > 0 and p[j] != p[order[k - 1]]
        for c in range(BLOCK):
            costs[i, c] = min(costs[i, c], SCALE * max(0, first + c - d[j]) - own[j])
