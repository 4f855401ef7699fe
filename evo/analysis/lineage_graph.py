"""What of a lineage is drawn: the line of fittest parents first, then the nearest generations."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from evo.analysis.lineage import ANCESTORS, DESCENDANTS, RELATIVES, LineageCandidate, as_candidate, count_relatives
from evo.analysis.select import select
from evo.store import RunStore
from evo.store.fitness_sql import fittest_first

MOST = 150
"""Nodes that are drawn: of more, nobody can read the labels without a magnifier."""
MOST_OF_LINE = 75
"""Nodes of the line of fittest parents that are drawn, so that others have room."""


class Direction(StrEnum):
    """What is drawn of a candidate's relatives."""

    ANCESTORS = "ancestors"
    DESCENDANTS = "descendants"


@dataclass(frozen=True, slots=True)
class LineageGraph:
    """Nodes in ordinal order, edges from parent to child among them, and how many relatives there are in all."""

    nodes: tuple[LineageCandidate, ...]
    edges: tuple[tuple[int, int], ...]
    relatives: int


SCORED = """
JOIN candidates c ON c.ordinal = {of}
LEFT JOIN evaluations e ON e.candidate = coalesce(c.repeat_of, c.ordinal) AND e.split = 'train'
"""
FITTEST_FIRST = f"e.fitness IS NULL, {fittest_first('e')}"
LISTED = "(SELECT value FROM json_each(:ordinals))"
NODES = f"WITH line (ordinal) AS {LISTED} {RELATIVES}"
EDGES = f"""
SELECT DISTINCT parent, child FROM parents
WHERE child IN {LISTED} AND parent IN {LISTED} ORDER BY child, position
"""
# The fittest first: where a generation does not fit, these are drawn of it.
PARENTS = f"""
SELECT p.parent FROM parents p {SCORED.format(of="p.parent")}
WHERE p.child IN {LISTED} GROUP BY p.parent ORDER BY {FITTEST_FIRST}, p.parent
"""
CHILDREN = f"""
SELECT p.child FROM parents p {SCORED.format(of="p.child")}
WHERE p.parent IN {LISTED} GROUP BY p.child ORDER BY {FITTEST_FIRST}, p.child
"""
NEXT: Mapping[Direction, str] = {Direction.ANCESTORS: PARENTS, Direction.DESCENDANTS: CHILDREN}
ALL: Mapping[Direction, str] = {Direction.ANCESTORS: ANCESTORS, Direction.DESCENDANTS: DESCENDANTS}


def nearest_relatives(
    store: RunStore,
    ordinal: int,
    direction: Direction,
    depth: int | None,
    line: Sequence[LineageCandidate],
    most: int = MOST,
) -> LineageGraph:
    """Return the nearest relatives up to `depth` generations, the fittest of the last generation that has no room.

    Without a depth the nodes of `line` have their place before all others.
    """
    chosen = {ordinal, *(node.ordinal for node in line[:MOST_OF_LINE] if depth is None)}
    visited, near, generation = {ordinal}, [ordinal], 0
    while near and len(chosen) < most and (depth is None or generation < depth):
        near = [far for far in _beyond(store, direction, near) if far not in visited]
        visited.update(near)
        chosen.update([far for far in near if far not in chosen][: most - len(chosen)])
        generation += 1
    listed = json.dumps(sorted(chosen))
    return LineageGraph(
        nodes=tuple(as_candidate(*row) for row in select(store, NODES, ordinals=listed)),
        edges=tuple((int(str(parent)), int(str(child))) for parent, child in select(store, EDGES, ordinals=listed)),
        relatives=count_relatives(store, ordinal, ALL[direction]),
    )


def _beyond(store: RunStore, direction: Direction, near: Iterable[int]) -> tuple[int, ...]:
    rows = select(store, NEXT[direction], ordinals=json.dumps(list(near)))
    return tuple(int(str(ordinal)) for (ordinal,) in rows)
