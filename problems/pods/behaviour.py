"""What a placement is like, apart from how much it places: the behavioural measures (kernel)."""

import numpy as np
from numpy.typing import NDArray

from problems.contract import Array
from problems.kernels import compiled
from problems.pods.generator import Integers

MEASURES = {
    "imbalance": "mean difference, over nodes, between the used shares of CPU and memory, 0 to 1",
    "spread": (
        "evenness of the nodes' load by the first half of the placed pods, by class, then arrival, 0 to 1 "
        "(1: all nodes equally loaded)"
    ),
    "hole": "share of the free CPU and memory that is on the node with most of it, 0 to 1",
}


@compiled
def measured(
    solution: Array, queue: Integers, cpu: Array, mem: Array, cap_cpu: Array, cap_mem: Array
) -> NDArray[np.float64]:
    """Return the measures of a feasible placement, in the order of `MEASURES`."""
    used_cpu, used_mem, early = np.zeros(cap_cpu.size), np.zeros(cap_cpu.size), np.zeros(cap_cpu.size)
    placed, seen = np.count_nonzero(solution >= 0), 0
    for pod in queue:
        node = solution[pod]
        if node >= 0:
            seen += 1
            used_cpu[node] += cpu[pod] / cap_cpu[node]
            used_mem[node] += mem[pod] / cap_mem[node]
            if 2 * seen <= placed:
                early[node] += cpu[pod] / cap_cpu[node] + mem[pod] / cap_mem[node]
    imbalance = np.abs(used_cpu - used_mem).mean()
    # The effective number of loaded nodes, (Σ load)² / Σ load², as a share of all.
    squares = (early * early).sum()
    spread = early.sum() ** 2 / (squares * early.size) if squares > 0 else 1.0
    free = np.maximum(0.0, 2.0 - used_cpu - used_mem)
    hole = free.max() / free.sum() if free.sum() > 0 else 1.0
    return np.array([min(1.0, imbalance), min(1.0, spread), min(1.0, hole)])
