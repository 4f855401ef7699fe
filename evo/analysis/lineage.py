"""From what a candidate descends, what descends from it, which steps improved, and where two lines of descent meet."""

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import text

from evo.analysis.descent_graph import read_parents
from evo.analysis.gap_levels import LOWER_GAPS, gaps_of, less_empty, lower_gaps, lower_gaps_of
from evo.analysis.instances import unproven_note
from evo.analysis.select import Value, select
from evo.analysis.table import Column, DataTable, Unit
from evo.store import RunStore
from evo.store.connection import StoreError
from evo.store.history import Record
from problems import Split

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
RELATIVE_COLUMNS = (
    Column("candidate"),
    Column("depth"),
    Column("gap", Unit.SHARE),
    LOWER_GAPS,
    Column("operator"),
    Column("model"),
    Column("parents", spare=1),
    Column("island", spare=2),
    Column("size", spare=3),
)
STEP_COLUMNS = (
    Column("candidate"),
    Column("parent", spare=2),
    Column("gap", Unit.SHARE),
    LOWER_GAPS,
    Column("before", Unit.SHARE),
    Column("lower_before", spare=1),
    Column("improvement", Unit.SHARE),
    Column("operator"),
    Column("model"),
    Column("island", spare=3),
)
COMMON_COLUMNS = (
    Column("candidate"),
    Column("gap", Unit.SHARE),
    LOWER_GAPS,
    Column("generations_to_first"),
    Column("generations_to_second"),
    Column("operator"),
    Column("model"),
    Column("island", spare=1),
)
# Of the common ancestors, which hold all ancestors of each, those are the nearest that are no parent of another.
COMMON = """
WITH RECURSIVE
one (ordinal) AS (VALUES (:one) UNION SELECT p.parent FROM one JOIN parents p ON p.child = one.ordinal),
other (ordinal) AS (VALUES (:other) UNION SELECT p.parent FROM other JOIN parents p ON p.child = other.ordinal),
common (ordinal) AS (SELECT ordinal FROM one INTERSECT SELECT ordinal FROM other),
nearest (ordinal) AS (
    SELECT ordinal FROM common EXCEPT SELECT p.parent FROM common JOIN parents p ON p.child = common.ordinal
)
SELECT c.ordinal, f.fitness, f.lower_fitness, c.operator, c.model, c.island
FROM nearest n JOIN candidates c ON c.ordinal = n.ordinal
LEFT JOIN candidate_fitness f ON f.ordinal = c.ordinal AND f.split = 'train'
ORDER BY c.ordinal DESC
"""

UNSCORED = (float("inf"),)


@dataclass(frozen=True, slots=True)
class LineageCandidate:
    """A candidate in a lineage; `depth` is the fewest generations to the candidate asked for.

    `gaps` are the mean gaps on train of all levels, the first one first: none where there is no score.
    """

    ordinal: int
    island: int
    operator: str
    model: str
    size: int | None
    gaps: tuple[float, ...]
    depth: int

    @property
    def rank(self) -> tuple[float, ...]:
        """The gaps, comparable: the smallest is the fittest."""
        return self.gaps or UNSCORED


@dataclass(frozen=True, slots=True)
class Edge:
    """One parent of one candidate, at its position in the prompt."""

    child: int
    parent: int
    position: int


@dataclass(frozen=True, slots=True)
class Lineage:
    """A directed acyclic graph of candidates in ordinal order, the one asked for among them."""

    relatives: tuple[LineageCandidate, ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True, slots=True)
class Improvement:
    """A step that beat all of its parents on train; a candidate without parents has no `parent` and no `before`.

    `gaps` and `before` are the mean gaps of all levels, the first one first: its own, and those of the fittest parent.
    """

    ordinal: int
    parent: int | None
    before: tuple[float, ...]
    gaps: tuple[float, ...]
    island: int
    operator: str
    model: str


class _Lines:
    """Shortest lines from all ancestors down to one candidate; `depths` are their generations."""

    def __init__(self, parents: Mapping[int, Sequence[int]], ordinal: int) -> None:
        self.depths = {ordinal: 0}
        self._nearer: dict[int, int] = {}
        queue = deque([ordinal])
        while queue:
            child = queue.popleft()
            for parent in parents.get(child, ()):
                if parent not in self.depths:
                    self.depths[parent] = self.depths[child] + 1
                    self._nearer[parent] = child
                    queue.append(parent)

    def down_from(self, ordinal: int) -> list[tuple[int, int]]:
        """Return the edges of one shortest line."""
        edges = []
        while ordinal in self._nearer:
            edges.append((ordinal, self._nearer[ordinal]))
            ordinal = self._nearer[ordinal]
        return edges


