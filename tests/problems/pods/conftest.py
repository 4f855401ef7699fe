from collections.abc import Callable, Sequence

import numpy as np
import pytest

from problems import Instance

Make = Callable[..., Instance]


def made(pods: Sequence[tuple[int, int, int]], nodes: int = 2, capacity: tuple[int, int] = (10, 10)) -> Instance:
    """An instance from its pods, each (CPU, memory, level), in the order of arrival; all nodes alike."""
    cpu, mem, level = np.array(pods, dtype=np.int64).reshape(-1, 3).T.copy()
    room = [np.full(nodes, value, dtype=np.int64) for value in capacity]
    return Instance("made", "made", (cpu, mem, level, np.arange(cpu.size), *room), scale=float(max(1, cpu.size)))


@pytest.fixture(scope="session")
def cluster_of() -> Make:
    return made
