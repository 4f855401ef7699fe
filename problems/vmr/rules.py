"""The moves that two rules choose on a cluster."""

from collections.abc import Sequence

import numpy as np

from problems.contract import Rule
from problems.kernels import kernel_for
from problems.vmr.canonical import canonical
from problems.vmr.cluster import Cluster, Integers
from problems.vmr.kernel import reschedule


def choose_moves(functions: Sequence[Rule], given: Cluster) -> Integers:
    """Return the moves of shape (limit, 2), -1 after the last; the kernel works in canonical order."""
    vm_score, dst_score = functions
    order = canonical(given)
    rank = np.argsort(order.nodes)
    place = rank[given.start[order.vms]]
    kinds, kind = np.unique(given.size[order.vms], return_inverse=True)
    vms = np.stack([given.size[order.vms], kind, place, np.zeros_like(place)])
    count = np.bincount(place, minlength=rank.size)
    nodes = np.stack([given.free()[order.nodes], count, np.zeros_like(count)])
    moves = np.full((given.limit, 2), -1, dtype=np.int64)
    kernel_for(functions, reschedule)(vm_score, dst_score, vms, nodes, kinds, moves)
    made = moves[:, 0] >= 0
    moves[made] = np.column_stack((order.vms[moves[made, 0]], order.nodes[moves[made, 1]]))
    return moves
