"""An instance under names: its machines, fragments (free cores that make no whole block), and classes of VMs.

Ding et al. (2025, EuroSys), arXiv 2505.17359: the fragment rate FR is, over all NUMA nodes, the sum of free cores
modulo 16 over the sum of free cores. Moves leave the latter as it is. VMs of one size on one node are interchangeable:
a class move takes any VM of a size from one node to another.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from problems.contract import Instance

Integers = NDArray[np.int64]

BLOCK = 16  # cores; what a node has free beyond whole blocks is its fragment
NODES_PER_PM = 2
ClassMove = tuple[int, int, int]  # (kind of size, from, to)


@dataclass(frozen=True, slots=True)
class Cluster:
    """Machines and what runs on them; NUMA nodes 2i and 2i + 1 are those of physical machine i.

    `size` in cores and `start`, the NUMA node at first, are of shape (VMs,); `capacity` in cores of shape (nodes,);
    at most `limit` moves are allowed.
    """

    size: Integers
    start: Integers
    capacity: Integers
    limit: int

    def free(self) -> Integers:
        """Return the free cores of each node before any move, a fresh array."""
        return free_cores(self.size, self.start, self.capacity)

    def rate(self, fragments: int) -> float:
        """Return the fragment rate where so many cores are in fragments; 0 where no core is free."""
        total = int(self.free().sum())
        return fragments / total if total else 0.0


def free_cores(size: Integers, start: Integers, capacity: Integers) -> Integers:
    """Return the free cores of each node before any move, a fresh array of shape (nodes,)."""
    return capacity - np.bincount(start, weights=size, minlength=capacity.size).astype(np.int64)


def cluster(instance: Instance) -> Cluster:
    """Return what the arrays of an instance say."""
    size, start, capacity, limit = (np.asarray(array, dtype=np.int64) for array in instance.arrays)
    return Cluster(size, start, capacity, int(limit[0]))


def fragments(free: Integers) -> int:
    """Return how many free cores are in fragments."""
    return int((free % BLOCK).sum())


def kinds_of(given: Cluster) -> Integers:
    """Return the sizes that occur, ascending."""
    return np.unique(given.size)


def counts_of(given: Cluster) -> Integers:
    """Return how many VMs of each size are on each node, of shape (nodes, kinds)."""
    counts = np.zeros((given.capacity.size, kinds_of(given).size), dtype=np.int64)
    np.add.at(counts, (given.start, np.searchsorted(kinds_of(given), given.size)), 1)
    return counts


def as_solution(given: Cluster, moves: Sequence[ClassMove]) -> Integers:
    """Return moves of single VMs, of shape (limit, 2): of a class the VM of lowest number leaves."""
    kinds = kinds_of(given).tolist()
    on: dict[tuple[int, int], list[int]] = defaultdict(list)
    for vm, (size, node) in enumerate(zip(given.size.tolist(), given.start.tolist(), strict=True)):
        on[size, node].append(vm)
    solution = np.full((given.limit, 2), -1, dtype=np.int64)
    for row, (kind, src, dst) in enumerate(moves):
        vm = on[kinds[kind], src].pop(0)
        on[kinds[kind], dst].append(vm)
        solution[row] = vm, dst
    return solution
