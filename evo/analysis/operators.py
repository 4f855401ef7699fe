"""What operators and models were worth and what they cost."""

from dataclasses import dataclass
from typing import Literal

from evo.analysis.archives import recorded_config
from evo.analysis.select import named_rows, select
from evo.analysis.table import Column, DataTable, Unit
from evo.core.checked_values import mapping
from evo.core.records import Usage
from evo.store import RunStore
from evo.store.fitness_sql import fittest_first, levels

# A repeat has an outcome, its original's, but is nothing new: it is valid and never better.
AUTHORS = f"""
WITH parent AS (
    SELECT p.child, f.fitness, f.lower_fitness, f.gap_scaled,
           row_number() OVER (PARTITION BY p.child ORDER BY {fittest_first("f")}) AS place
    FROM parents p JOIN candidates c ON c.ordinal = p.parent
    JOIN evaluations f ON f.candidate = coalesce(c.repeat_of, c.ordinal) AND f.split = 'train'
), charged AS (
    SELECT ordinal, sum(dollars) AS dollars, count(*) - count(dollars) AS unpriced FROM calls GROUP BY ordinal
), kept AS (
    SELECT DISTINCT candidate FROM placements WHERE source_island IS NULL AND status <> 'rejected'
), outcome AS (
    SELECT c.operator, c.model, e.candidate AS valid, kept.candidate AS kept, charged.dollars, charged.unpriced,
           CASE WHEN c.repeat_of IS NULL AND {levels("e")} > {levels("parent")}
                THEN parent.gap_scaled - e.gap_scaled END AS gain
    FROM candidates c
    LEFT JOIN evaluations e ON e.candidate = coalesce(c.repeat_of, c.ordinal) AND e.split = 'train'
    LEFT JOIN parent ON parent.child = c.ordinal AND parent.place = 1
    LEFT JOIN kept ON kept.candidate = c.ordinal
    LEFT JOIN charged ON charged.ordinal = c.ordinal
    WHERE c.state = 'placed'
), summed AS (
    SELECT CASE :by WHEN 'model' THEN model ELSE operator END AS author, count(*) AS candidates,
           count(valid) AS valid, count(kept) AS accepted, count(gain) AS better, avg(gain) AS gain,
           CASE WHEN total(unpriced) = 0 THEN total(dollars) END AS dollars
    FROM outcome GROUP BY author
)
SELECT author, candidates, 1.0 * valid / candidates AS valid_share, accepted, better, gain, dollars,
       CASE WHEN better > 0 THEN dollars / better END AS dollars_per_improvement
FROM summed ORDER BY better DESC, candidates DESC, author
"""
CHARGES = """
SELECT operator, model, count(*) AS calls, sum(status = 'failed') AS failed,
       sum(status IN ('intent', 'unknown')) AS unknown, sum(prompt_tokens) AS prompt,
       sum(completion_tokens) AS completion, sum(seconds) AS seconds,
       CASE WHEN count(dollars) = count(*) THEN sum(dollars) END AS dollars
FROM calls GROUP BY operator, model ORDER BY operator, model
"""
PARENTS = """
SELECT 1 FROM parents p JOIN candidate_fitness f ON f.ordinal = p.parent AND f.split = 'train'
WHERE p.child = c.ordinal
"""
BEATS_ITS_PARENTS = (
    f"c.repeat_of IS NULL AND e.fitness IS NOT NULL AND EXISTS ({PARENTS})"
    f" AND NOT EXISTS ({PARENTS} AND NOT {levels('e')} > {levels('f')})"
)
RECORDS = f"""
SELECT c.operator, c.model, count(*) AS candidates, count(f.candidate) AS failed, count(c.repeat_of) AS repeats,
       sum(EXISTS (SELECT 1 FROM placements p WHERE p.candidate = c.ordinal
                   AND p.source_island IS NULL AND p.status <> 'rejected')) AS accepted,
       count(CASE WHEN {BEATS_ITS_PARENTS} THEN 1 END) AS better
FROM candidates c
LEFT JOIN failures f ON f.candidate = coalesce(c.repeat_of, c.ordinal) AND f.split = 'train'
LEFT JOIN evaluations e ON e.candidate = coalesce(c.repeat_of, c.ordinal) AND e.split = 'train'
GROUP BY c.operator, c.model ORDER BY c.operator, c.model
"""
NOTES = (
    "accepted: took a cell of its island; better: than all of its parents, on train, repeats left out",
    "mean gain: how much lower the mean gap on train is than the fittest parent's, where better",
    "dollars: of all calls for these candidates, mending and analysis included; nothing where a price is not known",
)


@dataclass(frozen=True, slots=True)
class CallCharges:
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
class OperatorCost:
    """An operator and a model: its candidates, what its calls were charged, whether its hints know the problem."""

    record: OperatorRecord
    usage: Usage
    knowledge: bool


def improvements_by(store: RunStore, by: Literal["operator", "model"]) -> DataTable:
    """Return what came of the placed candidates of each operator or model, the one with most improvements first."""
    columns = (
        Column(by),
        Column("candidates"),
        Column("valid_share", Unit.SHARE),
        Column("accepted"),
        Column("better"),
        Column("mean_gain", Unit.SHARE),
        Column("dollars", Unit.DOLLARS),
        Column("dollars_per_improvement", Unit.DOLLARS),
    )
    return DataTable(f"{by}s", columns, select(store, AUTHORS, by=by), notes=NOTES)


def call_charges(store: RunStore) -> tuple[CallCharges, ...]:
    """Return what calls are charged, by operator and model; dollars are unknown when those of one call are."""
    return tuple(
        CallCharges(
            row.operator,
            row.model,
            row.calls,
            row.failed,
            row.unknown,
            Usage(row.prompt, row.completion, row.dollars, row.seconds),
        )
        for row in named_rows(store, CHARGES)
    )


def operator_records(store: RunStore) -> tuple[OperatorRecord, ...]:
    """Return what came of the candidates, by operator and model."""
    return tuple(OperatorRecord(*row) for row in named_rows(store, RECORDS))


def operator_costs(store: RunStore) -> tuple[OperatorCost, ...]:
    """Return a row for each operator and model that was asked in a run; none where nobody was."""
    charged = {(one.operator, one.model): one.usage for one in call_charges(store)}
    operators = mapping(recorded_config(store).get("operator", {}), "operator")
    records = operator_records(store)
    return tuple(
        OperatorCost(record, charged[key], _has_knowledge(operators.get(record.operator)))
        for record in records
        if (key := (record.operator, record.model)) in charged
    )


def _has_knowledge(operator: object) -> bool:
    return isinstance(operator, dict) and bool(operator.get("knowledge"))