def read_ancestors(store: RunStore, ordinal: int) -> Lineage:
    """Return the candidate and all it descends from, back to the seeds."""
    return _lineage(store, ordinal, ANCESTORS, "child")


def read_descendants(store: RunStore, ordinal: int) -> Lineage:
    """Return the candidate and all that descends from it."""
    return _lineage(store, ordinal, DESCENDANTS, "parent")


def read_relative(store: RunStore, ordinal: int) -> LineageCandidate:
    """Return the candidate itself, of depth 0."""
    with store.snapshot() as connection:
        rows = connection.execute(text(ALONE + RELATIVES), {"ordinal": ordinal}).all()
    return _relatives(store, ordinal, rows, {ordinal: 0})[0]


def improving_path(store: RunStore, ordinal: int) -> tuple[Improvement, ...]:
    """Return the steps from a seed to the candidate, along the fittest parents, that beat all of their parents."""
    lineage = read_ancestors(store, ordinal)
    by_ordinal = {relative.ordinal: relative for relative in lineage.relatives}
    parents: defaultdict[int, list[int]] = defaultdict(list)
    for edge in lineage.edges:
        parents[edge.child].append(edge.parent)
    steps: list[Improvement] = []
    step: int | None = ordinal
    while step is not None:
        parent = _fittest(parents[step], by_ordinal)
        improvement = _improvement(by_ordinal[step], None if parent is None else by_ordinal[parent])
        if improvement is not None:
            steps.append(improvement)
        step = parent
    return tuple(reversed(steps))


def _lineage(store: RunStore, ordinal: int, line: str, end: str) -> Lineage:
    with store.snapshot() as connection:
        rows = connection.execute(text(line + RELATIVES), {"ordinal": ordinal}).all()
        pairs = connection.execute(text(line + EDGES.format(end=end)), {"ordinal": ordinal}).all()
    edges = tuple(Edge(*pair) for pair in pairs)
    return Lineage(_relatives(store, ordinal, rows, _depths(ordinal, edges, end)), edges)


