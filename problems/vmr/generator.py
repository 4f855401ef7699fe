"""Synthetic clusters: VMs come and go until the machines are as full as wanted."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from problems.contract import Instance, Split
from problems.settings import random_numbers, sizes_within
from problems.vmr.cluster import BLOCK, NODES_PER_PM, Cluster, Integers, fragments

Sizes = tuple[tuple[int, int], ...]  # (physical machines, clusters)
Limits = tuple[float, ...]  # moves per physical machine
Range = tuple[float, float]
Key = tuple[int, Split, int, int, Range]  # seed, split, physical machines, number of the cluster, utilisation

CORES = 44  # of a NUMA node; a physical machine has 88, as in Ding et al. (2025)
VM_SIZES = np.array([2, 4, 8, 16, 32])
SHARES = np.array([0.25, 0.30, 0.25, 0.17, 0.03])
BEST_FIT = 0.7  # share of arrivals that go where they fit best; the others go anywhere
CHURN = 3  # exits and arrivals for each VM, once the machines are as full as wanted


def checked_sizes(name: str, sizes: Sequence[Sequence[int]]) -> Sizes:
    """Return sizes from a configuration as tuples; raises ValueError unless they are distinct and in range."""
    ranges = {"machines": (2, 400), "clusters": (1, 1000)}
    return tuple((pms, count) for pms, count in sizes_within(name, sizes, ranges))


def checked_limits(limits: Sequence[float]) -> Limits:
    """Return moves per machine as a tuple; raises ValueError unless they are distinct and in range."""
    if not isinstance(limits, Sequence) or not all(isinstance(ratio, int | float) for ratio in limits):
        raise ValueError(f"Expected a list of moves per machine in limits, got {limits}.")
    ratios = tuple(float(ratio) for ratio in limits)
    if not ratios or len(set(ratios)) != len(ratios) or not all(0 < ratio <= 4 for ratio in ratios):
        raise ValueError(f"Expected distinct limits above 0, up to 4 moves per machine, at least one, got {ratios}.")
    return ratios


def checked_utilisation(utilisation: Sequence[float]) -> Range:
    """Return the least and the largest utilisation; raises ValueError unless both are in range."""
    low, high = (float(each) for each in utilisation)
    if not 0.1 <= low <= high <= 0.98:
        raise ValueError(f"Expected 0.1 <= low <= high <= 0.98 in utilisation, got {low} and {high}.")
    return low, high


@lru_cache(maxsize=16)  # an evaluation asks for its instances every time
def instances(seed: int, split: Split, sizes: Sizes, limits: Limits, utilisation: Range) -> tuple[Instance, ...]:
    """Return the instances of a split by size, then cluster, then limit."""
    return tuple(
        limited((seed, split, pms, replicate, utilisation), ratio)
        for pms, count in sizes
        for replicate in range(count)
        for ratio in limits
    )


def limited(key: Key, ratio: float) -> Instance:
    """Return one cluster under one limit; it depends on these arguments alone, the cluster not on the limit."""
    seed, split, pms, replicate, _ = key
    size, start = draw_cluster(*key)
    moves = max(1, int(ratio * pms))
    capacity = np.full(NODES_PER_PM * pms, CORES)
    unit = scale(Cluster(size, start, capacity, moves))
    name = f"vmr-{seed}-{split}-pms{pms}-{replicate}-moves{moves}"
    arrays = (size.copy(), start.copy(), capacity, np.array([moves]))
    return Instance(name, f"pms={pms} moves/pm={ratio:g}", arrays, scale=unit)


def scale(given: Cluster) -> float:
    """Return the fragment rate before any move, at least that of one block: the unit of gaps."""
    return max(given.rate(fragments(given.free())), given.rate(BLOCK)) or 1.0


@lru_cache(maxsize=256)
def draw_cluster(seed: int, split: Split, pms: int, replicate: int, utilisation: Range) -> tuple[Integers, Integers]:
    """Return the VMs of one cluster, sizes in cores and NUMA nodes, in random order."""
    rng = random_numbers(seed, split, pms, replicate)
    growing = Growing(rng, np.full(NODES_PER_PM * pms, CORES))
    target = 2 * round(rng.uniform(*utilisation) * NODES_PER_PM * pms * CORES / 2)
    growing.reach(target)
    for _ in range(CHURN * len(growing.size)):
        growing.leave() if growing.load >= target else growing.arrive(CORES)
    growing.reach(target)
    order = rng.permutation(len(growing.size))
    return np.array(growing.size)[order], np.array(growing.node)[order]


@dataclass(slots=True)
class Growing:
    """A cluster while VMs come and go: free cores of each node, size and node of each VM, and cores in use."""

    rng: np.random.Generator
    free: Integers
    size: list[int] = field(default_factory=list)
    node: list[int] = field(default_factory=list)
    load: int = 0

    def reach(self, target: int) -> None:
        """Let VMs leave while too many cores are in use, then come, none too large, until `target` are: it is met."""
        while self.load > target:
            self.leave()
        while self.load < target:
            self.arrive(target - self.load)

    def arrive(self, most: int) -> None:
        """Let a VM of at most so many cores come; it is turned away where it fits nowhere."""
        shares = SHARES * (most >= VM_SIZES)
        size = int(self.rng.choice(VM_SIZES, p=shares / shares.sum()))
        fitting = np.flatnonzero(self.free >= size)
        if fitting.size == 0:
            return
        best = int(fitting[np.argmin(self.free[fitting])])
        node = best if self.rng.random() < BEST_FIT else int(fitting[self.rng.integers(fitting.size)])
        self.free[node] -= size
        self.load += size
        self.size.append(size)
        self.node.append(node)

    def leave(self) -> None:
        """Let any VM leave."""
        index = int(self.rng.integers(len(self.size)))
        size = self.size.pop(index)
        self.free[self.node.pop(index)] += size
        self.load -= size
