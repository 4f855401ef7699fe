"""The independent check is right where everything can be tried."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from problems.smtt.exact.lawler import pure_lawler
from problems.smtt.generator import draw

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