def _relatives(
    store: RunStore, ordinal: int, rows: Sequence[Record], depths: Mapping[int, int]
) -> tuple[LineageCandidate, ...]:
    if not rows:
        raise StoreError(f"{store.path}: no candidate {ordinal}.")
    return tuple(
        LineageCandidate(
            row.ordinal,
            row.island,
            row.operator,
            row.model,
            row.size,
            gaps_of(row.fitness, row.lower_fitness),
            depths[row.ordinal],
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


def _fittest(parents: Sequence[int], by_ordinal: Mapping[int, LineageCandidate]) -> int | None:
    """Return the fittest parent, the first of equals; None without parents."""
    return min(parents, key=lambda parent: by_ordinal[parent].rank, default=None)


def _improvement(child: LineageCandidate, parent: LineageCandidate | None) -> Improvement | None:
    if not child.gaps or (parent is not None and child.rank >= parent.rank):
        return None
    return Improvement(
        ordinal=child.ordinal,
        parent=None if parent is None else parent.ordinal,
        before=() if parent is None else parent.gaps,
        gaps=child.gaps,
        island=child.island,
        operator=child.operator,
        model=child.model,
    )


def ancestors(store: RunStore, ordinal: int, depth: int | None = None) -> DataTable:
    """Return the candidate and all it descends from, the nearest first; `depth`: so many generations at most."""
    lineage = read_ancestors(store, ordinal)
    born = {edge.child for edge in lineage.edges}
    seeds = sum(relative.ordinal not in born for relative in lineage.relatives)
    note = f"{len(lineage.relatives) - 1} ancestors in all, {seeds} without parents"
    return _relatives_table(f"ancestors of {ordinal}", lineage, depth, note)


def descendants(store: RunStore, ordinal: int, depth: int | None = None) -> DataTable:
    """Return the candidate and all that descends from it, the nearest first."""
    lineage = read_descendants(store, ordinal)
    below = [relative for relative in lineage.relatives if relative.ordinal != ordinal]
    scored = [relative for relative in below if relative.gaps]
    note = f"{len(below)} descendants in all"
    if scored:
        fittest = min(scored, key=lambda relative: (relative.gaps, relative.ordinal))
        note += f"; the best is {fittest.ordinal}, gap {fittest.gaps[0]:.3%}"
    return _relatives_table(f"descendants of {ordinal}", lineage, depth, note)


def path(store: RunStore, ordinal: int) -> DataTable:
    """Return the steps, along the fittest parents from a seed on, that beat all of their parents, and the candidate."""
    steps = improving_path(store, ordinal)
    last = _last(store, ordinal, steps)
    steps = (*steps, *last)
    rows = tuple(
        (
            step.ordinal,
            step.parent,
            step.gaps[0],
            lower_gaps(step.gaps[1:]),
            step.before[0] if step.before else None,
            lower_gaps(step.before[1:]),
            step.before[0] - step.gaps[0] if step.before else None,
            step.operator,
            step.model,
            step.island,
        )
        for step in steps
    )
    edges = tuple((one.ordinal, other.ordinal) for one, other in pairwise(steps))
    notes = ["gap: mean gap on train; before: that of the fittest parent; steps that did not improve are left out"]
    notes += [f"{ordinal} itself: beside the last step that improved, on train no better than its parents"] * len(last)
    notes += unproven_note(store, Split.TRAIN)
    return less_empty(DataTable(f"steps that improved, to {ordinal}", STEP_COLUMNS, rows, edges, tuple(notes)))


def _last(store: RunStore, ordinal: int, steps: Sequence[Improvement]) -> tuple[Improvement, ...]:
    """Return the candidate beside the last step that improved, where it is not that one and has a score."""
    own = read_relative(store, ordinal)
    if not own.gaps or not steps or steps[-1].ordinal == ordinal:
        return ()
    before = steps[-1]
    return (Improvement(ordinal, before.ordinal, before.gaps, own.gaps, own.island, own.operator, own.model),)


def common(store: RunStore, one: int, other: int) -> DataTable:
    """Return the common ancestors of two candidates that no other common one descends from.

    A candidate counts as its own ancestor. The edges are a shortest line from each to either candidate.
    """
    rows_in_common = select(store, COMMON, one=one, other=other).rows
    parents = read_parents(store)
    lines = [_Lines(parents, end) for end in (one, other)]
    nearest = [int(str(row[0])) for row in rows_in_common]
    rows = tuple(
        (ordinal, _gap(row[1]), lower_gaps_of(row[2]), *(line.depths[ordinal] for line in lines), *row[3:])
        for ordinal, row in zip(nearest, rows_in_common, strict=True)
    )
    edges = {edge for line in lines for ordinal in nearest for edge in line.down_from(ordinal)}
    notes = ("edges: a shortest line of descent to each of the two",) if rows else ("no common ancestor",)
    title = f"nearest common ancestors of {one} and {other}"
    return less_empty(DataTable(title, COMMON_COLUMNS, rows, tuple(sorted(edges)), notes))


def _relatives_table(title: str, lineage: Lineage, depth: int | None, note: str) -> DataTable:
    near = [relative for relative in lineage.relatives if depth is None or relative.depth <= depth]
    kept = {relative.ordinal for relative in near}
    pairs = [(edge.parent, edge.child) for edge in lineage.edges if edge.parent in kept and edge.child in kept]
    parents: defaultdict[int, list[int]] = defaultdict(list)
    for edge in lineage.edges:
        parents[edge.child].append(edge.parent)
    rows = tuple(_relative_row(one, parents) for one in sorted(near, key=lambda one: (one.depth, one.ordinal)))
    left_out = len(lineage.relatives) - len(near)
    notes = [note, "gap: mean gap on train; depth: the fewest generations between"]
    notes += [f"{left_out} beyond depth {depth} are left out"] if left_out else []
    return less_empty(DataTable(title, RELATIVE_COLUMNS, rows, tuple(dict.fromkeys(pairs)), tuple(notes)))


def _relative_row(one: LineageCandidate, parents: Mapping[int, list[int]]) -> tuple[Value, ...]:
    parent_names = ", ".join(map(str, dict.fromkeys(parents.get(one.ordinal, ())))) or None
    gap = one.gaps[0] if one.gaps else None
    return (
        one.ordinal,
        one.depth,
        gap,
        lower_gaps(one.gaps[1:]),
        one.operator,
        one.model,
        parent_names,
        one.island,
        one.size,
    )


def _gap(fitness: Value) -> float | None:
    return -fitness if isinstance(fitness, float) else None
