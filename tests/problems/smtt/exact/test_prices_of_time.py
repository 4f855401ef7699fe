"""Prices with a value for each time against the least over every job and every time."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from problems.kernels import plain as slow_twin
from problems.smtt.exact import checked_jobs
from problems.smtt.exact.jobs import reduced
from problems.smtt.exact.prices import (
    BLOCK,
    SCALE,
    grouped,
    least_costs,
    least_of_sides,
    least_prices_of_time,
    running_least,
    shortest_path,
)

EXAMPLES = settings(deadline=None, derandomize=True, max_examples=60)
JOBS = st.lists(st.tuples(st.integers(1, 6), st.integers(-9, 50)), min_size=1, max_size=9)
OWN = st.lists(st.integers(-500, 900), min_size=9, max_size=9).map(np.array)


def jobs_of(pairs):
    return reduced(*checked_jobs([p for p, _ in pairs], [d for _, d in pairs])).jobs


def twins(kernel):
    return kernel, slow_twin(kernel)


def cost(jobs, own, j, t):
    return SCALE * max(0, t - int(jobs.d[j])) - int(own[j])


@given(pairs=JOBS)
@EXAMPLES
def test_groups_hold_the_jobs_of_each_length_by_due_date(pairs):
    jobs = jobs_of(pairs)
    lengths = grouped(jobs)
    groups = [jobs.spt[a:b] for a, b in zip(lengths.begin[:-1], lengths.begin[1:], strict=True)]
    assert lengths.p.tolist() == sorted({p for p, _ in pairs})
    assert [jobs.p[group].tolist() for group in groups] == [
        [p] * len(group) for p, group in zip(lengths.p, groups, strict=True)
    ]
    assert all(jobs.d[group].tolist() == sorted(jobs.d[group]) for group in groups)
    assert sorted(np.concatenate(groups)) == list(range(len(pairs)))


@EXAMPLES
@given(pairs=JOBS, rates=st.lists(st.integers(-300, 300), min_size=60, max_size=60))
def test_own_prices_are_the_least_over_all_times(pairs, rates):
    jobs = jobs_of(pairs)
    f = np.concatenate(([0], np.cumsum(rates[: jobs.p.sum()])))
    f = np.concatenate((f, np.full(jobs.p.sum() + 1 - f.size, f[-1])))
    least = [
        min(SCALE * max(0, c - d) - int(f[c]) + int(f[c - p]) for c in range(p, f.size))
        for p, d in zip(jobs.p.tolist(), jobs.d.tolist(), strict=True)
    ]
    for kernel in twins(least_prices_of_time):
        assert kernel(jobs, grouped(jobs), f).tolist() == least


@EXAMPLES
@given(st.lists(st.integers(-900, 900), min_size=3, max_size=30).map(np.array), st.integers(1, 2))
def test_running_leasts_are_those_of_each_side(f, p):
    drop = {c: int(f[c - p] - f[c]) for c in range(p, f.size)}
    for kernel in twins(running_least):
        early, late = np.zeros_like(f), np.zeros_like(f)
        kernel(f, p, early, late)
        for at in drop:
            assert early[at] == min(drop[c] for c in drop if c <= at)
            assert late[at] == min(SCALE * c + drop[c] for c in drop if c >= at)


@EXAMPLES
@given(pairs=JOBS, own=OWN, first=st.integers(1, 60))
def test_costs_by_length_are_the_least_over_its_jobs(pairs, own, first):
    jobs = jobs_of(pairs)
    lengths, own = grouped(jobs), own[: len(pairs)]
    for sides, costs_of in zip(twins(least_of_sides), twins(least_costs), strict=True):
        found = np.empty((lengths.p.size, BLOCK), dtype=np.int64)
        costs_of(jobs, lengths, *sides(jobs, lengths, own), first, found)
        for i, p in enumerate(lengths.p):
            same = np.flatnonzero(jobs.p == p)
            for c in range(0, BLOCK, 7):
                assert found[i, c] == min(cost(jobs, own, j, first + c) for j in same)


@EXAMPLES
@given(pairs=JOBS, own=OWN)
def test_the_shortest_path_is_that_of_a_plain_recursion(pairs, own):
    jobs, own = jobs_of(pairs), own[: len(pairs)]
    work = int(jobs.p.sum())
    least = [0.0]
    for t in range(1, work + 1):
        steps = [least[t - jobs.p[j]] + cost(jobs, own, j, t) for j in range(len(pairs)) if jobs.p[j] <= t]
        least.append(min(steps, default=math.inf))
    for kernel in twins(shortest_path):
        found = kernel(jobs, grouped(jobs), own, work)
        assert [value if value < 2**61 else math.inf for value in found.tolist()] == least


def test_paths_longer_than_a_block_are_those_of_a_plain_recursion():
    jobs = jobs_of([(400, 300), (399, 900), (7, 20), (400, 700)])
    own = np.array([100, -20, 30, 64])
    least = [0.0]
    for t in range(1, 1207):
        steps = [least[t - jobs.p[j]] + cost(jobs, own, j, t) for j in range(4) if jobs.p[j] <= t]
        least.append(min(steps, default=math.inf))
    found = shortest_path(jobs, grouped(jobs), own, 1206)
    assert [value if value < 2**61 else math.inf for value in found.tolist()] == least
