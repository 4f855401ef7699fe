"""References: the search, the bounds, HiGHS, CP-SAT, and what is published."""

import itertools
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from problems import Instance, Split
from problems.jobshop import JobShop, cpsat, mip
from problems.jobshop.generator import as_instance, draw_shop, taillard
from problems.jobshop.graph import PATH, P, R, critical_path, estimate, heads_and_tails, network
from problems.jobshop.published import DATES, PUBLISHED, Bounds
from problems.jobshop.reference import lower_bound, preemptive, searched
from problems.jobshop.schedule import makespan
from problems.jobshop.tabu import improved, search
from problems.kernels import plain as slow_twin

EXAMPLES = settings(deadline=None, derandomize=True, max_examples=30)


@st.composite
def tiny(draw):
    jobs, machines = draw(st.sampled_from([(2, 2), (3, 2), (2, 3), (3, 3)]))
    return draw_shop(draw(st.integers(1, 10**9)), draw(st.integers(1, 10**9)), jobs, machines)


def one_by_one(durations: np.ndarray) -> np.ndarray:
    """A feasible schedule: all operations one after the other, job by job."""
    return (durations.ravel().cumsum() - durations.ravel()).reshape(durations.shape)


def optimum(durations: np.ndarray, routes: np.ndarray) -> int:
    """By brute force: all orders in which operations may be placed, each as early as it can."""
    n, m = durations.shape
    best = int(durations.sum())
    for order in set(itertools.permutations(np.repeat(np.arange(n), m).tolist())):
        step, jobs, shop = [0] * n, [0] * n, [0] * m
        for j in order:
            machine = routes[j, step[j]]
            jobs[j] = shop[machine] = max(jobs[j], shop[machine]) + int(durations[j, step[j]])
            step[j] += 1
        best = min(best, max(jobs))
    return best


@EXAMPLES
@given(shop=tiny())
def test_bound_optimum_and_search_are_in_order(shop):
    least = lower_bound(*shop)
    found = searched(*shop, steps=200)
    if shop[0].size <= 6:
        assert least <= optimum(*shop) <= found.value
    assert least == found.bound <= found.value <= shop[0].sum()


@EXAMPLES
@given(jobs=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 4), st.integers(0, 6)), min_size=1, max_size=5))
def test_preemptive_bound_is_the_largest_over_sets_of_jobs(jobs):
    # Carlier (1982): the optimum is the maximum over sets of least head + work + least tail.
    sets = (chosen for size in range(1, len(jobs) + 1) for chosen in itertools.combinations(jobs, size))
    expected = max(min(r for r, _, _ in s) + sum(p for _, p, _ in s) + min(q for _, _, q in s) for s in sets)
    assert preemptive(jobs) == expected


@EXAMPLES
@given(shop=tiny(), steps=st.integers(0, 40))
def test_search_gives_the_same_without_compilation_and_never_a_worse_schedule(shop, steps):
    start = one_by_one(shop[0])
    net = network(start, *shop)
    m, bound = shop[0].shape[1], lower_bound(*shop)
    slow = slow_twin(search)(net.copy(), m, steps, bound)
    assert (slow == search(net.copy(), m, steps, bound)).all()
    found = improved(start, *shop, steps, bound)
    assert makespan(found, *shop) <= makespan(start, *shop)


@EXAMPLES
@given(shop=tiny())
def test_heads_are_start_times_and_the_critical_path_spans_the_makespan(shop):
    net = network(one_by_one(shop[0]), *shop)
    m = shop[0].shape[1]
    value = heads_and_tails(net, m)
    assert value == makespan(net[R].reshape(shop[0].shape), *shop)
    assert value == slow_twin(heads_and_tails)(net.copy(), m)
    path = net[PATH, : critical_path(net, m, value)]
    assert net[P, path].sum() == value
    assert (net[R, path[1:]] == net[R, path[:-1]] + net[P, path[:-1]]).all()


def test_estimates_of_two_that_change_places_are_no_more_than_the_makespan():
    shop = draw_shop(1, 2, 4, 3)
    net = network(one_by_one(shop[0]), *shop)
    value = heads_and_tails(net, 3)
    length = critical_path(net, 3, value)
    for i in range(length - 1):
        if net[PATH, i] // 3 != net[PATH, i + 1] // 3:
            assert estimate(net, 3, i, i + 1) == slow_twin(estimate)(net.copy(), 3, i, i + 1) > 0


def test_search_comes_near_known_optima():
    for name in ("ta01", "ta11"):
        durations, routes = taillard()[name].arrays
        assert searched(durations, routes, 3000).value <= 1.06 * PUBLISHED[name].upper


def tiny_problem(**settings) -> tuple[JobShop, Instance]:
    problem = JobShop(train=((4, 4, 1),), search_steps=50, **settings)
    return problem, problem.instances(Split.TRAIN)[0]


def test_tiny_instances_are_proven():
    problem, instance = tiny_problem()
    found = problem.reference(instance)
    assert found.proven
    assert found == problem.reference(instance)


def test_highs_proves_what_brute_force_finds():
    durations, routes = draw_shop(5, 6, 3, 3)
    instance = as_instance("tiny", "tiny", durations, routes)
    assert JobShop(search_steps=0).reference(instance).value == optimum(durations, routes)


def test_highs_gives_no_schedule_where_its_limit_of_nodes_comes_first():
    durations, routes = draw_shop(2, 10, 6, 6)
    assert mip.solved(durations, routes, int(durations.sum()), nodes=1) is None


@pytest.mark.skipif(find_spec("ortools") is not None, reason="OR-Tools is installed")
def test_cp_sat_is_asked_for_in_one_line_where_it_is_missing():
    with pytest.raises(ValueError, match=r"^cpsat_work > 0 needs OR-Tools: pip install ortools$"):
        JobShop(cpsat_work=1.0)


@pytest.mark.skipif(find_spec("ortools") is None, reason="OR-Tools is not installed")
def test_cp_sat_proves_what_highs_proves():
    durations, routes = draw_shop(5, 6, 6, 6)
    by_highs = JobShop(search_steps=100).reference(as_instance("tiny", "tiny", durations, routes))
    found = cpsat.closer(durations, routes, searched(durations, routes, steps=0), work=20.0)
    assert found.proven
    assert found.value == by_highs.value


class TestPublished:
    def test_bounds_are_in_order_and_say_who_found_them_and_when(self):
        assert len(PUBLISHED) == 242
        for bounds in PUBLISHED.values():
            assert bounds.lower <= bounds.upper
            assert DATES[bounds.lower_by] in bounds.source
            assert DATES[bounds.upper_by] in bounds.source

    def test_a_lower_bound_above_the_upper_one_is_refused(self):
        with pytest.raises(ValueError, match="lower <= upper"):
            Bounds(6, "OptalCP", 5, "OptalCP")

    def test_references_of_taillard_need_no_search(self):
        problem = JobShop()
        found = {each.name: problem.reference(each) for each in problem.instances(Split.TEST)}
        assert found["ta01"].proven
        assert (found["ta41"].bound, found["ta41"].value, found["ta41"].proven) == (1926, 2005, False)

    def test_no_machine_bound_is_above_a_published_makespan(self):
        for name, instance in taillard().items():
            assert lower_bound(*instance.arrays) <= PUBLISHED[name].lower
