"""Where a candidate came from and what came of it."""

import json
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import text

from evo.store.connection import StoreError
from evo.store.history import Record
from evo.store.run_store import RunStore


@dataclass(frozen=True, slots=True)
class Relative:
    """A candidate in a lineage; `depth` is the fewest generations to the candidate asked for, fitness is on train."""

    ordinal: int
    island: int
    operator: str
    model: str
    size: int | None
    fitness: float | None
    depth: int
    lower: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """One parent of one candidate, at its position in the prompt."""

    child: int
    parent: int
    position: int


@dataclass(frozen=True, slots=True)
class Lineage:
    """A directed acyclic graph of candidates in ordinal order, the one asked for among them."""

    relatives: tuple[Relative, ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True, slots=True)
class Improvement:
    """A step that beat all of its parents on train; a candidate without parents has no `parent` and no `before`.

    `lower` and `lower_before` are the fitness of the levels below the first.
    """

    ordinal: int
    parent: int | None
    before: float | None
    fitness: float
    island: int
    operator: str
    model: str
    lower: tuple[float, ...] = ()
    lower_before: tuple[float, ...] = ()


# UNION over ids alone visits each candidate once; a depth carried along would visit each path.
ANCESTORS = """
WITH RECURSIVE line (ordinal) AS (
    VALUES (:ordinal) UNION SELECT p.parent FROM line JOIN parents p ON p.child = line.ordinal
)
"""
DESCENDANTS = """
WITH RECURSIVE line (ordinal) AS (
    VALUES (:ordinal) UNION SELECT p.child FROM line JOIN parents p ON p.parent = line.ordinal
)
"""
ALONE = "WITH line (ordinal) AS (VALUES (:ordinal))"
RELATIVES = """
SELECT c.ordinal, c.island, c.operator, c.model, c.size, f.fitness, f.lower_fitness
FROM line JOIN candidates c ON c.ordinal = line.ordinal
LEFT JOIN evaluations f ON f.candidate = coalesce(c.repeat_of, c.ordinal) AND f.split = 'train'
ORDER BY c.ordinal
"""
EDGES = """
SELECT p.child, p.parent, p.position FROM line JOIN parents p ON p.{end} = line.ordinal ORDER BY p.child, p.position
"""


def ancestors(store: RunStore, ordinal: int) -> Lineage:
    """Return the candidate and all it descends from, back to the seeds."""
    return _lineage(store, ordinal, ANCESTORS, "child")


def descendants(store: RunStore, ordinal: int) -> Lineage:
    """Return the candidate and all that descends from it."""
    return _lineage(store, ordinal, DESCENDANTS, "parent")


def relative_of(store: RunStore, ordinal: int) -> Relative:
    """Return the candidate itself, of depth 0."""
    with store.snapshot() as connection:
        rows = connection.execute(text(ALONE + RELATIVES), {"ordinal": ordinal}).all()
    return _relatives(store, ordinal, rows, {ordinal: 0})[0]


def improving_path(store: RunStore, ordinal: int) -> tuple[Improvement, ...]:
    """Return the steps from a seed to the candidate, along the fittest parents, that beat all of their parents."""
    lineage = ancestors(store, ordinal)
    known = {relative.ordinal: relative for relative in lineage.relatives}
    parents: defaultdict[int, list[int]] = defaultdict(list)
    for edge in lineage.edges:
        parents[edge.child].append(edge.parent)
    found: list[Improvement] = []
    step: int | None = ordinal
    while step is not None:
        parent = _fittest(parents[step], known)
        improvement = _improvement(known[step], None if parent is None else known[parent])
        if improvement is not None:
            found.append(improvement)
        step = parent
    return tuple(reversed(found))


def _lineage(store: RunStore, ordinal: int, line: str, end: str) -> Lineage:
    with store.snapshot() as connection:
        rows = connection.execute(text(line + RELATIVES), {"ordinal": ordinal}).all()
        pairs = connection.execute(text(line + EDGES.format(end=end)), {"ordinal": ordinal}).all()
    edges = tuple(Edge(*pair) for pair in pairs)
    return Lineage(_relatives(store, ordinal, rows, _depths(ordinal, edges, end)), edges)


def _relatives(
    store: RunStore, ordinal: int, rows: Sequence[Record], depths: Mapping[int, int]
) -> tuple[Relative, ...]:
    if not rows:
        raise StoreError(f"{store.path}: no candidate {ordinal}.")
    return tuple(
        Relative(
            row.ordinal,
            row.island,
            row.operator,
            row.model,
            row.size,
            row.fitness,
            depths[row.ordinal],
            tuple(json.loads(row.lower_fitness or "[]")),
        )
        for row in rows
    )


def _depths(ordinal: int, edges: Sequence[Edge], end: str) -> dict[int, int]:
    """Count generations breadth first, from the candidate along the edges away from their `end`."""
    beyond: defaultdict[int, list[int]] = defaultdict(list)
    for edge in edges:
        near, far = (edge.child, edge.parent) if end == "child" else (edge.parent, edge.child)
        beyond[near].append(far)
    depths = {ordinal: 0}
    queue = deque([ordinal])
    while queue:
        near = queue.popleft()
        for far in beyond[near]:
            if far not in depths:
                depths[far] = depths[near] + 1
                queue.append(far)
    return depths


def _fittest(parents: Sequence[int], known: Mapping[int, Relative]) -> int | None:
    """Return the fittest parent, the first of equals; None without parents."""
    return max(parents, key=lambda parent: _fitness(known[parent]), default=None)


def _improvement(child: Relative, parent: Relative | None) -> Improvement | None:
    if child.fitness is None or (parent is not None and _fitness(child) <= _fitness(parent)):
        return None
    return Improvement(
        ordinal=child.ordinal,
        parent=None if parent is None else parent.ordinal,
        before=None if parent is None else parent.fitness,
        fitness=child.fitness,
        island=child.island,
        operator=child.operator,
        model=child.model,
        lower=child.lower,
        lower_before=() if parent is None else parent.lower,
    )


def _fitness(relative: Relative) -> tuple[float, ...]:
    """Return the fitness of all levels, comparable."""
    return (float("-inf"),) if relative.fitness is None else (relative.fitness, *relative.lower)
