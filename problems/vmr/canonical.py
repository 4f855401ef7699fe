"""An order of machines, nodes and VMs that their numbering has no part in, so that no rule gains by it.

Equal values go to the first in this order: machines, the two nodes of one and the VMs of one by what they hold. What
is still equal is interchangeable.
"""

from dataclasses import dataclass

import numpy as np

from problems.vmr.cluster import NODES_PER_PM, Cluster, Integers


@dataclass(frozen=True, slots=True)
class Order:
    """`nodes` and `vms` are the given numbers in canonical order."""

    nodes: Integers
    vms: Integers


def canonical(given: Cluster) -> Order:
    """Return nodes by machine, then fullest content, VMs by node, then size, the largest first."""
    held: list[list[int]] = [[] for _ in given.capacity]
    for size, node in zip(given.size.tolist(), given.start.tolist(), strict=True):
        held[node].append(size)
    keys = [(-capacity, *sorted(-size for size in sizes)) for capacity, sizes in zip(given.capacity, held, strict=True)]
    machines = [sorted(range(i, i + NODES_PER_PM), key=keys.__getitem__) for i in range(0, len(keys), NODES_PER_PM)]
    machines.sort(key=lambda nodes: [keys[node] for node in nodes])
    nodes = np.array(machines, dtype=np.int64).ravel()
    rank = np.argsort(nodes)
    return Order(nodes, np.lexsort((-given.size, rank[given.start])))
