"""Pod packing with priority classes: node scores are searched for, and orders of the queue with them."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import ClassVar

import numpy as np

from problems.contract import (
    Construction,
    Infeasible,
    Instance,
    Kind,
    Reference,
    Rule,
    Sense,
    Signature,
    Solution,
    SolutionShape,
    SolutionTable,
    Solved,
    Solver,
    Split,
)
from problems.kernels import kernel_for
from problems.own_files import OwnFiles, check_splits, instances_of
from problems.pods.baselines import BASELINES, ORDER, ORDERED_BASELINES, SCORE
from problems.pods.drawing import draw_placement
from problems.pods.files import read_instances
from problems.pods.generator import Integers, Sizes, checked_sizes, instances
from problems.pods.kernel import (
    MEASURES,
    UNPLACED,
    default_queue,
    explain,
    measured,
    ordered_and_scheduled,
    placed,
    schedule,
    scheduled,
    urgencies,
)
from problems.settings import check_seed

TASK = (
    "Pod packing: each pod asks for CPU and memory and is of one of three priority classes; each node has so much CPU "
    "and memory. Every pod is put on one node or on none, and what the pods of a node ask for must not exceed what it "
    "has, in CPU and in memory. Maximise the number of placed pods of class high; among equals that of class middle; "
    "among equals of both that of class low: no number of lower pods makes up for a higher one. All pods wait in one "
    "queue. In its order, the function node_score is called for every node that has room for the pod, and the node of "
    f"largest value gets it; ties go to {SCORE.ties}. A pod that fits nowhere stays unplaced, and no pod moves later."
)


ARGUMENTS = {
    "cpu": "what each pod asks for in millicores, integers of shape (pods,)",
    "mem": "what each pod asks for in mebibytes, integers of shape (pods,)",
    "level": "the priority class of each pod, 0 the highest, 2 the lowest, integers of shape (pods,)",
    "arrival": "the place of each pod in the order of arrival, from 0, integers of shape (pods,)",
    "cap_cpu": "what each node has in millicores, integers of shape (nodes,)",
    "cap_mem": "what each node has in mebibytes, integers of shape (nodes,)",
}
RETURNS = "the node of each pod, numbered from 0, -1 where it is unplaced"


def solved_in_stages(instance: Instance, _: float, rounds: int, cpsat_work: float) -> Solved:
    """Solve level by level by local search and patterns; `proven` says that every level is."""
    from problems.pods.reference import solved  # weight: the sandbox has no use for solvers

    began = time.process_time()
    found = solved(instance, rounds, cpsat_work)
    return replace(found, reference=replace(found.reference, seconds=time.process_time() - began))


@dataclass(frozen=True, slots=True)
class PodPacking:
    """What both problems share: instances, objective, measures, reference.

    A split is a tuple of sizes (nodes, pods per node, instances per class); a class is a demand and a mix of priority
    classes. Changing one size leaves the instances of the others as they are. Or a split is of a user's files
    (`problems.own_files`).
    """

    kind: ClassVar[Kind] = Kind.RULE
    sense: ClassVar[Sense] = Sense.MAXIMISE
    measures: ClassVar[Mapping[str, str]] = MEASURES
    reference_method: ClassVar[str] = "pods staged 1"
    solution_name: ClassVar[str] = "nodes"
    levels: ClassVar[tuple[str, ...]] = (
        "placed pods of class high",
        "placed pods of class middle",
        "placed pods of class low",
    )

    seed: int = 1
    train: Sizes | OwnFiles = ((4, 4, 3), (8, 4, 8), (4, 8, 4), (8, 8, 8), (16, 4, 4), (16, 8, 4))
    validation: Sizes | OwnFiles = ((4, 4, 2), (8, 4, 4), (4, 8, 2), (8, 8, 3), (16, 4, 2))
    test: Sizes | OwnFiles = ((4, 4, 2), (8, 4, 2), (4, 8, 2), (8, 8, 2), (16, 4, 1), (16, 8, 1), (32, 8, 1))
    search_rounds: int = 20_000
    cpsat_work: float = 0.0

    def __post_init__(self) -> None:
        check_seed(self.seed)
        if self.search_rounds < 0 or not 0 <= self.cpsat_work < np.inf:
            raise ValueError(
                f"Expected search_rounds and cpsat_work >= 0, got {self.search_rounds}, {self.cpsat_work}."
            )
        check_splits(self, checked_sizes)

    def instances(self, split: Split) -> Sequence[Instance]:
        """Return the instances of a split; arrays: cpu, mem, level and arrival per pod, cap_cpu and cap_mem per node.

        All are int64; CPU is in millicores, memory in mebibytes, level 0 is class high.
        """
        return instances_of(self, split, lambda sizes: instances(self.seed, split, sizes))

    def permuted(self, instance: Instance, rng: np.random.Generator) -> Instance:
        """Return the same pods, each with its arrival, under other indices."""
        order = rng.permutation(instance.arrays[0].size)
        pods, nodes = instance.arrays[:4], instance.arrays[4:]
        return replace(instance, arrays=(*(array[order] for array in pods), *nodes))

    def solution_shape(self, instance: Instance) -> SolutionShape:
        """A solution is the node of each pod, -1 where it is unplaced."""
        return SolutionShape(instance.arrays[0].shape)

    def objective(self, instance: Instance, solution: Solution) -> float:
        """Return the number of placed pods of class high; raises Infeasible where a node is none or overfull."""
        return float(self._placed(instance, solution)[0])

    def lower_objectives(self, instance: Instance, solution: Solution) -> tuple[float, ...]:
        """Return the numbers of placed pods of the classes middle and low."""
        return tuple(float(count) for count in self._placed(instance, solution)[1:])

    def behaviour(self, instance: Instance, solution: Solution) -> Mapping[str, float]:
        """Return the measures of a feasible placement."""
        cpu, mem, level, arrival, cap_cpu, cap_mem = instance.arrays
        values = measured(solution, default_queue(level, arrival), cpu, mem, cap_cpu, cap_mem)
        return dict(zip(MEASURES, values.tolist(), strict=True))

    def solution_table(self, instance: Instance, solution: Solution) -> SolutionTable:
        """Return the placement, a row for each pod; no node where it is unplaced."""
        cpu, mem, level = (array.tolist() for array in instance.arrays[:3])
        nodes = ["" if node == UNPLACED else node for node in solution.tolist()]
        return SolutionTable(
            ("pod", "cpu", "mem", "level", "node"), tuple(zip(range(len(cpu)), cpu, mem, level, nodes, strict=True))
        )

    def draw(self, instance: Instance, solution: Solution) -> str:
        """Return the placement as an SVG: what is used of each node, by class."""
        return draw_placement(instance.arrays, solution, instance.name)

    def reference(self, instance: Instance) -> Reference:
        """Return the pods that the best placement at hand places on each level, and what is proven of it."""
        from problems.pods.reference import reference  # weight: the sandbox has no use for solvers

        return reference(instance, self.search_rounds, self.cpsat_work)

    @property
    def solvers(self) -> Mapping[str, Solver]:
        """The method of `evo solve`: that of the references, limited by `search_rounds` and not by a clock."""
        return {"staged": partial(solved_in_stages, rounds=self.search_rounds, cpsat_work=self.cpsat_work)}

    def read_instances(self, file: Path) -> Sequence[Instance]:
        """Return the instances of a user's file; see `problems.pods.files`."""
        return read_instances(file)

    @staticmethod
    def _placed(instance: Instance, solution: Solution) -> Integers:
        cpu, mem, level, _, cap_cpu, cap_mem = instance.arrays
        SolutionShape(cpu.shape).check(solution)
        counts = placed(solution, cpu, mem, level, cap_cpu, cap_mem)
        if counts[0] < 0:
            raise Infeasible(explain(solution, cpu, mem, cap_cpu, cap_mem))
        return counts


