"""Prices of the transportation problem against HiGHS."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from problems.smtt.exact import transport
from problems.smtt.exact.limits import UNLIMITED, SolveLimits

EXAMPLES = settings(deadline=None, derandomize=True, max_examples=25)


def problem(seed, jobs, periods, largest):
    rng = np.random.default_rng(seed)
    work = rng.integers(1, 50, jobs).astype(np.float64)
    shares = rng.integers(1, 9, periods)
    return rng.integers(0, largest, (jobs, periods)).astype(np.float64), work, work.sum() * shares / shares.sum()


def dual_value(cost, work, capacity, prices):
    return work @ (cost + prices).min(axis=1) - capacity @ prices


def least_cost(cost, work, capacity):
    jobs, periods = cost.shape
    rows = np.vstack((np.kron(np.eye(jobs), np.ones(periods)), np.kron(np.ones(jobs), np.eye(periods))))
    return linprog(cost.ravel(), A_eq=rows, b_eq=np.concatenate((work, capacity))).fun


@EXAMPLES
@given(st.integers(0, 2**32), st.integers(1, 12), st.integers(2, 8), st.sampled_from([2, 50, 10**6]))
def test_prices_bound_the_cost_from_below_and_nearly_reach_it(seed, jobs, periods, largest):
    cost, work, capacity = problem(seed, jobs, periods, largest)
    least = least_cost(cost, work, capacity)
    reached = dual_value(cost, work, capacity, transport.prices(cost, work, capacity, UNLIMITED))
    assert reached <= least * (1 + 1e-9) + 1e-6
    assert reached >= least * (1 - 5 * transport.TOLERANCE) - 1e-6


def test_prices_cut_short_still_bound_the_cost():
    cost, work, capacity = problem(3, 6, 4, 50)
    prices = transport.prices(cost, work, capacity, SolveLimits(until=0.0))
    assert dual_value(cost, work, capacity, prices) <= least_cost(cost, work, capacity)


@pytest.mark.parametrize("cost", [np.zeros((3, 4)), np.ones((3, 1))])
def test_nothing_to_choose_costs_nothing(cost):
    periods = cost.shape[1]
    assert transport.prices(cost, np.ones(3), np.full(periods, 3 / periods), UNLIMITED).tolist() == [0.0] * periods
