"""The moves that two rules choose on a cluster."""

from collections.abc import Sequence

import numpy as np

from problems.contract import Rule
from problems.kernels import compiled, kernel_for
from problems.vmr.canonical import Order, canonical
from problems.vmr.cluster import Cluster, Integers
from problems.vmr.kernel import COUNT, FREE, KIND, PLACE, SIZE, reschedule


def choose_moves(functions: Sequence[Rule], given: Cluster) -> Integers:
    """Return the moves of shape (limit, 2), -1 after the last; the kernel works in canonical order."""
    vm_score, dst_score = functions
    order = canonical(given)
    moves = np.full((given.limit, 2), -1, dtype=np.int64)
    vms, nodes, kinds = tables(given.size[order.vms], order.place, given.free()[order.nodes])
    kernel_for(functions, reschedule)(vm_score, dst_score, vms, nodes, kinds, moves)
    return given_numbers(moves, order)


@compiled
def tables(size: Integers, place: Integers, free: Integers) -> tuple[Integers, Integers, Integers]:
    """Return the kernel's tables of VMs and of nodes, and the sizes that there are."""
    kinds = np.unique(size)
    vms, nodes = np.zeros((4, size.size), dtype=np.int64), np.zeros((3, free.size), dtype=np.int64)
    vms[SIZE], vms[KIND], vms[PLACE] = size, np.searchsorted(kinds, size), place
    nodes[FREE], nodes[COUNT] = free, np.bincount(place, minlength=free.size)
    return vms, nodes, kinds


def given_numbers(moves: Integers, order: Order) -> Integers:
    """Return moves in canonical numbers as moves in the given ones."""
    made = int((moves[:, 0] >= 0).sum())
    moves[:made, 0] = order.vms[moves[:made, 0]]
    moves[:made, 1] = order.nodes[moves[:made, 1]]
    return moves
