"""An order of machines, nodes and VMs that their numbering has no part in, so that no rule gains by it.

Equal values go to the first in this order: machines, the two nodes of one and the VMs of one by what they hold. What
is still equal is interchangeable.
"""

import numpy as np

from problems.kernels import compiled
from problems.vmr.cluster import NODES_PER_PM, Integers


@compiled
def ordered(size: Integers, start: Integers, capacity: Integers) -> tuple[Integers, Integers, Integers]:
    """Return the nodes and the VMs in canonical order, and the place of each of those VMs among the nodes."""
    held = size[by_node(start, size)]
    ends = np.cumsum(np.bincount(start, minlength=capacity.size))
    nodes = np.arange(capacity.size)
    for first in range(0, capacity.size, NODES_PER_PM):
        insert(nodes[first : first + NODES_PER_PM], 1, held, ends, capacity)
    insert(nodes, NODES_PER_PM, held, ends, capacity)
    rank = np.empty_like(nodes)
    rank[nodes] = np.arange(nodes.size)
    vms = by_node(rank[start], size)
    return nodes, vms, rank[start[vms]]


@compiled
def by_node(place: Integers, size: Integers) -> Integers:
    """Return the VMs by the places of their nodes, those of one from the largest to the smallest."""
    return np.argsort(place * (size.max() + 1) - size, kind="mergesort") if size.size else np.arange(0)


@compiled
def insert(nodes: Integers, group: int, held: Integers, ends: Integers, capacity: Integers) -> None:
    """Sort groups of nodes in place by their contents, those of the first node first; equal ones stay as they are."""
    for at in range(group, nodes.size, group):
        own, to = nodes[at : at + group].copy(), at
        while to and goes_before(own, nodes[to - group : to], held, ends, capacity):
            nodes[to : to + group] = nodes[to - group : to]
            to -= group
        nodes[to : to + group] = own


@compiled
def goes_before(ones: Integers, others: Integers, held: Integers, ends: Integers, capacity: Integers) -> bool:
    """Return whether a group comes before another: larger capacity, then larger VMs, then fewer, node by node."""
    for one, other in zip(ones, others):  # noqa: B905  # numba has no strict
        if capacity[one] != capacity[other]:
            return bool(capacity[one] > capacity[other])
        first, second = (ends[one - 1] if one else 0), (ends[other - 1] if other else 0)
        count, against = ends[one] - first, ends[other] - second
        for i in range(min(count, against)):
            if held[first + i] != held[second + i]:
                return bool(held[first + i] > held[second + i])
        if count != against:
            return bool(count < against)
    return False
