"""The kernels of pod packing: the queue, the scheduler that calls a rule for every node, checks and measures.

Pods have requests `cpu` and `mem` and a `level`, 0 the highest class; nodes have `cap_cpu` and `cap_mem`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from problems.contract import Array, Rule
from problems.kernels import compiled
from problems.pods.generator import LEVELS, Integers

UNPLACED = -1
MEASURES = {
    "imbalance": "mean difference, over nodes, between the used shares of CPU and memory, 0 to 1",
    "spread": (
        "evenness of the nodes' load by the first half of the placed pods, by class, then arrival, 0 to 1 "
        "(1: all nodes equally loaded)"
    ),
    "hole": "share of the free CPU and memory that is on the node with most of it, 0 to 1",
}


def default_queue(level: Array, arrival: Array) -> Integers:
    """Return the pods by class, the highest first, then by arrival."""
    return np.lexsort((arrival, level)).astype(np.int64)


def queue_by(urgency: NDArray[np.float64], level: Array, arrival: Array) -> Integers:
    """Return the pods by falling urgency, then as in the default queue; NaN (a rule that failed) comes last."""
    return np.lexsort((arrival, level, -urgency)).astype(np.int64)


@compiled
def urgencies(
    rule: Rule, cpu: Array, mem: Array, level: Array, arrival: Array, cap_cpu: Array, cap_mem: Array
) -> NDArray[np.float64]:
    """Return what the rule says of every pod, of shape (pods,)."""
    pods, nodes = float(cpu.size), float(cap_cpu.size)
    shared = (pods, cpu.sum() / pods, mem.sum() / pods, cap_cpu.sum() / nodes, cap_mem.sum() / nodes, nodes)
    values = np.empty(cpu.size)
    for pod in range(cpu.size):
        own = (float(cpu[pod]), float(mem[pod]), float(LEVELS - level[pod]), float(arrival[pod]))
        values[pod] = rule(*own, *shared)
    return values


@compiled
def schedule(
    rule: Rule, queue: Integers, cpu: Array, mem: Array, level: Array, cap_cpu: Array, cap_mem: Array, out: Integers
) -> None:
    """Write into `out` the node of each pod: in the order of the queue, the node with room of largest score.

    The first largest wins; where no score is above minus infinity (a rule that failed returns NaN), the first node with
    room is taken. A pod that fits nowhere stays unplaced.
    """
    free_cpu, free_mem = cap_cpu.copy(), cap_mem.copy()
    on_node = np.zeros(cap_cpu.size, dtype=np.int64)
    wait_cpu, wait_mem = float(cpu.sum()), float(mem.sum())
    all_cpu, all_mem = float(cap_cpu.sum()), float(cap_mem.sum())
    for place in range(queue.size):
        pod, waiting = queue[place], float(queue.size - place)
        req_cpu, req_mem = float(cpu[pod]), float(mem[pod])
        turn = (float(LEVELS - level[pod]), waiting)
        rest = (wait_cpu / waiting, wait_mem / waiting, all_cpu, all_mem)
        chosen, largest = UNPLACED, -np.inf
        for node in range(cap_cpu.size):
            if cpu[pod] <= free_cpu[node] and mem[pod] <= free_mem[node]:
                room = (float(free_cpu[node]), float(free_mem[node]), float(cap_cpu[node]), float(cap_mem[node]))
                score = rule(req_cpu, req_mem, *room, *turn, float(on_node[node]), *rest)
                if chosen == UNPLACED or score > largest:
                    chosen = node
                    largest = score if score > -np.inf else -np.inf
        out[pod] = chosen
        wait_cpu -= req_cpu
        wait_mem -= req_mem
        if chosen != UNPLACED:
            free_cpu[chosen] -= cpu[pod]
            free_mem[chosen] -= mem[pod]
            on_node[chosen] += 1
            all_cpu -= req_cpu
            all_mem -= req_mem


def scheduled(
    score: Rule,
    cpu: Array,
    mem: Array,
    level: Array,
    arrival: Array,
    cap_cpu: Array,
    cap_mem: Array,
    *,
    kernel: Callable[..., None] = schedule,
) -> Integers:
    """Return the node of each pod, -1 where it is unplaced: the queue is by class, then by arrival."""
    out = np.full(cpu.size, UNPLACED, dtype=np.int64)
    kernel(score, default_queue(level, arrival), cpu, mem, level, cap_cpu, cap_mem, out)
    return out


def ordered_and_scheduled(
    order: Rule,
    score: Rule,
    cpu: Array,
    mem: Array,
    level: Array,
    arrival: Array,
    cap_cpu: Array,
    cap_mem: Array,
    *,
    urgency_kernel: Callable[..., NDArray[np.float64]] = urgencies,
    kernel: Callable[..., None] = schedule,
) -> Integers:
    """Return the node of each pod, -1 where it is unplaced: the queue is by what `order` says of each pod."""
    out = np.full(cpu.size, UNPLACED, dtype=np.int64)
    urgency = urgency_kernel(order, cpu, mem, level, arrival, cap_cpu, cap_mem)
    kernel(score, queue_by(urgency, level, arrival), cpu, mem, level, cap_cpu, cap_mem, out)
    return out


@compiled
def placed(solution: Array, cpu: Array, mem: Array, level: Array, cap_cpu: Array, cap_mem: Array) -> Integers:
    """Return how many pods of each level an untrusted placement of the right length places; -1s where it is none."""
    counts, fault = np.zeros(LEVELS, dtype=np.int64), np.full(LEVELS, -1)
    used_cpu, used_mem = np.zeros(cap_cpu.size, dtype=np.int64), np.zeros(cap_cpu.size, dtype=np.int64)
    for pod in range(cpu.size):
        node = solution[pod]
        if node == UNPLACED:
            continue
        if node < 0 or node >= cap_cpu.size:
            return fault
        used_cpu[node] += cpu[pod]
        used_mem[node] += mem[pod]
        if used_cpu[node] > cap_cpu[node] or used_mem[node] > cap_mem[node]:
            return fault
        counts[level[pod]] += 1
    return counts


def explain(solution: Array, cpu: Array, mem: Array, cap_cpu: Array, cap_mem: Array) -> str:
    """Return what is wrong with a placement of the right length that `placed` refuses."""
    for pod, node in enumerate(solution.tolist()):
        if not UNPLACED <= node < cap_cpu.size:
            return f"Expected nodes 0 to {cap_cpu.size - 1}, or -1 for none, got {node} for pod {pod}."
    for node in range(cap_cpu.size):
        there = solution == node
        for resource, asked, room in (("CPU", cpu, cap_cpu), ("memory", mem, cap_mem)):
            if asked[there].sum() > room[node]:
                return f"Node {node} has {room[node]} of {resource}, its pods ask for {asked[there].sum()}."
    raise ValueError("Expected a placement that is refused.")


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


@dataclass(frozen=True, slots=True)
class Staged:
    """A placement, its pods by level, and a bound for each level given what the levels above place."""

    placement: Integers
    counts: tuple[int, ...]
    bounds: tuple[int, ...]

    @property
    def proven_levels(self) -> int:
        """How many levels from the first on are proven."""
        return next((k for k in range(LEVELS) if self.counts[k] != self.bounds[k]), LEVELS)
