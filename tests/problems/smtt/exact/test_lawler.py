"""The independent check is right where everything can be tried."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from problems.kernels import plain as slow_twin
from problems.smtt.exact import checked_jobs
from problems.smtt.exact.jobs import reduced
from problems.smtt.exact.lawler import in_time, longest_place, pure_lawler
from problems.smtt.exact.lawler import optimum as recursion
from problems.smtt.exact.memo import empty
from problems.smtt.generator import draw

JOBS = st.lists(st.tuples(st.integers(1, 9), st.integers(-5, 30)), min_size=1, max_size=6)
EXAMPLES = settings(deadline=None, derandomize=True, max_examples=300)


@EXAMPLES
@given(st.integers(0, 2**32), st.integers(0, 11), st.sampled_from([2, 5, 20, 100]), st.booleans())
def test_it_finds_the_optimum_of_all_sets_of_jobs(optimum, seed, jobs, largest, every_position):
    rng = np.random.default_rng(seed)
    p = rng.integers(0, largest, jobs, endpoint=True)
    d = rng.integers(-largest, max(1, jobs * largest), jobs)
    assert pure_lawler(p, d, every_position=every_position) == optimum(p, d)


@pytest.mark.parametrize(("rdd", "tf"), [(0.2, 0.4), (0.4, 0.6), (0.8, 0.8)])
def test_the_positions_that_rules_leave_hold_an_optimum_and_little_memory_changes_no_value(rdd, tf):
    p, d = draw(np.random.default_rng(5), 50, rdd, tf)
    value = pure_lawler(p, d, every_position=True)
    assert pure_lawler(p, d) == value
    assert pure_lawler(p, d, slots=64) == value


@settings(EXAMPLES, max_examples=60)
@given(JOBS, st.booleans())
def test_kernels_and_twins_find_the_least_of_every_sequence(optimum, pairs, every_position):
    p, d = checked_jobs([p for p, _ in pairs], [d for _, d in pairs])
    reduction = reduced(p, d)
    least = min(
        sum(max(0, end - d[j]) for end, j in zip(p[[*order]].cumsum(), order, strict=True))
        for order in itertools.permutations(range(p.size))
    )
    assert optimum(p, d) == least
    for kernel in (recursion, slow_twin(recursion)):
        found = kernel(reduction.jobs, np.arange(p.size), 0, every_position, empty(64))
        assert found + reduction.constant == least


@settings(EXAMPLES, max_examples=60)
@given(JOBS, st.integers(0, 9))
def test_what_the_recursion_asks_of_jobs_is_answered_alike_by_the_twins(pairs, t):
    jobs = reduced(*checked_jobs([p for p, _ in pairs], [d for _, d in pairs])).jobs
    everyone = np.arange(len(pairs))
    for kernel in (in_time, slow_twin(in_time)):
        assert kernel(jobs, everyone, t) == bool((t + jobs.p.cumsum() <= jobs.d).all())
    for kernel in (longest_place, slow_twin(longest_place)):
        assert kernel(jobs, everyone) == jobs.spt[-1]
