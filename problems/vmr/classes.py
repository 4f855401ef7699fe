"""VMs of one size on one node are interchangeable: states and moves in these classes.

Symbols: s a size, i and j nodes; a class move takes any VM of size s from i to j.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from problems.vmr.cluster import Cluster, Integers

ClassMove = tuple[int, int, int]  # (kind of size, from, to)


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
