"""From what a candidate descends, what descends from it, which steps improved, and where two lines of descent meet."""

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from evo.analysis.descent_graph import read_parents
from evo.analysis.gap_levels import LOWER_GAPS, gap_values, gaps_of, less_empty
from evo.analysis.instances import unproven_note
from evo.analysis.select import Value, select
from evo.analysis.table import Column, DataTable, Unit
from evo.store import RunStore
from evo.store.connection import StoreError
from evo.store.fitness_sql import fittest_first
from problems import Split

# Each makes a table `line` for RELATIVES. UNION over ids alone visits each candidate once; a depth carried along would
# visit each path.
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
LINE = f"""
WITH RECURSIVE line (step, ordinal) AS (
    VALUES (0, :ordinal) UNION ALL
    SELECT step + 1, (
        SELECT p.parent FROM parents p JOIN candidates c ON c.ordinal = p.parent
        LEFT JOIN evaluations f ON f.candidate = coalesce(c.repeat_of, c.ordinal) AND f.split = 'train'
        WHERE p.child = line.ordinal ORDER BY f.fitness IS NULL, {fittest_first("f")}, p.position LIMIT 1
    ) FROM line WHERE line.ordinal IS NOT NULL
)
"""
# Not by the view `candidate_fitness`: joined from the left it would be made as a whole for each statement.
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


@dataclass(frozen=True, slots=True)
class LineageCandidate:
    """A candidate in a lineage; `gaps` are the mean gaps on train of all levels: none where there is no score."""

    ordinal: int
    island: int
    operator: str
    model: str
    size: int | None
    gaps: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """One parent of one candidate, at its position in the prompt."""

    child: int
    parent: int
    position: int


@dataclass(frozen=True, slots=True)
class Lineage:
    """A directed acyclic graph of candidates in ordinal order, the one asked for among them.

    `depths` has for each the fewest generations to the one asked for.
    """

    relatives: tuple[LineageCandidate, ...]
    edges: tuple[Edge, ...]
    depths: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class LineageStep:
    """A candidate that beat all of its parents on train, beside the fittest of them; None where it has none.

    One that does not improve stands beside the last one that did.
    """

    candidate: LineageCandidate
    parent: LineageCandidate | None
    improves: bool = True


class _Lines:
    """Shortest lines from all that can be reached to one candidate; `depths` are their generations."""

    def __init__(self, beyond: Mapping[int, Sequence[int]], ordinal: int) -> None:
        self.depths = {ordinal: 0}
        self._nearer: dict[int, int] = {}
        queue = deque([ordinal])
        while queue:
            near = queue.popleft()
            for far in beyond.get(near, ()):
                if far not in self.depths:
                    self.depths[far] = self.depths[near] + 1
                    self._nearer[far] = near
                    queue.append(far)

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


def count_ancestors(store: RunStore, ordinal: int) -> int:
    """Return of how many a candidate descends."""
    return count_relatives(store, ordinal, ANCESTORS)


def count_relatives(store: RunStore, ordinal: int, line: str) -> int:
    """Return how many there are in a `line`, such as ANCESTORS, besides the candidate."""
    return int(str(select(store, line + "SELECT count(*) - 1 FROM line", ordinal=ordinal)[0][0]))


def fittest_line(store: RunStore, ordinal: int) -> tuple[LineageCandidate, ...]:
    """Return the candidate, its fittest parent, the fittest parent of that, and so on to a seed."""
    return tuple(reversed(_relatives(store, ordinal, LINE)))  # a parent's ordinal is smaller


def improving_steps(line: Sequence[LineageCandidate]) -> tuple[LineageStep, ...]:
    """Return the steps of a line, as `fittest_line` gives it, that beat all of their parents; the seed first."""
    pairs = zip(line, [*line[1:], None], strict=True)
    steps = [LineageStep(child, parent) for child, parent in pairs if child.gaps and _beats(child, parent)]
    return tuple(reversed(steps))


def improving_path(store: RunStore, ordinal: int) -> tuple[LineageStep, ...]:
    """Return the steps from a seed to the candidate, along the fittest parents, that beat all of their parents.

    Where the candidate is none of them but has a score, it comes last.
    """
    own, *others = fittest_line(store, ordinal)
    steps = improving_steps((own, *others))
    if not own.gaps or not steps or steps[-1].candidate == own:
        return steps
    return (*steps, LineageStep(own, steps[-1].candidate, improves=False))


def as_candidate(*row: Value) -> LineageCandidate:
    """Return the candidate in a row of RELATIVES."""
    ordinal, island, operator, model, size, fitness, lower = row
    own_size = None if size is None else int(size)
    return LineageCandidate(
        int(str(ordinal)), int(str(island)), str(operator), str(model), own_size, gaps_of(fitness, lower)
    )


