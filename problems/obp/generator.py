"""Instances of online bin packing: sets of one distribution, capacity and number of items."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from problems.contract import Instance, Split
from problems.settings import random_numbers, rows

Sizes = NDArray[np.int64]
Draw = Callable[[np.random.Generator, int, int], Sizes]
InstanceSets = tuple[tuple[str, int, int, int], ...]  # (distribution, capacity, items, instances)


def weibull(rng: np.random.Generator, capacity: int, items: int) -> Sizes:
    """Draw sizes of the Weibull sets of Romera-Paredes et al. (2024), scaled with the capacity: theirs is 100."""
    return np.round(np.clip(0.45 * capacity * rng.weibull(3, items), 1, capacity)).astype(np.int64)


def weibull100(rng: np.random.Generator, capacity: int, items: int) -> Sizes:
    """Draw the sizes of capacity 100 whatever the capacity, as Liu et al. (2024) do for their capacity 500."""
    return weibull(rng, min(100, capacity), items)


def uniform(rng: np.random.Generator, capacity: int, items: int) -> Sizes:
    """Draw integers from 2/15 to 2/3 of the capacity: 20 to 100 of 150, the u-classes of Falkenauer (1996)."""
    return rng.integers(round(capacity * 2 / 15), round(capacity * 2 / 3), items, endpoint=True, dtype=np.int64)


def full(rng: np.random.Generator, capacity: int, items: int) -> Sizes:
    """Draw integers from 1 to the capacity."""
    return rng.integers(1, capacity, items, endpoint=True, dtype=np.int64)


def bimodal(rng: np.random.Generator, capacity: int, items: int) -> Sizes:
    """Draw small and large items alike often: normal around 0.2 and 0.55 of the capacity, deviation 0.06 of it."""
    centres = np.where(rng.random(items) < 0.5, 0.2, 0.55)
    return np.round(np.clip(capacity * rng.normal(centres, 0.06), 1, capacity)).astype(np.int64)


DISTRIBUTIONS: Mapping[str, Draw] = {
    "weibull": weibull,
    "weibull100": weibull100,
    "uniform": uniform,
    "full": full,
    "bimodal": bimodal,
}
MOST_ITEMS, MOST_CAPACITY = 100_000, 1_000


def checked_sets(name: str, sets: Sequence[Sequence[str | int]]) -> InstanceSets:
    """Return sets from a configuration as tuples; raises ValueError unless they are distinct and in range."""
    given = rows(name, sets, ("distribution", "capacity", "items", "instances"), words=1)
    parsed = tuple((str(kind), int(capacity), int(items), int(count)) for kind, capacity, items, count in given)
    for kind, capacity, items, count in parsed:
        sound = kind in DISTRIBUTIONS and 10 <= capacity <= MOST_CAPACITY and 1 <= items <= MOST_ITEMS
        if not (sound and 1 <= count <= 1000):
            raise ValueError(
                f"Expected [{'|'.join(DISTRIBUTIONS)}, capacity 10-{MOST_CAPACITY}, items 1-{MOST_ITEMS}, "
                f"instances 1-1000] in {name}, got [{kind}, {capacity}, {items}, {count}]."
            )
    if not parsed or len({each[:3] for each in parsed}) != len(parsed):
        raise ValueError(f"Expected distinct sets, at least one, in {name}, got {parsed}.")
    return parsed


@lru_cache(maxsize=16)  # an evaluation asks for its instances every time
def instances(seed: int, split: Split, sets: InstanceSets) -> tuple[Instance, ...]:
    """Return the instances of a split, set by set."""
    return tuple(
        instance(seed, split, kind, capacity, items, replicate)
        for kind, capacity, items, count in sets
        for replicate in range(count)
    )


def instance(seed: int, split: Split, kind: str, capacity: int, items: int, replicate: int) -> Instance:
    """Draw one instance; it depends on these arguments alone, so other sets and counts leave it as it is."""
    rng = random_numbers(seed, split, tuple(DISTRIBUTIONS).index(kind), capacity, items, replicate)
    family = f"{kind} C={capacity} n={items}"
    name = f"obp-{seed}-{split}-{kind}-C{capacity}-n{items}-{replicate}"
    return instance_of(DISTRIBUTIONS[kind](rng, capacity, items), capacity, name, family)


def instance_of(sizes: Sizes, capacity: int, name: str, family: str) -> Instance:
    """Return an instance; arrays: sizes in order of arrival, of shape (items,), and the capacity, of shape (1,)."""
    return Instance(name, family, (sizes, np.array([capacity], dtype=np.int64)), scale=1.0)
