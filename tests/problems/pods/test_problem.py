"""Cheating gains nothing: what each kind of cheat ends in; and what the measures say."""

import math

import numpy as np
import pytest

from evaluators.language import compile_rules
from problems import Infeasible, Split
from problems.kernels import plain as slow_twin
from problems.pods import Pods, PodsOrder
from problems.pods.baselines import BASELINES, ORDER, SCORE
from problems.pods.kernel import measured

ONE_EACH = [(4, 4, 0), (4, 4, 1), (4, 4, 2)]


def levels(problem, instance, solution) -> tuple[float, ...]:
    return (problem.objective(instance, solution), *problem.lower_objectives(instance, solution))


class TestCheats:
    def test_an_overfull_node_is_refused_in_either_resource(self, cluster_of):
        for pods, resource in (([(6, 1, 0), (6, 1, 0)], "CPU"), ([(1, 6, 0), (1, 6, 0)], "memory")):
            with pytest.raises(Infeasible, match=f"Node 1 has 10 of {resource}, its pods ask for 12"):
                Pods().objective(cluster_of(pods), np.array([1, 1]))

    def test_a_full_node_is_not_overfull(self, cluster_of):
        assert Pods().objective(cluster_of([(5, 5, 0), (5, 5, 0)]), np.array([1, 1])) == 2

    @pytest.mark.parametrize("node", [-2, 2, 2**32, 2**63 - 1, -(2**63)])
    def test_a_node_that_is_none_is_refused_by_name(self, cluster_of, node):
        with pytest.raises(Infeasible, match=f"got {node} for pod 1"):
            Pods().objective(cluster_of(ONE_EACH), np.array([0, node, 1]))

    def test_a_pod_cannot_be_placed_twice(self, cluster_of):
        for solution in (np.array([0, 1, 1, 0]), np.array([[0, 1, 1], [1, 0, 0]])):
            with pytest.raises(Infeasible, match="Expected 3 integers"):
                Pods().objective(cluster_of(ONE_EACH), solution)

    def test_nodes_as_reals_are_refused(self, cluster_of):
        with pytest.raises(Infeasible, match="Expected 3 integers"):
            Pods().lower_objectives(cluster_of(ONE_EACH), np.array([0.0, 0.5, math.nan]))

    def test_many_low_pods_do_not_make_up_for_a_high_one(self, cluster_of):
        pods = [(10, 10, 0), *[(1, 1, 2)] * 10]
        instance, problem = cluster_of(pods, nodes=1), Pods()
        high, low = np.array([0] + [-1] * 10), np.array([-1] + [0] * 10)
        assert levels(problem, instance, high) > levels(problem, instance, low)

    def test_an_order_that_starves_the_high_class_does_worse_than_the_default(self):
        problem, instances = PodsOrder(), PodsOrder().instances(Split.TRAIN)
        totals = []
        for order in ("return priority", "return -priority"):
            source = f"{ORDER.header()}\n    {order}\n\n\n{BASELINES['default']}"
            functions = compile_rules(source, problem.signatures).functions
            placements = [problem.construct(functions, instance) for instance in instances]
            totals.append(sum(np.array(levels(problem, *both)) for both in zip(instances, placements, strict=True)))
        assert totals[0][0] > totals[1][0]
        assert totals[0][2] < totals[1][2]

    def test_a_constant_score_is_first_fit_and_no_better(self):
        problem = Pods()
        constant = compile_rules(f"{SCORE.header()}\n    return 7.0\n", problem.signatures).functions
        first_fit = compile_rules(BASELINES["first fit"], problem.signatures).functions
        for instance in problem.instances(Split.TRAIN):
            assert (problem.construct(constant, instance) == problem.construct(first_fit, instance)).all()

    def test_a_score_that_is_no_number_is_a_fault(self):
        problem = Pods()
        source = f"{SCORE.header()}\n    return (free_cpu - cap_cpu) / (free_cpu - cap_cpu)\n"
        rules = compile_rules(source, problem.signatures)
        problem.construct(rules.functions, problem.instances(Split.TRAIN)[0])
        with pytest.raises(Exception, match="zero"):
            rules.check()


@pytest.mark.parametrize("problem", [Pods(), PodsOrder()], ids=lambda problem: problem.name)
def test_every_baseline_compiles_and_agrees_with_plain_python(problem, plain):
    instance = problem.instances(Split.TRAIN)[-1]
    for source in problem.baselines.values():
        compiled = problem.construct(compile_rules(source, problem.signatures).functions, instance)
        interpreted = problem.construct([plain(source, signature) for signature in problem.signatures], instance)
        assert (compiled == interpreted).all()


class TestMeasures:
    def test_tell_balance_and_spread(self, cluster_of):
        instance = cluster_of([(4, 4, 0), (4, 4, 0), (8, 0, 2), (0, 8, 2)], nodes=2)
        alike, apart = np.array([0, 1, -1, -1]), np.array([0, 0, 1, -1])
        assert Pods().behaviour(instance, alike) == {"imbalance": 0.0, "spread": 0.5, "hole": 0.5}
        assert Pods().behaviour(instance, apart)["imbalance"] == pytest.approx(0.4)

    def test_are_defined_where_nothing_is_placed_or_free(self, cluster_of):
        empty = Pods().behaviour(cluster_of(ONE_EACH), np.array([-1, -1, -1]))
        assert empty == {"imbalance": 0.0, "spread": 1.0, "hole": 0.5}
        full = Pods().behaviour(cluster_of([(10, 10, 0)], nodes=1), np.array([0]))
        assert full["hole"] == 1.0

    def test_kernel_and_slow_twin_agree(self):
        for instance in Pods().instances(Split.TRAIN)[::9]:
            cpu, mem, _, _, cap_cpu, cap_mem = instance.arrays
            rng = np.random.default_rng(1)
            queue, solution = rng.permutation(cpu.size), rng.integers(-1, cap_cpu.size, cpu.size)
            arguments = (solution, queue, cpu, mem, cap_cpu, cap_mem)
            assert measured(*arguments) == pytest.approx(slow_twin(measured)(*arguments))


def test_settings_out_of_range_are_refused():
    for setting in ({"seed": -1}, {"search_rounds": -1}, {"cpsat_work": -1.0}, {"cpsat_work": math.inf}):
        with pytest.raises(ValueError, match="Expected"):
            Pods(**setting)
