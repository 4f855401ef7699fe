"""What came of a run as a whole: what was spent, which operators paid, what failed."""

from dataclasses import dataclass

from sqlalchemy import text

from evaluators import FailureKind
from evo.core.records import Usage
from evo.store.levels import levels
from evo.store.run_store import RunStore


@dataclass(frozen=True, slots=True)
class Spend:
    """What an operator's calls to a model are charged; those without a reply at their reservation (`unknown`)."""

    operator: str
    model: str
    calls: int
    failed: int
    unknown: int
    usage: Usage


@dataclass(frozen=True, slots=True)
class OperatorRecord:
    """What came of an operator's candidates: `accepted` took a cell, `better` beat all of their parents on train.

    A repeat is never better: it is nothing new.
    """

    operator: str
    model: str
    candidates: int
    failed: int
    repeats: int
    accepted: int
    better: int


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """How many candidates failed on train in one way, repeats included, and the first of them."""

    kind: FailureKind
    count: int
    example: int
    message: str


def spend(store: RunStore) -> tuple[Spend, ...]:
    """Return what calls are charged, by operator and model; dollars are unknown when those of one call are."""
    with store.snapshot() as connection:
        rows = connection.execute(
            text(
                "SELECT operator, model, count(*) AS calls, sum(status = 'failed') AS failed,"
                " sum(status IN ('intent', 'unknown')) AS unknown, sum(prompt_tokens) AS prompt,"
                " sum(completion_tokens) AS completion, sum(seconds) AS seconds,"
                " CASE WHEN count(dollars) = count(*) THEN sum(dollars) END AS dollars"
                " FROM calls GROUP BY operator, model ORDER BY operator, model"
            )
        ).all()
    return tuple(
        Spend(
            row.operator,
            row.model,
            row.calls,
            row.failed,
            row.unknown,
            Usage(row.prompt, row.completion, row.dollars, row.seconds),
        )
        for row in rows
    )


PARENTS = (
    "SELECT 1 FROM parents p JOIN candidate_fitness f ON f.ordinal = p.parent AND f.split = 'train'"
    " WHERE p.child = c.ordinal"
)
BEATS_ITS_PARENTS = (
    f"c.repeat_of IS NULL AND e.fitness IS NOT NULL AND EXISTS ({PARENTS})"
    f" AND NOT EXISTS ({PARENTS} AND NOT {levels('e')} > {levels('f')})"
)


def operator_records(store: RunStore) -> tuple[OperatorRecord, ...]:
    """Return what came of the candidates, by operator and model."""
    with store.snapshot() as connection:
        rows = connection.execute(
            text(
                "SELECT c.operator, c.model, count(*) AS candidates, count(f.candidate) AS failed,"
                " count(c.repeat_of) AS repeats,"
                " sum(EXISTS (SELECT 1 FROM placements p WHERE p.candidate = c.ordinal"
                " AND p.source_island IS NULL AND p.status <> 'rejected')) AS accepted,"
                f" count(CASE WHEN {BEATS_ITS_PARENTS} THEN 1 END) AS better FROM candidates c"
                " LEFT JOIN failures f ON f.candidate = coalesce(c.repeat_of, c.ordinal) AND f.split = 'train'"
                " LEFT JOIN evaluations e ON e.candidate = coalesce(c.repeat_of, c.ordinal) AND e.split = 'train'"
                " GROUP BY c.operator, c.model ORDER BY c.operator, c.model"
            )
        ).all()
    return tuple(OperatorRecord(*row) for row in rows)


def failures(store: RunStore) -> tuple[FailureGroup, ...]:
    """Return the failures on train by kind, the most frequent first."""
    with store.snapshot() as connection:
        rows = connection.execute(
            text(
                # SQLite takes the message from the row that holds the minimum.
                "SELECT f.kind, count(*) AS count, min(c.ordinal) AS example, f.message FROM candidates c"
                " JOIN failures f ON f.candidate = coalesce(c.repeat_of, c.ordinal) AND f.split = 'train'"
                " GROUP BY f.kind ORDER BY count(*) DESC, f.kind"
            )
        ).all()
    return tuple(FailureGroup(FailureKind(kind), number, example, message) for kind, number, example, message in rows)
