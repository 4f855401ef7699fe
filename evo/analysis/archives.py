"""What the islands' archives hold at the run's present end, rebuilt from what was recorded."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from evo.analysis.select import select
from evo.config.axes import NODES, SHARE, SIZE, UNITS, WORK
from evo.core.validation import build
from evo.store import RunStore
from islands import Axis

ELITES = """
SELECT p.island, p.cell, p.candidate, f.fitness, f.lower_fitness, max(p.seq)
FROM placements p JOIN candidate_fitness f ON f.ordinal = p.candidate AND f.split = 'train'
WHERE p.status <> 'rejected' GROUP BY p.island, p.cell ORDER BY p.island, p.cell
"""  # SQLite takes the other columns from the row that holds the maximum.
MEASURES = "SELECT measures FROM evaluations WHERE split = 'train' ORDER BY candidate LIMIT 1"


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
    """Return the archive of every island; nothing while no candidate has a score: its measures name the axes."""
    told = select(store, MEASURES).rows
    if not told:
        return ()
    config = recorded_config(store)
    axes = _axes(list(json.loads(str(told[0][0]))), config)
    elites = _elites(store)
    return tuple(
        IslandArchive(number, name, tuple(_shown(axes[measure]) for measure in measures), tuple(elites[number]))
        for number, (name, measures) in enumerate(_measures(list(axes), config).items())
    )


def recorded_config(store: RunStore) -> Mapping[str, object]:
    """Return the configuration that the run was made with, as plain values."""
    value: object = select(store, "SELECT config FROM run").rows[0][0]
    while isinstance(value, str):
        value = json.loads(value)
    return _mapping(value)


def _elites(store: RunStore) -> defaultdict[int, list[ShownElite]]:
    found: defaultdict[int, list[ShownElite]] = defaultdict(list)
    for island, cell, candidate, fitness, lower, _ in select(store, ELITES).rows:
        gap, *below = (0.0 - level for level in (float(fitness or 0), *json.loads(str(lower))))
        elite = ShownElite(tuple(json.loads(str(cell))), int(candidate or 0), gap, tuple(below))
        found[int(island or 0)].append(elite)
    for elites in found.values():
        elites.sort(key=lambda elite: elite.cell)
    return found


def _axes(names: Sequence[str], config: Mapping[str, object]) -> dict[str, Axis]:
    """Return the axis of every recorded measure, by the ranges of the configuration, as a run makes them."""
    ranges = _mapping(config.get("axes"))
    usual = {SIZE: NODES, WORK: UNITS}
    return {
        name: build(partial(Axis, name), {**usual.get(name, SHARE), **_mapping(ranges.get(name))}, f"axes.{name}")
        for name in names
    }


def _measures(names: Sequence[str], config: Mapping[str, object]) -> dict[str, list[str]]:
    """Return the measures of each island's axes: named, or by place among the problem's own, counted from 1."""
    own = [name for name in names if name not in (SIZE, WORK)] or [SIZE]
    islands = _mapping(_mapping(config.get("islands")).get("archives"))
    return {name: _named(wanted, own) for name, wanted in islands.items()}


def _named(wanted: object, own: Sequence[str]) -> list[str]:
    items = wanted if isinstance(wanted, list) else []
    return list(dict.fromkeys(own[(item - 1) % len(own)] if isinstance(item, int) else str(item) for item in items))


def _shown(axis: Axis) -> ShownAxis:
    return ShownAxis(axis.measure, (axis.range(0)[0], *(axis.range(place)[1] for place in range(axis.bins))))


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
