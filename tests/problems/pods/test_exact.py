"""Staged references against exhaustive search, and the pattern search against enumeration."""

import itertools
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from problems import SolverError, Split
from problems.kernels import plain as slow_twin
from problems.pods import Pods, cpsat
from problems.pods.exact import by_patterns, packing_instance, solve
from problems.pods.exact.configuration import SCALE, cover, relax, useful_patterns
from problems.pods.exact.patterns import search
from problems.pods.exact.stage import aggregate_bound, stage
from problems.pods.kernel import Staged

EXAMPLES = settings(deadline=None, derandomize=True, max_examples=15)
PODS = st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(0, 2)), min_size=1, max_size=6)
NOTHING = -1


def staged(instance, rounds: int = 0):
    cpu, mem, level, _, cap_cpu, cap_mem = instance.arrays
    return solve(packing_instance(cpu, mem, level, cap_cpu, cap_mem), np.full(cpu.size, NOTHING), rounds)


def brute_force(pods, nodes: int, capacity: tuple[int, int]) -> tuple[int, ...]:
    best = (0, 0, 0)
    for solution in itertools.product(range(-1, nodes), repeat=len(pods)):
        used = np.zeros((nodes, 2), dtype=int)
        counts = [0, 0, 0]
        for (cpu, mem, level), node in zip(pods, solution, strict=True):
            if node >= 0:
                used[node] += (cpu, mem)
                counts[level] += 1
        if (used <= capacity).all():
            best = max(best, tuple(counts))
    return best


@EXAMPLES
@given(pods=PODS, nodes=st.integers(1, 3))
def test_patterns_alone_find_and_prove_the_staged_optimum(cluster_of, pods, nodes):
    found = staged(cluster_of(pods, nodes))
    assert found.counts == found.bounds == brute_force(pods, nodes, (10, 10))


@EXAMPLES
@given(pods=PODS, nodes=st.integers(1, 3))
def test_bounds_of_any_stage_are_valid_one_by_one(cluster_of, pods, nodes):
    best = brute_force(pods, nodes, (10, 10))
    cpu, mem, level, _, cap_cpu, cap_mem = cluster_of(pods, nodes).arrays
    one = packing_instance(cpu, mem, level, cap_cpu, cap_mem)
    for k in range(3):
        now = stage(one.requests, one.level, best[:k])
        if now.own.any():
            assert aggregate_bound(now, one.capacities) >= best[k]
            none = np.zeros((0, now.pods.size), dtype=np.bool_)
            relaxed = relax(now, one.capacities[0], nodes, none, -1)
            assert relaxed is not None
            assert relaxed.bound >= best[k] * SCALE
            patterns = useful_patterns(now, one.capacities[0], relaxed, best[k])
            chosen = cover(now, patterns, nodes, best[k])
            assert one.counts(by_patterns(now, chosen, cpu.size))[: k + 1] == best[: k + 1]
            assert len(cover(now, patterns, nodes, best[k] + 1)) == 0


@pytest.mark.parametrize("kernel", [search, slow_twin(search)], ids=["kernel", "twin"])
@EXAMPLES
@given(pods=st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(0, 20)), min_size=1, max_size=7))
def test_pattern_search_finds_each_maximal_set_of_enough_price(kernel, pods):
    requests, price = np.array(pods)[:, :2].copy(), np.array(pods)[:, 2].copy()
    capacity = np.array([12, 12])
    sets = [np.array(bits) for bits in itertools.product([False, True], repeat=len(pods))]
    fitting = [inside for inside in sets if (requests[inside].sum(axis=0) <= capacity).all()]
    maximal = [i for i in fitting if not any((i < j).any() and (i <= j).all() for j in fitting)]
    found = np.zeros((200, len(pods)), dtype=np.bool_)
    for least in (1, 15):
        expected = {tuple(i.tolist()) for i in maximal if price[i].sum() >= least}
        count, _ = kernel(price, requests, capacity, least, 0, 10_000, found)
        assert {tuple(row) for row in found[:count].tolist()} == expected
        assert count == len(expected)
    best = max(price[i].sum() for i in maximal)
    assert kernel(price, requests, capacity, 1, 1, 10_000, found)[1] == best


def test_pattern_search_says_where_steps_or_places_ran_out():
    price, requests, capacity = np.ones(6, np.int64), np.ones((6, 2), np.int64), np.array([3, 3])
    assert search(price, requests, capacity, 1, 0, 5, np.zeros((99, 6), np.bool_))[0] == -1
    assert search(price, requests, capacity, 1, 0, 9999, np.zeros((19, 6), np.bool_))[0] == -1
    assert search(price, requests, capacity, 1, 0, 9999, np.zeros((20, 6), np.bool_))[0] == 20


def test_the_local_search_never_worsens_and_repeats_itself():
    instance = Pods().instances(Split.TRAIN)[20]
    cpu, mem, level, _, cap_cpu, cap_mem = instance.arrays
    one = packing_instance(cpu, mem, level, cap_cpu, cap_mem)
    before = np.full(cpu.size, NOTHING)
    for rounds in (0, 1, 10, 1000):
        after = one.improved(before, rounds)
        assert one.counts(after) >= one.counts(before)
        assert (one.improved(before, rounds) == after).all()
        before = after


def test_no_baseline_is_better_than_a_reference_on_all_levels_together(plain):
    problem = Pods(search_rounds=200, train=((4, 4, 1), (6, 4, 1)))
    for instance in problem.instances(Split.TRAIN)[::3]:
        reference = problem.reference(instance)
        for source in problem.baselines.values():
            solution = problem.construct([plain(source, problem.signatures[0])], instance)
            reached = (problem.objective(instance, solution), *problem.lower_objectives(instance, solution))
            assert reached <= (reference.value, *reference.lower)
        assert reference.bound is not None
        assert reference.bound >= reference.value


def test_nodes_that_differ_get_the_bound_of_all_together(cluster_of):
    instance = cluster_of([(6, 6, 0), (6, 6, 0), (3, 3, 0)])
    cpu, mem, level, _, _, _ = instance.arrays
    found = solve(packing_instance(cpu, mem, level, np.array([8, 9]), np.array([8, 7])), np.full(3, NOTHING), 100)
    assert (found.counts, found.bounds) == ((2, 0, 0), (3, 0, 0)) or found.counts == (3, 0, 0)


INSTALLED = find_spec("ortools") is not None


@pytest.mark.skipif(INSTALLED, reason="OR-Tools is installed")
def test_cpsat_is_found_missing_in_one_line():
    unproven = next(i for i in Pods().instances(Split.TRAIN) if "nodes=4 pods/node=8 demand=100%" in i.family)
    with pytest.raises(SolverError, match="pip install ortools"):
        Pods(search_rounds=100, cpsat_work=0.1).reference(unproven)


@pytest.mark.skipif(not INSTALLED, reason="OR-Tools is not installed")
def test_cpsat_improves_and_proves_a_small_placement(cluster_of):
    pods = [(6, 4, 0), (4, 6, 0), (5, 5, 1), (5, 5, 2), (3, 3, 2)]
    cpu, mem, level, _, cap_cpu, cap_mem = cluster_of(pods).arrays
    nothing = Staged(np.full(cpu.size, NOTHING), (0, 0, 0), (2, 1, 2))
    found = cpsat.closer((cpu, mem, level, cap_cpu, cap_mem), nothing, 1.0)
    assert found.counts == found.bounds == brute_force(pods, 2, (10, 10))
