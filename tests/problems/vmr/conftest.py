"""Small clusters, and plain second implementations of what moves do."""

from collections.abc import Callable, Iterator, Sequence
from itertools import product

import numpy as np
import pytest

from problems import Instance
from problems.vmr.cluster import Cluster


@pytest.fixture(scope="session")
def cluster_of() -> Callable[..., Cluster]:
    """A cluster from its VMs, pairs of size and node; those that do not fit are left out."""

    def make(vms: Sequence[tuple[int, int]], nodes: int = 4, limit: int = 3, cores: int = 20) -> Cluster:
        free, kept = [cores] * nodes, []
        for size, node in vms:
            if node < nodes and free[node] >= size:
                free[node] -= size
                kept.append((size, node))
        size, start = np.array(kept, dtype=np.int64).reshape(-1, 2).T.copy()
        return Cluster(size, start, np.full(nodes, cores, dtype=np.int64), limit)

    return make


@pytest.fixture(scope="session")
def as_instance() -> Callable[[Cluster], Instance]:
    def make(given: Cluster) -> Instance:
        arrays = (given.size, given.start, given.capacity, np.array([given.limit]))
        return Instance("drawn", "drawn", tuple(array.copy() for array in arrays), scale=1.0)

    return make


@pytest.fixture(scope="session")
def literal_free() -> Callable[[Cluster, Sequence[int]], list[int]]:
    return free_cores


@pytest.fixture(scope="session")
def literal_rate() -> Callable[[Cluster, Sequence[int]], float]:
    return fragment_rate


@pytest.fixture(scope="session")
def least_rate() -> Callable[[Cluster], float]:
    """The least FR that any feasible moves lead to: all are tried."""

    def least(given: Cluster) -> float:
        places = {tuple(given.start.tolist())}
        for _ in range(given.limit):
            places |= {after for place in places for after in after_one_move(given, place)}
        return min(fragment_rate(given, place) for place in places)

    return least


def free_cores(given: Cluster, place: Sequence[int]) -> list[int]:
    """Free cores of each node when the VMs are where `place` says."""
    used = [
        sum(size for size, at in zip(given.size.tolist(), place, strict=True) if at == i)
        for i in range(len(given.capacity))
    ]
    return [cores - taken for cores, taken in zip(given.capacity.tolist(), used, strict=True)]


def fragment_rate(given: Cluster, place: Sequence[int]) -> float:
    """FR by its definition."""
    free = free_cores(given, place)
    return sum(cores % 16 for cores in free) / sum(free) if sum(free) else 0.0


def after_one_move(given: Cluster, place: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    free = free_cores(given, place)
    for vm, dst in product(range(len(place)), range(len(free))):
        if dst != place[vm] and free[dst] >= given.size[vm]:
            yield (*place[:vm], dst, *place[vm + 1 :])
