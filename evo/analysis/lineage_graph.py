"""What of a lineage is drawn: of each generation the fittest, the others of it as one cluster."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from evo.analysis.gap_levels import gaps_of
from evo.analysis.lineage import ANCESTORS, DESCENDANTS, RELATIVES, LineageCandidate, as_candidate, count_relatives
from evo.analysis.select import Value, select
from evo.store import RunStore
from evo.store.fitness_sql import fittest_first

MOST = 6
"""Candidates of a generation that are drawn one by one: of more, nobody can read the labels without a magnifier."""
DEPTH = 6
"""Generations that are drawn where no number is asked for."""


class LineageDirection(StrEnum):
    """What is drawn of a candidate's relatives."""

    ANCESTORS = "ancestors"
    DESCENDANTS = "descendants"


@dataclass(frozen=True, slots=True)
class GenerationCluster:
    """Those of a generation that are not drawn one by one: how many, and the mean gap on train of the fittest.

    `relatives` are the candidates that are drawn, of the generation before, of which they are parents or children.
    """

    generation: int
    count: int
    gap: float | None
    relatives: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LineageGraph:
    """Nodes in ordinal order, edges from parent to child among them, clusters, and how many relatives there are in all.

    `generations` has for each node the fewest generations to the one that was asked for; `beyond` counts those
    that are further away than the last generation.
    """

    nodes: tuple[LineageCandidate, ...]
    edges: tuple[tuple[int, int], ...]
    generations: Mapping[int, int]
    clusters: tuple[GenerationCluster, ...]
    relatives: int
    beyond: int


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
# The fittest first: these are drawn of a generation.
PARENTS = f"""
SELECT p.parent, max(e.fitness), max(e.lower_fitness), json_group_array(p.child) FROM parents p {SCORED.format(of="p.parent")}
WHERE p.child IN {LISTED} GROUP BY p.parent ORDER BY {FITTEST_FIRST}, p.parent
"""  # noqa: E501
CHILDREN = f"""
SELECT p.child, max(e.fitness), max(e.lower_fitness), json_group_array(p.parent) FROM parents p {SCORED.format(of="p.child")}
WHERE p.parent IN {LISTED} GROUP BY p.child ORDER BY {FITTEST_FIRST}, p.child
"""  # noqa: E501
NEXT: Mapping[LineageDirection, str] = {LineageDirection.ANCESTORS: PARENTS, LineageDirection.DESCENDANTS: CHILDREN}
ALL: Mapping[LineageDirection, str] = {LineageDirection.ANCESTORS: ANCESTORS, LineageDirection.DESCENDANTS: DESCENDANTS}


@dataclass(frozen=True, slots=True)
class _Relative:
    """A candidate of the next generation, its recorded fitness, and which of the generation before it is related to."""

    ordinal: int
    fitness: Sequence[Value]
    near: frozenset[int]

    @property
    def gap(self) -> float | None:
        """Its gap on train, None where it failed; computed for those alone that are asked for it, of thousands."""
        return next(iter(gaps_of(*self.fitness)), None)


def nearest_relatives(
    store: RunStore,
    ordinal: int,
    direction: LineageDirection,
    depth: int = DEPTH,
    line: Sequence[LineageCandidate] = (),
    most: int = MOST,
) -> LineageGraph:
    """Return up to `depth` generations: of each `most`, those of `line` and the fittest, others as a cluster."""
    wanted = {node.ordinal for node in line}
    generations, clusters = {ordinal: 0}, []
    visited, near = {ordinal}, [ordinal]
    for generation in range(1, depth + 1):
        far = [one for one in _beyond(store, direction, near) if one.ordinal not in visited]
        if not far:
            break
        visited.update(one.ordinal for one in far)
        shown = sorted(far, key=lambda one: one.ordinal not in wanted)[:most]  # stable: else the fittest come first
        before = {one for one, at in generations.items() if at == generation - 1}
        generations |= {one.ordinal: generation for one in shown}
        left = [one for one in far if one.ordinal not in generations]
        if left:
            related = frozenset[int]().union(*(one.near for one in left)) & before
            fittest = left[0].gap  # they come the fittest first
            clusters.append(GenerationCluster(generation, len(left), fittest, tuple(sorted(related))))
        near = [one.ordinal for one in far]
    listed = json.dumps(sorted(generations))
    relatives = count_relatives(store, ordinal, ALL[direction])
    return LineageGraph(
        nodes=tuple(as_candidate(*row) for row in select(store, NODES, ordinals=listed)),
        edges=tuple((int(str(parent)), int(str(child))) for parent, child in select(store, EDGES, ordinals=listed)),
        generations=generations,
        clusters=tuple(clusters),
        relatives=relatives,
        beyond=relatives + 1 - len(visited),
    )


def _beyond(store: RunStore, direction: LineageDirection, near: Iterable[int]) -> tuple[_Relative, ...]:
    rows = select(store, NEXT[direction], ordinals=json.dumps(list(near)))
    return tuple(_Relative(int(str(row[0])), row[1:3], frozenset(json.loads(str(row[3])))) for row in rows)
