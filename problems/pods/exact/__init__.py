"""Pod packing solved level by level: the staged optimum, as far as it can be proven."""

from dataclasses import dataclass

import numpy as np

from problems.contract import Array
from problems.highs import VERSIONS
from problems.pods.exact.configuration import SCALE, cover, relax, useful_patterns
from problems.pods.exact.patterns import Patterns
from problems.pods.exact.stage import Stage, aggregate_bound, stage
from problems.pods.generator import LEVELS, Integers
from problems.pods.kernel import UNPLACED, Staged, placed
from problems.pods.neighbourhood_search import improve

__all__ = ["VERSIONS", "Staged", "solve"]


@dataclass(frozen=True, slots=True)
class PackingInstance:
    """An instance: requests of shape (pods, 2) and capacities of shape (nodes, 2), CPU and memory; levels of pods."""

    requests: Integers
    level: Integers
    capacities: Integers

    @property
    def alike(self) -> bool:
        """Whether all nodes have the same capacity."""
        return bool((self.capacities == self.capacities[0]).all())

    def counts(self, placement: Integers) -> tuple[int, ...]:
        """Return the placed pods by level."""
        cpu, mem = self.requests.T
        return tuple(placed(placement, cpu, mem, self.level, self.capacities[:, 0], self.capacities[:, 1]).tolist())

    def improved(self, placement: Integers, rounds: int) -> Integers:
        """Return what a local search makes of a placement."""
        rng = np.random.default_rng(0)
        return improve(placement, self.requests, self.level, self.capacities, rounds, rng)


def packing_instance(cpu: Array, mem: Array, level: Array, cap_cpu: Array, cap_mem: Array) -> PackingInstance:
    """Return an instance's arrays as they are used here."""
    requests, capacities = np.column_stack((cpu, mem)), np.column_stack((cap_cpu, cap_mem))
    return PackingInstance(requests.astype(np.int64), level.astype(np.int64), capacities.astype(np.int64))


def solve(one: PackingInstance, start: Integers, rounds: int) -> Staged:
    """Improve a placement, and prove level by level how good it is; `rounds` are of the local search."""
    placement, bounds = one.improved(start, rounds), []
    for k in range(LEVELS):
        placement, bound = settled(one, placement, k, rounds)
        bounds.append(bound)
    return Staged(placement, one.counts(placement), tuple(bounds))


def settled(one: PackingInstance, placement: Integers, k: int, rounds: int) -> tuple[Integers, int]:
    """Return a placement no worse, and a bound on its pods of level k with as many above as it places."""
    while True:
        counts = one.counts(placement)
        now = stage(one.requests, one.level, counts[:k])
        bound = aggregate_bound(now, one.capacities) if now.own.any() else 0
        if bound == counts[k] or not one.alike:
            return placement, bound
        bound, better = closed(now, one, placement[now.pods], bound, counts[k])
        if better is None or not len(better):
            return placement, bound
        placement = one.improved(by_patterns(now, better, placement.size), rounds)


def closed(now: Stage, one: PackingInstance, known: Integers, bound: int, enough: int) -> tuple[int, Patterns | None]:
    """Return the bound that patterns prove, and better ones than the known where there are and they were found."""
    nodes, capacity = one.capacities.shape[0], one.capacities[0]
    patterns = known == np.arange(nodes)[:, np.newaxis]
    relaxed = relax(now, capacity, nodes, patterns, enough)
    if relaxed is None or relaxed.bound // SCALE <= enough:
        return bound if relaxed is None else enough, None
    useful = useful_patterns(now, capacity, relaxed, enough + 1)
    better = None if useful is None else cover(now, useful, nodes, enough + 1)
    bound = min(bound, relaxed.bound // SCALE)
    return enough if better is not None and not len(better) else bound, better


def by_patterns(now: Stage, patterns: Patterns, pods: int) -> Integers:
    """Return the placement that fills the nodes by the patterns; a pod in several is on the first."""
    placement = np.full(pods, UNPLACED, dtype=np.int64)
    for node, pattern in reversed(list(enumerate(patterns))):
        placement[now.pods[pattern]] = node
    return placement
