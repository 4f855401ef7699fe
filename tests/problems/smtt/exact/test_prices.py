"""Prices satisfy the inequality that makes them a bound, whatever the instance, and slow twins give the same."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from problems.kernels import plain as slow_twin
from problems.smtt.exact import checked_jobs, prices
from problems.smtt.exact.jobs import reduced
from problems.smtt.exact.limits import UNLIMITED, SolveLimits
from problems.smtt.exact.prices import SCALE, affordable, least_prices, value_at
from problems.smtt.generator import draw

EXAMPLES = settings(deadline=None, derandomize=True, max_examples=60)
JOBS = st.lists(st.tuples(st.integers(1, 12), st.integers(-9, 90)), min_size=1, max_size=9)


def jobs_of(pairs):
    return reduced(*checked_jobs([p for p, _ in pairs], [d for _, d in pairs])).jobs


def f(found, t):
    return int(value_at(found.base, found.slope, found.shift, t))


def plain_f(base, slope, shift, t):
    piece, within = divmod(t, 2**shift)
    return int(base[piece]) + int(slope[piece]) * within


def least_of_sequences(jobs, members, t):
    """The least total tardiness of these jobs from time t, every sequence tried."""
    totals = []
    for sequence in itertools.permutations(members):
        ends = itertools.accumulate(jobs.p[list(sequence)].tolist(), initial=t)
        totals.append(sum(max(0, end - int(jobs.d[j])) for end, j in zip(list(ends)[1:], sequence, strict=True)))
    return min(totals)


def reached(p):
    sums = {0}
    for own in p.tolist():
        sums |= {t + own for t in sums}
    return sums


@EXAMPLES
@given(pairs=JOBS, periods=st.integers(1, 9))
def test_no_job_anywhere_costs_less_than_its_price_and_that_of_its_time(pairs, periods):
    jobs = jobs_of(pairs)
    found = prices.priced(jobs, periods)
    for j, t in itertools.product(range(jobs.p.size), sorted(reached(jobs.p))):
        end = t + int(jobs.p[j])
        if end <= jobs.p.sum():
            assert f(found, end) - f(found, t) <= SCALE * max(0, end - int(jobs.d[j])) - int(found.own[j])


@settings(EXAMPLES, max_examples=20)
@given(st.integers(0, 2**32), st.integers(2**20, 2**24), st.integers(1, 9))
def test_coarse_prices_hold_at_every_time_that_sequences_reach(seed, largest, periods):
    rng = np.random.default_rng(seed)
    p = rng.integers(1, largest, 60, endpoint=True)
    jobs = reduced(p, np.trunc(p.sum() * rng.uniform(-0.1, 1.1, 60)).astype(np.int64)).jobs
    found = prices.priced(jobs, periods)
    for _ in range(5):
        total = start = 0
        for j in rng.permutation(60):
            end = start + int(jobs.p[j])
            cost = SCALE * max(0, end - int(jobs.d[j])) - int(found.own[j])
            assert f(found, end) - f(found, start) <= cost
            total, start = total + cost, end
        assert f(found, start) <= total


@EXAMPLES
@given(pairs=JOBS, slopes=st.lists(st.integers(0, 300), min_size=1, max_size=200), shift=st.integers(0, 3))
def test_prices_of_pieces_are_the_least_over_all_times(pairs, slopes, shift):
    p, d, _, _ = jobs_of(pairs)
    work = int(p.sum())
    pieces = -(-work >> shift)
    slope = -np.resize(np.array(slopes), pieces + 1)
    slope[-1] = 0
    base = np.concatenate(([0], np.cumsum(slope[:-1] << shift)))
    u = [-plain_f(base, slope, shift, t) for t in range(work + 1)]
    own = [
        min(SCALE * max(0, c - due) + u[c] - u[c - length] for c in range(length, work + 1))
        for length, due in zip(p.tolist(), d.tolist(), strict=True)
    ]
    for kernel in (least_prices, slow_twin(least_prices)):
        assert kernel(p, d, base, slope, shift, work).tolist() == own
    for kernel in (value_at, slow_twin(value_at)):
        assert [-kernel(base, slope, shift, t) for t in range(work + 1)] == u


@EXAMPLES
@given(pairs=JOBS, periods=st.integers(1, 9), data=st.data())
def test_no_set_of_jobs_from_any_time_costs_less_than_the_bound_of_its_prices(pairs, periods, data):
    jobs = jobs_of(pairs)
    found = prices.priced(jobs, periods)
    everyone = range(jobs.p.size)
    members = data.draw(st.lists(st.sampled_from(everyone), unique=True, max_size=5))
    others = data.draw(st.lists(st.sampled_from([0, *jobs.p[[j for j in everyone if j not in members]]]), max_size=1))
    start = int(sum(others))
    bound = int(found.own[members].sum()) + f(found, start + int(jobs.p[members].sum())) - f(found, start)
    assert bound <= SCALE * least_of_sequences(jobs, members, start)


def test_less_time_gets_weaker_prices_that_hold_and_none_too_few_periods():
    jobs = reduced(*draw(np.random.default_rng(1), 100, 0.2, 0.6)).jobs
    over = prices.priced(jobs, 24, SolveLimits(until=0.0))
    assert over.base.size < 10
    assert over.own.sum() + f(over, int(jobs.p.sum())) <= SCALE * 49086
    assert affordable(24, 100, UNLIMITED) == 24
    assert affordable(24, 100, SolveLimits(until=0.0)) == 1


def test_more_periods_bound_better_and_the_bound_is_near():
    jobs = reduced(*draw(np.random.default_rng(1), 100, 0.2, 0.6)).jobs  # its optimum is 49086
    bounds = [(found.own.sum() + f(found, int(jobs.p.sum()))) / SCALE for found in map_periods(jobs, (8, 24, 72))]
    assert sorted(bounds) == bounds
    assert 0.998 * 49086 < bounds[-1] <= 49086


def map_periods(jobs, counts):
    return [prices.priced(jobs, periods) for periods in counts]
