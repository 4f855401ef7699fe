"""What of a lineage is drawn: the line of fittest parents first, then the nearest generations."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from evo.analysis.gap_levels import gaps_of
from evo.analysis.lineage import ANCESTORS, DESCENDANTS
from evo.analysis.select import Value, select
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
class LineageNode:
    """A candidate; `gaps` on train of each level, the first one first, nothing where it has no score."""

    ordinal: int
    island: int
    operator: str
    model: str
    size: int | None
    gaps: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class LineageGraph:
    """Nodes in ordinal order, edges from parent to child among them, and how many relatives there are in all."""

    nodes: tuple[LineageNode, ...]
    edges: tuple[tuple[int, int], ...]
    relatives: int


# Not by the view `candidate_fitness`: joined from the left it would be made as a whole for each statement.
SCORED = """
JOIN candidates c ON c.ordinal = {of}
LEFT JOIN evaluations e ON e.candidate = coalesce(c.repeat_of, c.ordinal) AND e.split = 'train'
"""
FITTEST_FIRST = f"e.fitness IS NULL, {fittest_first('e')}"
COLUMNS = "c.ordinal, c.island, c.operator, c.model, c.size, e.fitness, e.lower_fitness"
LINE = f"""
WITH RECURSIVE line (step, ordinal) AS (
    VALUES (0, :ordinal) UNION ALL
    SELECT step + 1, (
        SELECT p.parent FROM parents p {SCORED.format(of="p.parent")}
        WHERE p.child = line.ordinal ORDER BY {FITTEST_FIRST}, p.position LIMIT 1
    ) FROM line WHERE line.ordinal IS NOT NULL
)
SELECT {COLUMNS} FROM line {SCORED.format(of="line.ordinal")} ORDER BY line.step
"""
LISTED = "(SELECT value FROM json_each(:ordinals))"
NODES = f"SELECT {COLUMNS} FROM {LISTED} o {SCORED.format(of='o.value')} ORDER BY c.ordinal"
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


def fittest_line(store: RunStore, ordinal: int) -> tuple[LineageNode, ...]:
    """Return the candidate, its fittest parent, the fittest parent of that, and so on to a seed."""
    return tuple(_node(*row) for row in select(store, LINE, ordinal=ordinal).rows)


def improving_steps(line: Sequence[LineageNode]) -> tuple[tuple[LineageNode, LineageNode | None], ...]:
    """Return the steps of a line that beat all of their parents, with the fittest of these; the seed first."""
    pairs = zip(line, [*line[1:], None], strict=True)
    steps = [(child, parent) for child, parent in pairs if child.gaps and (parent is None or _beats(child, parent))]
    return tuple(reversed(steps))


def nearest_relatives(
    store: RunStore,
    ordinal: int,
    direction: Direction,
    depth: int | None,
    line: Sequence[LineageNode],
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
        nodes=tuple(_node(*row) for row in select(store, NODES, ordinals=listed).rows),
        edges=tuple(
            (int(str(parent)), int(str(child))) for parent, child in select(store, EDGES, ordinals=listed).rows
        ),
        relatives=_count(store, ordinal, direction),
    )


def _beyond(store: RunStore, direction: Direction, near: Iterable[int]) -> tuple[int, ...]:
    rows = select(store, NEXT[direction], ordinals=json.dumps(list(near))).rows
    return tuple(int(str(ordinal)) for (ordinal,) in rows)


def _count(store: RunStore, ordinal: int, direction: Direction) -> int:
    """Return how many relatives there are, the candidate itself left out."""
    counted = select(store, ALL[direction] + "SELECT count(*) - 1 FROM line", ordinal=ordinal).rows[0][0]
    return int(str(counted))


def _beats(child: LineageNode, parent: LineageNode) -> bool:
    return not parent.gaps or child.gaps < parent.gaps


def _node(*row: Value) -> LineageNode:
    ordinal, island, operator, model, size, fitness, lower = row
    gaps = gaps_of(fitness, lower)
    return LineageNode(
        int(str(ordinal)), int(str(island)), str(operator), str(model), None if size is None else int(str(size)), gaps
    )
