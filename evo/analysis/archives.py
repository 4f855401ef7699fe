"""What the islands' archives hold at the run's present end, from what was recorded."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from evo.analysis.gap_levels import gaps_of
from evo.analysis.select import select
from evo.core.errors import UserError
from evo.store import RunStore

ELITES = """
SELECT p.island, p.cell, p.candidate, f.fitness, f.lower_fitness, max(p.seq)
FROM placements p JOIN candidate_fitness f ON f.ordinal = p.candidate AND f.split = 'train'
WHERE p.status <> 'rejected' GROUP BY p.island, p.cell ORDER BY p.island, p.cell
"""  # SQLite takes the other columns from the row that holds the maximum.
NAMES = "SELECT DISTINCT island, name FROM islands ORDER BY island"
ISLANDS = "SELECT island, name, measure, edges FROM islands ORDER BY island, axis"


@dataclass(frozen=True, slots=True)
class ShownAxis:
    """A measure and the values at which its bins begin and end: one edge more than bins."""

    measure: str
    edges: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ShownElite:
    """The candidate that holds a cell, a bin for each axis, with its mean gap on train.

    `lower` are the gaps of the levels below the first, where the objective is lexicographic.
    """

    cell: tuple[int, ...]
    ordinal: int
    gap: float
    lower: tuple[float, ...] = ()

    @property
    def gaps(self) -> tuple[float, ...]:
        """The gaps of all levels, the first one first: the smallest is the fittest."""
        return (self.gap, *self.lower)


@dataclass(frozen=True, slots=True)
class IslandArchive:
    """An island by its number and name; elites are in the order of their cells."""

    island: int
    name: str
    axes: tuple[ShownAxis, ...]
    elites: tuple[ShownElite, ...]


def archives(store: RunStore) -> tuple[IslandArchive, ...]:
    """Return the archive of every island; nothing while no candidate has a score, or where no islands are on record."""
    elites = _elites(store)
    if not elites:
        return ()
    axes: defaultdict[tuple[int, str], list[ShownAxis]] = defaultdict(list)
    for island, name, measure, edges in select(store, ISLANDS):
        axes[int(island or 0), str(name)].append(ShownAxis(str(measure), tuple(json.loads(str(edges)))))
    return tuple(
        IslandArchive(number, name, tuple(shown), tuple(elites[number])) for (number, name), shown in axes.items()
    )


def island_names(store: RunStore) -> Mapping[int, str]:
    """Return the name of each island by its number; islands of equal names have their number behind it."""
    names = {int(str(island)): str(name) for island, name in select(store, NAMES)}
    common = Counter(names.values())
    return {island: name if common[name] == 1 else f"{name} {island}" for island, name in names.items()}


def find_island(names: Mapping[int, str], word: str) -> int:
    """Return the number of the island that is called so, or that has this number.

    Raises:
        UserError: there is none.
    """
    for number, name in names.items():
        if word in (name, str(number)):
            return number
    raise UserError(f"No island {word!r}: expected {' or '.join(names.values()) or 'none, for none is on record'}.")


def recorded_config(store: RunStore) -> Mapping[str, object]:
    """Return the configuration that the run was made with, as plain values."""
    value: object = json.loads(store.header().config)
    return value if isinstance(value, dict) else {}


def _elites(store: RunStore) -> defaultdict[int, list[ShownElite]]:
    by_island: defaultdict[int, list[ShownElite]] = defaultdict(list)
    for island, cell, candidate, fitness, lower, _ in select(store, ELITES):
        gap, *below = gaps_of(fitness, lower)
        elite = ShownElite(tuple(json.loads(str(cell))), int(candidate or 0), gap, tuple(below))
        by_island[int(island or 0)].append(elite)
    for elites in by_island.values():
        elites.sort(key=lambda elite: elite.cell)
    return by_island
