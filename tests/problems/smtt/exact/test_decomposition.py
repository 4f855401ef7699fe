"""What a search answers: exact below its cut, a lower bound above it, the same in one go or in slices."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from problems.smtt.exact.decomposition import begin, search
from problems.smtt.exact.jobs import ranked, reduced
from problems.smtt.exact.lawler import pure_lawler
from problems.smtt.exact.limits import SolveLimits
from problems.smtt.exact.prices import priced
from problems.smtt.exact.search import DecompositionSearch, Unfinished, rebuilt
from problems.smtt.exact.solver import solve
from problems.smtt.generator import draw
from problems.smtt.kernel import total_tardiness

EXAMPLES = settings(deadline=None, derandomize=True, max_examples=300)


def jobs_of(seed, jobs, rdd=0.2, tf=0.6):
    return reduced(*draw(np.random.default_rng(seed), jobs, rdd, tf)).jobs


@EXAMPLES
@given(st.integers(0, 2**32), st.integers(1, 10), st.integers(-30, 30), st.integers(1, 8))
def test_a_subproblem_is_exact_below_the_cut_and_bounded_above_it(optimum, seed, count, slack, periods):
    rng = np.random.default_rng(seed)
    jobs = reduced(*draw(rng, 14, 0.4, 0.5)).jobs
    members = np.sort(rng.choice(14, size=count, replace=False))
    inner = ranked(jobs.p[members], jobs.d[members])  # jobs of their own: any set is allowed at the root only
    value = optimum(inner.p, inner.d)
    answer = DecompositionSearch(inner, SolveLimits()).exactly(
        priced(inner, periods), np.arange(count), 0, max(0, value + slack)
    )
    assert answer == value if slack > 0 else max(0, value + slack) <= answer <= value


@pytest.mark.parametrize("nodes", [1, 7, 1000])
def test_a_search_in_slices_is_the_search_in_one_go(nodes):
    jobs = jobs_of(1, 60)
    whole, sliced = DecompositionSearch(jobs, SolveLimits()), DecompositionSearch(jobs, SolveLimits())
    prices = priced(jobs, 12)
    value = whole.exactly(prices, np.arange(60), 0, 2**40)
    begin(sliced.stack, jobs, prices, np.arange(60), 0, 2**40)
    while not search(sliced.stack, sliced.memo, jobs, prices, nodes):
        continue
    assert (int(sliced.stack.state[1]), sliced.nodes) == (value, whole.nodes)


def test_the_bound_of_an_unfinished_search_grows_to_the_optimum():
    jobs = jobs_of(2, 100)
    prices = priced(jobs, 10)
    optimum = DecompositionSearch(jobs, SolveLimits()).exactly(prices, np.arange(100), 0, 2**40)
    bounds = []
    for nodes in (1, 100, 1000, 10**6):
        answer = DecompositionSearch(jobs, SolveLimits()).within(prices, np.arange(100), optimum + 1, nodes)
        bounds.append(answer.bound if isinstance(answer, Unfinished) else answer)
    assert bounds == sorted(bounds)
    assert bounds[0] < bounds[-1] == optimum


@pytest.mark.parametrize(("rdd", "tf"), [(0.2, 0.6), (0.4, 0.4), (0.8, 0.8)])
def test_a_sequence_is_rebuilt_from_decisions_whether_or_not_they_are_remembered(rdd, tf):
    jobs = jobs_of(3, 120, rdd, tf)
    prices = priced(jobs, 24)
    remembers, forgot = DecompositionSearch(jobs, SolveLimits()), DecompositionSearch(jobs, SolveLimits())
    value = remembers.exactly(prices, np.arange(120), 0, 2**40)
    for run in (remembers, forgot):
        sequence = rebuilt(run, prices, value, np.arange(120))
        assert sorted(sequence) == list(range(120))
        assert total_tardiness(sequence, jobs.p, jobs.d) == value
    assert value == pure_lawler(jobs.p, jobs.d)


def test_a_sequence_cut_short_has_the_rest_as_it_was_known():
    jobs = jobs_of(3, 60)
    prices, edd = priced(jobs, 24), np.arange(60)
    value = DecompositionSearch(jobs, SolveLimits()).exactly(prices, edd, 0, 2**40)
    built = [rebuilt(DecompositionSearch(jobs, SolveLimits(nodes=nodes)), prices, value, edd) for nodes in range(250)]
    late = rebuilt(DecompositionSearch(jobs, SolveLimits(until=0.0)), prices, value, edd)
    assert built[0].tolist() == late.tolist() == edd.tolist()
    assert all(sorted(sequence) == edd.tolist() for sequence in built)
    totals = {total_tardiness(sequence, jobs.p, jobs.d) for sequence in built}
    assert min(totals) == value
    assert len(totals) > 2  # built in part


@pytest.mark.slow
@pytest.mark.parametrize(("rdd", "tf"), [(0.2, 0.4), (0.2, 0.6), (0.2, 0.8), (0.6, 0.6), (0.8, 0.6)])
def test_the_optimum_of_five_hundred_jobs_is_the_same_by_weak_prices_as_by_strong_ones(rdd, tf):
    p, d = draw(np.random.default_rng(4), 500, rdd, tf)
    reduction = reduced(p, d)
    values = set()
    for periods in (50, 300):
        prices = priced(reduction.jobs, periods)
        values.add(
            DecompositionSearch(reduction.jobs, SolveLimits()).exactly(prices, np.arange(500), 0, 2**40)
            + reduction.constant
        )
    assert values == {solve(p, d).value}
