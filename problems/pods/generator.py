"""Instances of pod packing: identical nodes, demand near their capacity, priority classes in two mixes."""

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from problems.contract import Instance, Split
from problems.settings import random_numbers, sizes_within

Sizes = tuple[tuple[int, int, int], ...]  # (nodes, pods per node, instances per class)
Integers = NDArray[np.int64]

LEVELS = 3  # priority classes; level 0 is the highest
REQUESTS = (100, 1000)  # millicores and mebibytes, both ends included
DEMANDS = {Split.TRAIN: (90, 100, 110), Split.VALIDATION: (90, 95, 100, 105, 110), Split.TEST: (90, 95, 100, 105, 110)}
MIXES = {"even": (1 / 3, 1 / 3, 1 / 3), "top": (0.9, 0.05, 0.05)}  # shares of the classes, the highest first


def checked_sizes(name: str, sizes: Sequence[Sequence[int]]) -> Sizes:
    """Return sizes from a configuration as tuples; raises ValueError unless they are distinct and in range."""
    ranges = {"nodes": (1, 200), "pods per node": (2, 100), "instances per class": (1, 1000)}
    return tuple((nodes, per_node, count) for nodes, per_node, count in sizes_within(name, sizes, ranges))


# An evaluation asks for its instances every time.
@lru_cache(maxsize=16)
def instances(seed: int, split: Split, sizes: Sizes) -> tuple[Instance, ...]:
    """Return the instances of a split by size, then demand, then mix, then replicate."""
    return tuple(
        instance(seed, split, nodes, per_node, demand, mix, replicate)
        for nodes, per_node, count in sizes
        for demand in DEMANDS[split]
        for mix in MIXES
        for replicate in range(count)
    )


def instance(seed: int, split: Split, nodes: int, per_node: int, demand: int, mix: str, replicate: int) -> Instance:
    """Draw one instance; it depends on these arguments alone, so other sizes and counts leave it as it is.

    `demand` is in per cent of the capacity. The scale is the number of pods: a gap is the share of all pods.
    """
    rng = random_numbers(seed, split, nodes, per_node, demand, tuple(MIXES).index(mix), replicate)
    arrays = draw(rng, nodes, per_node, demand, MIXES[mix])
    name = f"pods-{seed}-{split}-{nodes}x{per_node}-demand{demand}-{mix}-{replicate}"
    family = f"nodes={nodes} pods/node={per_node} demand={demand}% mix={mix}"
    return Instance(name=name, family=family, arrays=arrays, scale=float(nodes * per_node))


def draw(
    rng: np.random.Generator, nodes: int, per_node: int, demand: int, shares: Sequence[float]
) -> tuple[Integers, ...]:
    """Return cpu, mem, level and arrival of shape (pods,), then cap_cpu and cap_mem of shape (nodes,).

    Requests ~ U{100, ..., 1000}; all nodes are alike, and both resources are asked for to `demand` per cent of what
    there is, but for rounding up. Pods are in the order of their arrival, which says nothing about them.
    """
    pods = nodes * per_node
    cpu, mem = rng.integers(*REQUESTS, size=(2, pods), endpoint=True, dtype=np.int64)
    level = rng.choice(LEVELS, size=pods, p=shares).astype(np.int64)
    capacities = [max(REQUESTS[1], math.ceil(100 * int(asked.sum()) / (demand * nodes))) for asked in (cpu, mem)]
    cap_cpu, cap_mem = (np.full(nodes, capacity, dtype=np.int64) for capacity in capacities)
    return cpu, mem, level, np.arange(pods, dtype=np.int64), cap_cpu, cap_mem
