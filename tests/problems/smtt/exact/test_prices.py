"""Prices satisfy the inequality that makes them a bound, whatever the instance, and slow twins give the same."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from problems.kernels import plain as slow_twin
from problems.smtt.exact import checked_jobs, prices
from problems.smtt.exact.jobs import reduced
from problems.smtt.exact.prices import SCALE, least_prices, least_prices_of_time, shortest_path, value_at
from problems.smtt.generator import draw

EXAMPLES = settings(deadline=None, derandomize=True, max_examples=60)
JOBS = st.lists(st.tuples(st.integers(1, 12), st.integers(-9, 90)), min_size=1, max_size=9)


def jobs_of(pairs):
    return reduced(*checked_jobs([p for p, _ in pairs], [d for _, d in pairs])).jobs


def f(found, t):
    return int(value_at(found.base, found.slope, found.shift, t))


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
    every_time = np.array([value_at(base, slope, shift, t) for t in range(work + 1)])
    own = least_prices(p, d, base, slope, shift, work)
    assert own.tolist() == least_prices_of_time(p, d, every_time).tolist()
    assert own.tolist() == slow_twin(least_prices)(p, d, base, slope, shift, work).tolist()
    assert own.tolist() == slow_twin(least_prices_of_time)(p, d, every_time).tolist()


@EXAMPLES
@given(pairs=JOBS, own=st.lists(st.integers(-500, 900), min_size=9, max_size=9))
def test_the_shortest_path_is_that_of_a_plain_recursion(pairs, own):
    p, d, _, _ = jobs_of(pairs)
    work, values = int(p.sum()), np.array(own[: p.size])
    plain: list[float] = [0.0]
    for t in range(1, work + 1):
        steps = zip(p.tolist(), d.tolist(), values.tolist(), strict=True)
        plain.append(min((plain[t - p] + SCALE * max(0, t - d) - own for p, d, own in steps if p <= t), default=np.inf))
    for kernel in (shortest_path, slow_twin(shortest_path)):
        found = kernel(p, d, values, work)
        assert [value if value < 2**61 else np.inf for value in found.tolist()] == plain


def test_more_periods_bound_better_and_the_bound_is_near():
    jobs = reduced(*draw(np.random.default_rng(1), 100, 0.2, 0.6)).jobs  # its optimum is 49086
    bounds = [(found.own.sum() + f(found, int(jobs.p.sum()))) / SCALE for found in map_periods(jobs, (8, 24, 72))]
    assert sorted(bounds) == bounds
    assert 0.998 * 49086 < bounds[-1] <= 49086


def map_periods(jobs, counts):
    return [prices.priced(jobs, periods) for periods in counts]
