"""Rescheduling of virtual machines: two cooperating rules are searched for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import ClassVar

import numpy as np

from problems.contract import (
    Construction,
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
from problems.settings import check_seed
from problems.vmr.baselines import DST_SCORE, RULES, VM_SCORE
from problems.vmr.cluster import NODES_PER_PM, cluster
from problems.vmr.drawing import draw_moves
from problems.vmr.files import read_instances
from problems.vmr.generator import (
    Limits,
    Range,
    Sizes,
    checked_limits,
    checked_sizes,
    checked_utilisation,
    instances,
)
from problems.vmr.kernel import chosen_moves, reschedule
from problems.vmr.moves import MEASURES, measured, replayed
from problems.vmr.reference import reference_of, solved

TASK = (
    "Rescheduling of virtual machines (VMs): physical machines have two NUMA nodes of 44 cores, each VM runs on one "
    "node, and what a node has free beyond whole blocks of 16 cores is its fragment. Minimise the fragment rate FR, "
    "the sum over nodes of (free cores modulo 16) over the sum of free cores, by at most K moves of a VM to another "
    "node that has room for it at that moment. Free cores in all stay the same, so a move changes the sum of fragments "
    "by -16, 0 or 16: free blocks are won by several moves that work together."
)


ARGUMENTS = {
    "size": "cores of each VM, integers of shape (VMs,)",
    "start": "the node of each VM before any move, integers of shape (VMs,); machine i has the nodes 2i and 2i + 1",
    "capacity": "cores of each node, integers of shape (nodes,)",
    "limit": "how many moves are allowed, an integer",
}
RETURNS = "the moves in their order, integers of shape (limit, 2): a VM and the node it goes to; -1 after the last"


def solved_by_mip(instance: Instance, time_limit: float, nodes: int) -> Solved:
    """Solve by the mixed-integer model, its moves put in order, or by a beam search."""
    return solved(cluster(instance), nodes, time_limit)


@dataclass(frozen=True, slots=True)
class Vmr:
    """A split is a tuple of sizes (physical machines, clusters); each cluster comes with each of the `limits`.

    Limits are in moves per machine, `utilisation` is the range of the share of cores in use. Changing one size or limit
    leaves the instances of the others as they are. Or a split is of a user's files (`problems.own_files`).
    `nodes` limits the branch and bound that computes references; nothing in them reads a clock.
    """

    name: ClassVar[str] = "vmr"
    kind: ClassVar[Kind] = Kind.RULE
    sense: ClassVar[Sense] = Sense.MINIMISE
    description: ClassVar[str] = (
        f"{TASK} Moves are made one after the other: vm_score is called for every VM that fits on another node, the "
        "VM of largest value above 0 leaves, and dst_score is called for every other node with room for it, of which "
        "the one of largest value takes it. Where no value of vm_score is above 0, or after K moves, it ends. Sizes "
        "and free cores are even numbers. Ties go to what lies on the fuller machine and node, then to the larger VM; "
        "how things are numbered plays no part. Features may be 0: guard divisions."
    )
    signatures: ClassVar[tuple[Signature, ...]] = (VM_SCORE, DST_SCORE)
    baselines: ClassVar[Mapping[str, str]] = RULES
    seeds: ClassVar[tuple[str, ...]] = ("greedy", "tolerant", "emptying")
    measures: ClassVar[Mapping[str, str]] = MEASURES
    reference_method: ClassVar[str] = "vmr mip 1"
    solution_name: ClassVar[str] = "moves"

    seed: int = 1
    train: Sizes | OwnFiles = ((5, 8), (10, 8), (20, 6), (40, 2))
    validation: Sizes | OwnFiles = ((10, 6), (20, 6), (40, 4), (80, 2))
    test: Sizes | OwnFiles = ((20, 4), (40, 4), (80, 4), (160, 2))
    limits: Limits = (0.25, 0.5, 1.0)
    utilisation: Range = (0.80, 0.90)
    nodes: int = 2000

    def __post_init__(self) -> None:
        check_seed(self.seed)
        if self.nodes < 1:
            raise ValueError(f"Expected nodes >= 1, got {self.nodes}.")
        object.__setattr__(self, "limits", checked_limits(self.limits))
        object.__setattr__(self, "utilisation", checked_utilisation(self.utilisation))
        check_splits(self, checked_sizes)

    def instances(self, split: Split) -> Sequence[Instance]:
        """Return the instances of a split; arrays: size, start, capacity and limit, int64 (`problems.vmr.cluster`)."""
        return instances_of(
            self, split, lambda sizes: instances(self.seed, split, sizes, self.limits, self.utilisation)
        )

    def permuted(self, instance: Instance, rng: np.random.Generator) -> Instance:
        """Return the same cluster with machines, their nodes, and VMs numbered in another way."""
        size, start, capacity, limit = instance.arrays
        machines = rng.permuted(np.arange(capacity.size).reshape(-1, NODES_PER_PM), axis=1)
        nodes = machines[rng.permutation(len(machines))].ravel()
        order = rng.permutation(size.size)
        return replace(instance, arrays=(size[order], np.argsort(nodes)[start[order]], capacity[nodes], limit.copy()))

    def solution_shape(self, instance: Instance) -> SolutionShape:
        """A solution is the moves in their order, each a VM and the node it goes to; rows of -1 after the last."""
        return SolutionShape((int(instance.arrays[3][0]), 2))

    def construct(self, functions: Sequence[Rule], instance: Instance) -> Solution:
        """Return the moves that the two rules choose."""
        vm_score, dst_score = functions
        given = cluster(instance)
        parts = (given.size, given.start, given.capacity, given.limit)
        return chosen_moves(vm_score, dst_score, *parts, kernel=kernel_for(functions, reschedule))

    @property
    def construction(self) -> Construction:
        """The choice of moves."""
        return Construction(chosen_moves, ARGUMENTS, RETURNS)

    def solution_table(self, instance: Instance, solution: Solution) -> SolutionTable:
        """Return the moves in their order; from and to are nodes."""
        place = instance.arrays[1].tolist()
        rows = []
        for step, (vm, dst) in enumerate(solution[solution[:, 0] >= 0].tolist()):
            rows.append((step, vm, place[vm], dst))
            place[vm] = dst
        return SolutionTable(("step", "vm", "from", "to"), tuple(rows))

    def draw(self, instance: Instance, solution: Solution) -> str:
        """Return the nodes before and after the moves as an SVG."""
        return draw_moves(cluster(instance), solution, instance.name)

    def objective(self, instance: Instance, solution: Solution) -> float:
        """Return FR after the moves; raises Infeasible unless each is possible when it is made."""
        given = cluster(instance)
        return given.rate(replayed(given, solution).fragments)

    def behaviour(self, instance: Instance, solution: Solution) -> Mapping[str, float]:
        """Return the measures of feasible moves."""
        given = cluster(instance)
        gains = replayed(given, solution).gains
        return measured(np.asarray(solution[: gains.size], dtype=np.int64), given.size, gains)

    def reference(self, instance: Instance) -> Reference:
        """Return the best FR at hand and a bound by the model that leaves out the order of moves."""
        return reference_of(cluster(instance), self.nodes)

    @property
    def solvers(self) -> Mapping[str, Solver]:
        """The method of `evo solve`: that of the references; a time limit is one of HiGHS, in wall seconds."""
        return {"mip": partial(solved_by_mip, nodes=self.nodes)}

    def read_instances(self, file: Path) -> Sequence[Instance]:
        """Return the instances of a user's file; see `problems.vmr.files`."""
        return read_instances(file, self.limits)
