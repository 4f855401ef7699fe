"""The mixed-integer model of where moves can lead, their order left out; solved by PuLP and HiGHS.

Symbols: s a size, i a node, c its free cores; o VMs of size s that leave it, a that arrive; y free blocks of 16 cores.

    minimise ε Σ o - Σ y
    Σ_s s·a_is + 16·y_i <= c_i + Σ_s s·o_is  for each node,   Σ_i o_is = Σ_i a_is  for each size
    Σ o <= K,   Σ y <= floor(Σ c / 16)

Whatever moves lead to satisfies it (a VM that moves twice counts once), so the largest Σ y bounds FR from below. VMs of
one size on one node are taken together: a binary variable for each VM and node would bring their symmetry along.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pulp
from numpy.typing import NDArray

from problems.highs import TOLERANCE, found_solution, loaded
from problems.vmr.cluster import BLOCK, Cluster, Integers, counts_of, kinds_of

ALL_MOVES = 0.1  # what K moves cost in blocks, so that few are made but no block is lost
GAP = 0.89  # below 1 - ALL_MOVES: then the number of blocks is settled

Table = Sequence[Sequence[pulp.LpVariable]]


@dataclass(frozen=True, slots=True)
class Plan:
    """VMs that leave and that arrive, each of shape (nodes, kinds), and a proven bound on the number of free blocks.

    `explored` are the nodes of branch and bound; without a solution nothing moves.
    """

    leaving: Integers
    arriving: Integers
    most_blocks: int
    status: str
    explored: int


@dataclass(frozen=True, slots=True)
class MoveModel:
    """The variables o, a (each by node and kind of size) and y (by node), and the program that they stand in."""

    program: pulp.LpProblem
    leave: Table
    arrive: Table
    blocks: Sequence[pulp.LpVariable]


def plan(given: Cluster, nodes: int, seconds: float = math.inf) -> Plan:
    """Solve the model, exploring at most so many nodes of branch and bound; by default no clock ends it."""
    model = stated(given)
    highs = loaded(model.program, GAP, None if seconds == math.inf else seconds, nodes)
    highs.run()
    info = highs.getInfo()
    values = np.rint(highs.getSolution().col_value) if found_solution(highs) else np.zeros(highs.getNumCol())
    leaving, arriving = _entries(values, model.leave), _entries(values, model.arrive)
    both = np.minimum(leaving, arriving)  # out of a node and into it: no move
    status = highs.modelStatusToString(highs.getModelStatus())
    most = math.floor(ALL_MOVES - info.mip_dual_bound + TOLERANCE)
    return Plan(leaving - both, arriving - both, most, status, max(0, info.mip_node_count))


def stated(given: Cluster) -> MoveModel:
    """Return the model of a cluster."""
    program = pulp.LpProblem("vmr", pulp.LpMinimize)
    kinds, capacity = kinds_of(given).tolist(), given.capacity.tolist()
    leave = [_row(program, f"o_{i}", most) for i, most in enumerate(counts_of(given).tolist())]
    arrive = [_row(program, f"a_{i}", [cores // size for size in kinds]) for i, cores in enumerate(capacity)]
    blocks = _row(program, "y", [cores // BLOCK for cores in capacity])
    moves = pulp.lpSum(each for row in leave for each in row)
    program += ALL_MOVES / given.limit * moves - pulp.lpSum(blocks)
    program += moves <= given.limit
    program += pulp.lpSum(blocks) <= int(given.free().sum()) // BLOCK
    for cores, out, into, block in zip(given.free().tolist(), leave, arrive, blocks, strict=True):
        program += pulp.lpDot(kinds, into) + BLOCK * block <= cores + pulp.lpDot(kinds, out)
    for kind in range(len(kinds)):
        program += pulp.lpSum(row[kind] for row in leave) == pulp.lpSum(row[kind] for row in arrive)
    return MoveModel(program, leave, arrive, blocks)


def _row(program: pulp.LpProblem, name: str, most: Sequence[int]) -> list[pulp.LpVariable]:
    return [program.add_variable(f"{name}_{s}", 0, bound, cat=pulp.LpInteger) for s, bound in enumerate(most)]


def _entries(values: NDArray[np.float64], table: Table) -> Integers:
    return np.array([[int(values[variable.index]) for variable in row] for row in table], dtype=np.int64)
