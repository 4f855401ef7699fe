"""The candidates of a run as a list: some of them, in an order, a page at a time."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from evo.analysis.gap_levels import gaps_of
from evo.analysis.select import Value, named_rows, select
from evo.store import RunStore
from evo.store.fitness_sql import fittest_first


class CandidateStatus(StrEnum):
    """What became of a candidate: the archive's answer, or why there is none."""

    NEW = "new"
    IMPROVED = "improved"
    REJECTED = "rejected"
    REPEAT = "repeat"
    FAILED = "failed"
    NO_SOURCE = "no source"
    WAITING = "waiting"


class Order(StrEnum):
    """What a list of candidates is ordered by."""

    CANDIDATE = "candidate"
    GAP = "gap"
    VALIDATION = "validation"
    SIZE = "size"


STATUS = """
CASE WHEN c.repeat_of IS NOT NULL THEN 'repeat'
     WHEN c.source IS NULL AND c.reason <> '' THEN 'no source'
     WHEN EXISTS (SELECT 1 FROM failures f WHERE f.candidate = c.ordinal AND f.split = 'train') THEN 'failed'
     ELSE coalesce((
         SELECT p.status FROM placements p WHERE p.candidate = c.ordinal AND p.source_island IS NULL LIMIT 1
     ), 'waiting') END
"""
OUTCOMES = """
FROM candidates c
LEFT JOIN evaluations t ON t.candidate = coalesce(c.repeat_of, c.ordinal) AND t.split = 'train'
LEFT JOIN evaluations v ON v.candidate = coalesce(c.repeat_of, c.ordinal) AND v.split = 'validation'
"""
# The page is cut first: what stands beside a candidate is asked for those alone that are shown.
PAGE = """
WITH page (place, ordinal) AS (SELECT row_number() OVER (ORDER BY {order}), c.ordinal {outcomes} {where}
                               ORDER BY {order} LIMIT :count OFFSET :skipped)
SELECT c.ordinal, c.island, c.operator, c.model, c.size, c.elapsed, c.repeat_of, c.reason, {status} AS status,
       t.fitness, t.lower_fitness, v.gap_scaled AS validation,
       (SELECT json_group_array(parent) FROM (SELECT DISTINCT parent FROM parents WHERE child = c.ordinal)) AS parents,
       (SELECT max(e.fitness) FROM parents p JOIN candidates o ON o.ordinal = p.parent
        JOIN evaluations e ON e.candidate = coalesce(o.repeat_of, o.ordinal) AND e.split = 'train'
        WHERE p.child = c.ordinal) AS parent_fitness
{outcomes} JOIN page ON page.ordinal = c.ordinal ORDER BY page.place
"""
ORDERS = {
    Order.CANDIDATE: ("c.ordinal", "c.ordinal DESC"),
    Order.GAP: (
        f"t.fitness IS NULL, {fittest_first('t')}, c.ordinal",
        "t.fitness IS NULL, t.fitness, c.ordinal",
    ),
    Order.VALIDATION: (
        "v.gap_scaled IS NULL, v.gap_scaled, c.ordinal",
        "v.gap_scaled IS NULL, v.gap_scaled DESC, c.ordinal",
    ),
    Order.SIZE: ("c.size IS NULL, c.size, c.ordinal", "c.size IS NULL, c.size DESC, c.ordinal"),
}
"""The terms of each, upward and downward."""


@dataclass(frozen=True, slots=True)
class CandidateFilter:
    """Which candidates are wanted; what is empty or None asks for nothing.

    `low` and `high` are ends of the mean gap on train, as fractions; `text` is looked for in the source, letter by
    letter.
    """

    operator: str = ""
    model: str = ""
    status: CandidateStatus | None = None
    island: int | None = None
    low: float | None = None
    high: float | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class ListedCandidate:
    """A candidate in a list: `gaps` are its mean gaps on train, of all levels; none where it has no score.

    `parent_gap` is that of its fittest parent, of the first level; `elapsed` is in seconds of the run.
    """

    ordinal: int
    island: int
    operator: str
    model: str
    size: int | None
    elapsed: float | None
    repeat_of: int | None
    reason: str
    status: str
    gaps: tuple[float, ...]
    validation: float | None
    parents: tuple[int, ...]
    parent_gap: float | None


def count_candidates(store: RunStore, wanted: CandidateFilter) -> int:
    """Count the candidates that are wanted, seeds included."""
    where, values = _where(wanted)
    return int(str(select(store, f"SELECT count(*) {OUTCOMES} {where}", **values)[0][0]))


def list_candidates(
    store: RunStore, wanted: CandidateFilter, order: Order, downward: bool, count: int, skipped: int = 0
) -> tuple[ListedCandidate, ...]:
    """Return `count` of the candidates that are wanted, after the first `skipped`; those without a value come last."""
    where, values = _where(wanted)
    statement = PAGE.format(order=ORDERS[order][downward], outcomes=OUTCOMES, where=where, status=STATUS)
    return tuple(
        ListedCandidate(
            ordinal=row.ordinal,
            island=row.island,
            operator=row.operator,
            model=row.model,
            size=row.size,
            elapsed=row.elapsed,
            repeat_of=row.repeat_of,
            reason=row.reason,
            status=row.status,
            gaps=gaps_of(row.fitness, row.lower_fitness),
            validation=row.validation,
            parents=tuple(json.loads(row.parents)),
            parent_gap=None if row.parent_fitness is None else 0.0 - row.parent_fitness,
        )
        for row in named_rows(store, statement, count=count, skipped=skipped, **values)
    )


def operators_and_models(store: RunStore) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of all operators and of all models that made candidates, by name."""
    operators = select(store, "SELECT DISTINCT operator FROM candidates ORDER BY operator")
    models = select(store, "SELECT DISTINCT model FROM candidates ORDER BY model")
    return tuple(str(name) for (name,) in operators), tuple(str(name) for (name,) in models)


def _where(wanted: CandidateFilter) -> tuple[str, dict[str, Value]]:
    """Return the condition, with its word, and the values of its parameters."""
    terms = dict(_terms(wanted))
    values = {name: value for name, (_, value) in terms.items()}
    return (f"WHERE {' AND '.join(term for term, _ in terms.values())}" if terms else ""), values


def _terms(wanted: CandidateFilter) -> Iterator[tuple[str, tuple[str, Value]]]:
    if wanted.operator:
        yield "operator", ("c.operator = :operator", wanted.operator)
    if wanted.model:
        yield "model", ("c.model = :model", wanted.model)
    if wanted.status is not None:
        yield "status", (f"{STATUS} = :status", str(wanted.status))
    if wanted.island is not None:
        yield "island", ("c.island = :island", wanted.island)
    if wanted.low is not None:
        yield "low", ("t.gap_scaled >= :low", wanted.low)
    if wanted.high is not None:
        yield "high", ("t.gap_scaled <= :high", wanted.high)
    if wanted.text:
        in_source = "EXISTS (SELECT 1 FROM blobs b WHERE b.sha256 = c.source AND instr(b.content, :text) > 0)"
        yield "text", (in_source, wanted.text)
