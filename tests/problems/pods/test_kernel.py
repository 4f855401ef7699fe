"""The scheduler and the check of placements against literal definitions."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from problems import Infeasible, Split
from problems.kernels import plain as slow_twin
from problems.pods import Pods, PodsOrder
from problems.pods.baselines import BASELINES, ORDER, ORDERS, SCORE
from problems.pods.kernel import placed

HEADER = SCORE.header()
SCORES = {
    "first fit": BASELINES["first fit"],
    "default": BASELINES["default"],
    "everything": (
        f"{HEADER}\n    return (free_cpu * wait_mem - free_mem * wait_cpu) / cap_cpu + n_on_node * priority"
        " - n_waiting * req_cpu / (all_cpu + all_mem + req_mem + cap_mem)\n"
    ),
    "failing": f"{HEADER}\n    return math.nan\n",
    "failing for some": f"{HEADER}\n    return math.nan if n_on_node > 0.0 else -free_cpu\n",
    "minus infinity": f"{HEADER}\n    return -math.inf\n",
    "infinity": f"{HEADER}\n    return math.inf if n_on_node > 0.0 else 0.0\n",
}
EXAMPLES = settings(deadline=None, derandomize=True, max_examples=40)
PODS = st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(0, 2)), min_size=1, max_size=9)


def literal_schedule(rule, pods, nodes: int, capacity: tuple[int, int], queue) -> list[int]:
    """The contract, word for word: of the nodes with room, the first of largest score."""
    on = {node: [] for node in range(nodes)}
    result = [-1] * len(pods)
    for place, pod in enumerate(queue):
        cpu, mem, level = pods[pod]
        free = {n: [c - sum(pods[j][r] for j in on[n]) for r, c in enumerate(capacity)] for n in on}
        fitting = [n for n in on if cpu <= free[n][0] and mem <= free[n][1]]
        left = queue[place:]
        turn = (3.0 - level, float(len(left)))
        rest = [sum(pods[j][r] for j in left) / len(left) for r in (0, 1)]
        rest += [float(sum(free[n][r] for n in on)) for r in (0, 1)]
        scores = {n: rule(cpu, mem, *free[n], *capacity, *turn, float(len(on[n])), *rest) for n in fitting}
        if fitting:
            result[pod] = max(fitting, key=lambda n: (-math.inf if math.isnan(scores[n]) else scores[n], -n))
            on[result[pod]].append(pod)
    return result


def literal_counts(solution: list[int], pods, nodes: int, capacity: tuple[int, int]) -> list[int] | None:
    on = [[pod for pod, node in enumerate(solution) if node == k] for k in range(nodes)]
    if not all(-1 <= node < nodes for node in solution):
        return None
    if any(sum(pods[j][r] for j in members) > capacity[r] for members in on for r in (0, 1)):
        return None
    return [sum(node >= 0 and pods[pod][2] == k for pod, node in enumerate(solution)) for k in range(3)]


@pytest.mark.parametrize("name", SCORES)
class TestSchedule:
    @EXAMPLES
    @given(pods=PODS, nodes=st.integers(1, 4))
    def test_kernel_and_slow_twin_follow_the_definition(self, native, plain, cluster_of, name, pods, nodes):
        instance = cluster_of(pods, nodes, (10, 12))
        queue = sorted(range(len(pods)), key=lambda pod: (pods[pod][2], pod))
        rule = plain(SCORES[name], SCORE)
        expected = literal_schedule(rule, pods, nodes, (10, 12), queue)
        assert Pods().construct([rule], instance).tolist() == expected
        assert Pods().construct([native(SCORES[name], SCORE)], instance).tolist() == expected

    def test_a_placement_is_feasible_at_full_size(self, native, name):
        instance = Pods().instances(Split.TRAIN)[-1]
        Pods().objective(instance, Pods().construct([native(SCORES[name], SCORE)], instance))


@EXAMPLES
@given(pods=PODS)
def test_an_order_decides_the_queue_and_ties_go_by_class_then_arrival(native, plain, cluster_of, pods):
    source = ORDER.header() + "\n    return math.nan if req_cpu > 8.0 else req_mem + 0.0 * (arrival + n_pods)\n"
    urgency = {pod: -math.inf if pods[pod][0] > 8 else pods[pod][1] for pod in range(len(pods))}
    queue = sorted(urgency, key=lambda pod: (-urgency[pod], pods[pod][2], pod))
    score = SCORES["everything"]
    expected = literal_schedule(plain(score, SCORE), pods, 2, (10, 10), queue)
    instance = cluster_of(pods)
    for make in (plain, native):
        rules = [make(source, ORDER), make(score, SCORE)]
        assert PodsOrder().construct(rules, instance).tolist() == expected


@EXAMPLES
@given(pods=PODS)
def test_the_order_by_arrival_is_the_default_queue(native, cluster_of, pods):
    instance, score = cluster_of(pods), native(SCORES["default"], SCORE)
    ordered = PodsOrder().construct([native(ORDERS["arrival"], ORDER), score], instance)
    assert (ordered == Pods().construct([score], instance)).all()


@EXAMPLES
@given(pods=PODS, data=st.data())
def test_pods_under_other_indices_are_placed_on_the_same_nodes(native, cluster_of, pods, data):
    instance, rule = cluster_of(pods), native(SCORES["everything"], SCORE)
    rng = np.random.default_rng(data.draw(st.integers(0, 100)))
    solution = Pods().construct([rule], instance)
    other = Pods().permuted(instance, rng)
    arrivals = other.arrays[3]  # of `made` the index of the pod
    assert (Pods().construct([rule], other) == solution[arrivals]).all()


@EXAMPLES
@given(pods=PODS, data=st.data())
def test_objectives_count_what_a_literal_check_lets_pass(cluster_of, pods, data):
    entries = st.one_of(st.integers(-1, 1), st.integers(-3, 4), st.sampled_from([2**63 - 1, -(2**63), 2**62]))
    solution = data.draw(st.lists(entries, min_size=len(pods), max_size=len(pods)))
    instance, problem = cluster_of(pods), Pods()
    cpu, mem, level, _, cap_cpu, cap_mem = instance.arrays
    expected = literal_counts(solution, pods, 2, (10, 10))
    array = np.array(solution, dtype=np.int64)
    for check in (placed, slow_twin(placed)):
        assert check(array, cpu, mem, level, cap_cpu, cap_mem).tolist() == (expected or [-1] * 3)
    if expected is None:
        with pytest.raises(Infeasible):
            problem.objective(instance, array)
        with pytest.raises(Infeasible):
            problem.lower_objectives(instance, array)
    else:
        assert [problem.objective(instance, array), *problem.lower_objectives(instance, array)] == expected