@dataclass(frozen=True, slots=True)
class Pods(PodPacking):
    """Node scores; the queue is by class, then arrival."""

    name: ClassVar[str] = "pods"
    description: ClassVar[str] = f"{TASK} The queue is by class, the highest first, then by arrival."
    signatures: ClassVar[tuple[Signature, ...]] = (SCORE,)
    baselines: ClassVar[Mapping[str, str]] = BASELINES
    seeds: ClassVar[tuple[str, ...]] = ("LeastAllocated", "MostAllocated", "BalancedAllocation")

    def construct(self, functions: Sequence[Rule], instance: Instance) -> Solution:
        """Return the placement that the score makes."""
        return scheduled(functions[0], *instance.arrays, kernel=kernel_for(functions, schedule))

    @property
    def construction(self) -> Construction:
        """The scheduling."""
        return Construction(scheduled, ARGUMENTS, RETURNS)


@dataclass(frozen=True, slots=True)
class PodsOrder(PodPacking):
    """Node scores together with an order of the queue."""

    name: ClassVar[str] = "pods_order"
    description: ClassVar[str] = (
        f"{TASK} The queue is by falling value of the function pod_order, which is called once for every pod at the "
        f"start; ties go to {ORDER.ties}."
    )
    signatures: ClassVar[tuple[Signature, ...]] = (ORDER, SCORE)
    baselines: ClassVar[Mapping[str, str]] = ORDERED_BASELINES
    seeds: ClassVar[tuple[str, ...]] = ("arrival, LeastAllocated", "arrival, MostAllocated", "arrival, default")

    def construct(self, functions: Sequence[Rule], instance: Instance) -> Solution:
        """Return the placement that order and score make."""
        order, score = functions
        return ordered_and_scheduled(
            order,
            score,
            *instance.arrays,
            urgency_kernel=kernel_for((order,), urgencies),
            kernel=kernel_for((score,), schedule),
        )

    @property
    def construction(self) -> Construction:
        """The order of the queue and the scheduling."""
        return Construction(ordered_and_scheduled, ARGUMENTS, RETURNS)
