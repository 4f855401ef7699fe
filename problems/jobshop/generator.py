"""Instances of Taillard (1993) for the job shop: his generator of random numbers, its seeds, durations and routes."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from problems.contract import Instance, Split

Matrix = NDArray[np.int64]
Size = tuple[int, int, int]  # (jobs, machines, instances)

A, B, C, M = 16807, 127773, 2836, 2**31 - 1  # Taillard (1993), section 2, after Bratley, Fox and Schrage (1983)
LONGEST = 99  # time units


class Uniform:
    """Taillard's stream of random integers; a seed from 1 to 2**31 - 2 determines it."""

    def __init__(self, seed: int) -> None:
        if not 0 < seed < M:
            raise ValueError(f"Expected a seed from 1 to {M - 1}, got {seed}.")
        self._state = seed

    def draw(self, low: int, high: int) -> int:
        """Return the next integer from low to high."""
        self._state = A * (self._state % B) - C * (self._state // B)
        if self._state < 0:
            self._state += M
        return low + int(self._state / M * (high - low + 1))


def drawn(time_seed: int, machine_seed: int, jobs: int, machines: int) -> tuple[Matrix, Matrix]:
    """Return durations (U{1, ..., 99}) and routes, both (jobs, machines), machines counted from 0.

    Taillard (1993), section 4: durations are drawn row by row; each route is a permutation by swaps.
    """
    times, swaps = Uniform(time_seed), Uniform(machine_seed)
    durations = [[times.draw(1, LONGEST) for _ in range(machines)] for _ in range(jobs)]
    routes = [route(swaps, machines) for _ in range(jobs)]
    return np.array(durations, dtype=np.int64), np.array(routes, dtype=np.int64)


def route(swaps: Uniform, machines: int) -> list[int]:
    """Return one permutation of the machines: each place in turn is swapped with one from there on."""
    order = list(range(machines))
    for place in range(machines):
        other = swaps.draw(place, machines - 1)
        order[place], order[other] = order[other], order[place]
    return order


def checked_size(name: str, size: Sequence[int]) -> Size:
    """Return a size from a configuration; raises ValueError unless it is in range."""
    if isinstance(size, Sequence) and len(size) == 3 and all(isinstance(number, int) for number in size):
        jobs, machines, count = size
        if 2 <= jobs <= 200 and 2 <= machines <= 50 and 1 <= count <= 1000:
            return jobs, machines, count
    raise ValueError(f"Expected [jobs 2-200, machines 2-50, instances 1-1000] in {name}, got {size}.")


# An evaluation asks for its instances every time, and drawing them takes longer than scoring a rule on them.
@lru_cache(maxsize=64)
def instances(seed: int, split: Split, size: Size) -> tuple[Instance, ...]:
    """Return the generated instances of one size."""
    jobs, machines, count = size
    return tuple(instance(seed, split, jobs, machines, replicate) for replicate in range(count))


def instance(seed: int, split: Split, jobs: int, machines: int, replicate: int) -> Instance:
    """Draw one instance; it depends on these arguments alone, so other sizes and counts leave it as it is."""
    key = (tuple(Split).index(split), jobs, machines, replicate)
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))
    time_seed, machine_seed = rng.integers(1, M - 1, size=2, endpoint=True).tolist()
    name = f"jobshop-{seed}-{split}-{jobs}x{machines}-{replicate}"
    return as_instance(name, f"{jobs}x{machines}", *drawn(time_seed, machine_seed, jobs, machines))


def as_instance(name: str, family: str, durations: Matrix, routes: Matrix) -> Instance:
    """Return an instance with its arrays; its scale is one time unit, which matters where all durations are 0."""
    return Instance(name, family, (durations, routes), scale=1.0)
