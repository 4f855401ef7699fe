"""Islands, and the copies of elites that travel between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic

import numpy as np

from islands.archive import C, Elite, GridArchive, Placement


@dataclass(frozen=True, slots=True)
class Island(Generic[C]):
    """A named archive."""

    name: str
    archive: GridArchive[C]


@dataclass(frozen=True, slots=True)
class Migration:
    """When elites travel and how many: `count` from each island after every `every` candidates."""

    every: int
    """Elites travel to the next island after so many candidates."""
    count: int
    """So many elites travel from each island."""

    def __post_init__(self) -> None:
        if self.every < 1:
            raise ValueError(f"Expected every >= 1, got {self.every}.")
        if self.count < 1:
            raise ValueError(f"Expected count >= 1, got {self.count}.")


@dataclass(frozen=True, slots=True)
class Migrant(Generic[C]):
    """One copied elite: the indices of the islands it left and reached, and its placement there."""

    source: int
    target: int
    elite: Elite[C]
    placement: Placement[C]


def migrate_ring(
    islands: Sequence[Island[C]], count: int, rng: np.random.Generator, tournament: int = 2
) -> tuple[Migrant[C], ...]:
    """Copy `count` elites of every island to the next one in the ring; one island alone: nothing.

    All emigrants are picked before the first arrives, so no elite travels two steps.
    """
    if len(islands) < 2:
        return ()
    emigrants = [_emigrants(island.archive, count, rng, tournament) for island in islands]
    return tuple(
        Migrant(source, target, elite, islands[target].archive.add(elite))
        for source, elites in enumerate(emigrants)
        for target in [(source + 1) % len(islands)]
        for elite in elites
    )


def _emigrants(archive: GridArchive[C], count: int, rng: np.random.Generator, tournament: int) -> tuple[Elite[C], ...]:
    """Pick the best and, by tournament, other distinct elites: fewer where the archive holds fewer."""
    best = archive.best
    if best is None:
        return ()
    others = archive.sample(rng, min(count, len(archive)), tournament)
    return (best, *(elite for elite in others if elite is not best))[:count]