def _beats(child: LineageCandidate, parent: LineageCandidate | None) -> bool:
    return parent is None or not parent.gaps or child.gaps < parent.gaps


def _lineage(store: RunStore, ordinal: int, line: str, end: str) -> Lineage:
    relatives = _relatives(store, ordinal, line)
    rows = select(store, line + EDGES.format(end=end), ordinal=ordinal)
    edges = tuple(Edge(*(int(str(number)) for number in row)) for row in rows)
    beyond: defaultdict[int, list[int]] = defaultdict(list)
    for edge in edges:
        near, far = (edge.child, edge.parent) if end == "child" else (edge.parent, edge.child)
        beyond[near].append(far)
    return Lineage(relatives, edges, _Lines(beyond, ordinal).depths)


def _relatives(store: RunStore, ordinal: int, line: str) -> tuple[LineageCandidate, ...]:
    rows = select(store, line + RELATIVES, ordinal=ordinal)
    if not rows:
        raise StoreError(f"{store.path}: no candidate {ordinal}.")
    return tuple(as_candidate(*row) for row in rows)


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
    rows = tuple(_step_row(step) for step in steps)
    edges = tuple((one.candidate.ordinal, other.candidate.ordinal) for one, other in pairwise(steps))
    notes = ["gap: mean gap on train; before: that of the fittest parent; steps that did not improve are left out"]
    if steps and not steps[-1].improves:
        notes.append(f"{ordinal} itself: beside the last step that improved, on train no better than its parents")
    notes += unproven_note(store, Split.TRAIN)
    return less_empty(DataTable(f"steps that improved, to {ordinal}", STEP_COLUMNS, rows, edges, tuple(notes)))


def _step_row(step: LineageStep) -> tuple[Value, ...]:
    own, parent = step.candidate, step.parent
    gap, lower = gap_values(own.gaps)
    before, lower_before = gap_values(() if parent is None else parent.gaps)
    improvement = None if gap is None or before is None else before - gap
    ordinals = own.ordinal, None if parent is None else parent.ordinal
    return *ordinals, gap, lower, before, lower_before, improvement, own.operator, own.model, own.island


def common(store: RunStore, one: int, other: int) -> DataTable:
    """Return the common ancestors of two candidates that no other common one descends from.

    A candidate counts as its own ancestor. The edges are a shortest line from each to either candidate.
    """
    rows_in_common = select(store, COMMON, one=one, other=other)
    parents = read_parents(store)
    lines = [_Lines(parents, end) for end in (one, other)]
    nearest = [int(str(row[0])) for row in rows_in_common]
    rows = tuple(
        (ordinal, *gap_values(gaps_of(*row[1:3])), *(line.depths[ordinal] for line in lines), *row[3:])
        for ordinal, row in zip(nearest, rows_in_common, strict=True)
    )
    edges = {edge for line in lines for ordinal in nearest for edge in line.down_from(ordinal)}
    notes = ("edges: a shortest line of descent to each of the two",) if rows else ("no common ancestor",)
    title = f"nearest common ancestors of {one} and {other}"
    return less_empty(DataTable(title, COMMON_COLUMNS, rows, tuple(sorted(edges)), notes))


def _relatives_table(title: str, lineage: Lineage, depth: int | None, note: str) -> DataTable:
    near = [relative for relative in lineage.relatives if depth is None or lineage.depths[relative.ordinal] <= depth]
    kept = {relative.ordinal for relative in near}
    pairs = [(edge.parent, edge.child) for edge in lineage.edges if edge.parent in kept and edge.child in kept]
    parents: defaultdict[int, list[int]] = defaultdict(list)
    for edge in lineage.edges:
        parents[edge.child].append(edge.parent)
    near.sort(key=lambda one: (lineage.depths[one.ordinal], one.ordinal))
    rows = tuple(_relative_row(one, lineage.depths[one.ordinal], parents[one.ordinal]) for one in near)
    left_out = len(lineage.relatives) - len(near)
    notes = [note, "gap: mean gap on train; depth: the fewest generations between"]
    notes += [f"{left_out} beyond depth {depth} are left out"] if left_out else []
    return less_empty(DataTable(title, RELATIVE_COLUMNS, rows, tuple(dict.fromkeys(pairs)), tuple(notes)))


def _relative_row(one: LineageCandidate, depth: int, parents: Sequence[int]) -> tuple[Value, ...]:
    parent_names = ", ".join(map(str, dict.fromkeys(parents))) or None
    gaps = gap_values(one.gaps)
    return one.ordinal, depth, *gaps, one.operator, one.model, parent_names, one.island, one.size
