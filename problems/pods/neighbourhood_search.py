"""Large neighbourhood search: a few nodes are emptied and filled again; gives references their lower side (kernels).

`requests` and `capacities`, of shape (pods, 2) and (nodes, 2), hold CPU and memory; `size` is a pod's share of all.
"""

import numpy as np
from numpy.typing import NDArray

from problems.kernels import compiled
from problems.pods.generator import LEVELS, Integers
from problems.pods.kernel import UNPLACED

MOST_EMPTIED = 4
SLACK = 0.01  # so much more room, as a share of all, may equal counts take in one round


@compiled
def improve(
    solution: Integers, requests: Integers, level: Integers, capacities: Integers, rounds: int, rng: np.random.Generator
) -> Integers:
    """Return a placement no worse: more pods of the highest level, then of the next, then of the next.

    A round empties two to four nodes and fills them from what was on them and what is unplaced; what is no worse
    stays, and at equal counts what takes less room.
    """
    free = capacities.copy()
    for pod in range(level.size):
        if solution[pod] != UNPLACED:
            free[solution[pod]] -= requests[pod]
    size = (requests / capacities.sum(axis=0)).sum(axis=1)
    for _ in range(rounds):
        trial, room = solution.copy(), free.copy()
        waiting = emptied(trial, room, capacities, rng)
        filled(trial, room, waiting[urgency(waiting, solution, level, size, rng)], requests, capacities, rng)
        if gain(trial, solution, level, size) >= -SLACK * rng.random():
            solution, free = trial, room
    return solution


@compiled
def emptied(solution: Integers, free: Integers, capacities: Integers, rng: np.random.Generator) -> Integers:
    """Empty a few nodes in place and return the pods that are on none."""
    nodes = free.shape[0]
    chosen = np.zeros(nodes, dtype=np.bool_)
    for _ in range(2 + int(rng.random() * (MOST_EMPTIED - 1))):
        chosen[int(rng.random() * nodes)] = True
    for node in range(nodes):
        if chosen[node]:
            free[node] = capacities[node]
    for pod in range(solution.size):
        if solution[pod] != UNPLACED and chosen[solution[pod]]:
            solution[pod] = UNPLACED
    return np.flatnonzero(solution == UNPLACED)


@compiled
def urgency(
    waiting: Integers, solution: Integers, level: Integers, size: NDArray[np.float64], rng: np.random.Generator
) -> Integers:
    """Return an order of the waiting pods: by level, mostly the placed ones first, then by size and some noise."""
    noise, largest = 0.5 * rng.random(), size.max()
    sign = 1.0 if rng.random() < 0.2 else -1.0  # now and then the small ones first
    key = np.empty(waiting.size)
    for k in range(waiting.size):
        pod = waiting[k]
        late = 10.0 if solution[pod] == UNPLACED and rng.random() < 0.9 else 0.0
        key[k] = 100.0 * level[pod] + late + sign * size[pod] / largest * (1.0 + noise * (rng.random() - 0.5))
    return np.argsort(key)


@compiled
def filled(
    solution: Integers,
    free: Integers,
    queue: Integers,
    requests: Integers,
    capacities: Integers,
    rng: np.random.Generator,
) -> None:
    """Place the pods of the queue in place, each where it leaves least, or the two resources most alike."""
    lean = rng.random()
    for pod in queue:
        least = np.inf
        for node in range(free.shape[0]):
            if requests[pod, 0] > free[node, 0] or requests[pod, 1] > free[node, 1]:
                continue
            cpu = (free[node, 0] - requests[pod, 0]) / capacities[node, 0]
            mem = (free[node, 1] - requests[pod, 1]) / capacities[node, 1]
            value = lean * (cpu + mem) + (1.0 - lean) * abs(cpu - mem) + 0.05 * rng.random()
            if value < least:
                solution[pod], least = node, value
        if solution[pod] != UNPLACED:
            free[solution[pod]] -= requests[pod]


@compiled
def gain(trial: Integers, solution: Integers, level: Integers, size: NDArray[np.float64]) -> float:
    """Return the pods won on the highest level where the placements differ; else the room won, as a share of all."""
    won, room = np.zeros(LEVELS), 0.0
    for pod in range(level.size):
        if (trial[pod] == UNPLACED) != (solution[pod] == UNPLACED):
            sign = 1.0 if solution[pod] == UNPLACED else -1.0
            won[level[pod]] += sign
            room -= sign * size[pod]
    for count in won:
        if count != 0.0:
            return count
    return room
