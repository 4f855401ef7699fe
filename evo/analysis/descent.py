"""From what a candidate descends, what descends from it, which steps improved, where two lines meet."""

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from itertools import pairwise

from evo.analysis.answer import Answer, Column, Unit
from evo.analysis.graph import read_parents
from evo.analysis.levels import LOWER_GAPS, less_empty, lower_gaps, lower_gaps_of
from evo.analysis.lineage import Improvement, Lineage, Relative, relative_of
from evo.analysis.lineage import ancestors as all_ancestors
from evo.analysis.lineage import descendants as all_descendants
from evo.analysis.lineage import improving_path as improving
from evo.analysis.proof import reservation
from evo.analysis.select import Value, select
from evo.store import RunStore
from problems import Split

RELATIVES = (
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
STEPS = (
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
MEETINGS = (
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


def ancestors(store: RunStore, ordinal: int, depth: int | None = None) -> Answer:
    """Return the candidate and all it descends from, the nearest first; `depth`: so many generations at most."""
    lineage = all_ancestors(store, ordinal)
    born = {edge.child for edge in lineage.edges}
    seeds = sum(relative.ordinal not in born for relative in lineage.relatives)
    note = f"{len(lineage.relatives) - 1} ancestors in all, {seeds} without parents"
    return _relatives(f"ancestors of {ordinal}", lineage, depth, note)


def descendants(store: RunStore, ordinal: int, depth: int | None = None) -> Answer:
    """Return the candidate and all that descends from it, the nearest first."""
    lineage = all_descendants(store, ordinal)
    below = [relative for relative in lineage.relatives if relative.ordinal != ordinal]
    scored = [relative for relative in below if relative.fitness is not None]
    note = f"{len(below)} descendants in all"
    if scored:
        fittest = max(scored, key=lambda relative: (relative.fitness, relative.lower, -relative.ordinal))
        note += f"; the best is {fittest.ordinal}, gap {-(fittest.fitness or 0.0):.3%}"
    return _relatives(f"descendants of {ordinal}", lineage, depth, note)


def path(store: RunStore, ordinal: int) -> Answer:
    """Return the steps, along the fittest parents from a seed on, that beat all of their parents, and the candidate."""
    steps = improving(store, ordinal)
    last = _last(store, ordinal, steps)
    steps = (*steps, *last)
    rows = tuple(
        (
            step.ordinal,
            step.parent,
            -step.fitness,
            lower_gaps(step.lower),
            None if step.before is None else -step.before,
            lower_gaps(step.lower_before),
            None if step.before is None else step.fitness - step.before,
            step.operator,
            step.model,
            step.island,
        )
        for step in steps
    )
    edges = tuple((one.ordinal, other.ordinal) for one, other in pairwise(steps))
    notes = ["gap: mean gap on train; before: that of the fittest parent; steps that did not improve are left out"]
    notes += [f"{ordinal} itself: beside the last step that improved, on train no better than its parents"] * len(last)
    notes += reservation(store, Split.TRAIN)
    return less_empty(Answer(f"steps that improved, to {ordinal}", STEPS, rows, edges, tuple(notes)))


def _last(store: RunStore, ordinal: int, steps: Sequence[Improvement]) -> tuple[Improvement, ...]:
    """Return the candidate beside the last step that improved, where it is not that one and has a score."""
    own = relative_of(store, ordinal)
    if own.fitness is None or not steps or steps[-1].ordinal == ordinal:
        return ()
    before = steps[-1]
    levels = (own.lower, before.lower)
    return (
        Improvement(ordinal, before.ordinal, before.fitness, own.fitness, own.island, own.operator, own.model, *levels),
    )


def common(store: RunStore, one: int, other: int) -> Answer:
    """Return the common ancestors of two candidates that no other common one descends from.

    A candidate counts as its own ancestor. The edges are a shortest line from each to either candidate.
    """
    found = select(store, COMMON, one=one, other=other).rows
    parents = read_parents(store)
    lines = [_Lines(parents, end) for end in (one, other)]
    nearest = [int(str(row[0])) for row in found]
    rows = tuple(
        (ordinal, _gap(row[1]), lower_gaps_of(row[2]), *(line.depths[ordinal] for line in lines), *row[3:])
        for ordinal, row in zip(nearest, found, strict=True)
    )
    edges = {edge for line in lines for ordinal in nearest for edge in line.down_from(ordinal)}
    notes = ("edges: a shortest line of descent to each of the two",) if rows else ("no common ancestor",)
    title = f"nearest common ancestors of {one} and {other}"
    return less_empty(Answer(title, MEETINGS, rows, tuple(sorted(edges)), notes))


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


def _relatives(title: str, lineage: Lineage, depth: int | None, note: str) -> Answer:
    near = [relative for relative in lineage.relatives if depth is None or relative.depth <= depth]
    kept = {relative.ordinal for relative in near}
    pairs = [(edge.parent, edge.child) for edge in lineage.edges if edge.parent in kept and edge.child in kept]
    parents: defaultdict[int, list[int]] = defaultdict(list)
    for edge in lineage.edges:
        parents[edge.child].append(edge.parent)
    rows = tuple(_row(one, parents) for one in sorted(near, key=lambda one: (one.depth, one.ordinal)))
    left_out = len(lineage.relatives) - len(near)
    notes = [note, "gap: mean gap on train; depth: the fewest generations between"]
    notes += [f"{left_out} beyond depth {depth} are left out"] if left_out else []
    return less_empty(Answer(title, RELATIVES, rows, tuple(dict.fromkeys(pairs)), tuple(notes)))


def _row(one: Relative, parents: Mapping[int, list[int]]) -> tuple[Value, ...]:
    told = ", ".join(map(str, dict.fromkeys(parents.get(one.ordinal, ())))) or None
    gap = _gap(one.fitness)
    return one.ordinal, one.depth, gap, lower_gaps(one.lower), one.operator, one.model, told, one.island, one.size


def _gap(fitness: Value) -> float | None:
    return -fitness if isinstance(fitness, float) else None
