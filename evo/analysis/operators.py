"""What operators and models were worth and what they cost."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean, median
from typing import Any, Literal

from sqlalchemy import Row

from evo.analysis.archives import recorded_config
from evo.analysis.candidates import SEEDS
from evo.analysis.progress import progress
from evo.analysis.select import named_rows
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
    SELECT ordinal, sum(dollars) AS dollars, count(*) - count(dollars) AS unpriced,
           sum(prompt_tokens + completion_tokens) AS tokens, sum(seconds) AS seconds
    FROM calls GROUP BY ordinal
), kept AS (
    SELECT DISTINCT candidate FROM placements WHERE source_island IS NULL AND status <> 'rejected'
), seeded AS (
    SELECT s.fitness, s.lower_fitness FROM candidates c
    JOIN evaluations s ON s.candidate = c.ordinal AND s.split = 'train'
    WHERE c.operator = 'seed' ORDER BY {fittest_first("s")} LIMIT 1
)
SELECT c.ordinal, CASE :by WHEN 'model' THEN c.model ELSE c.operator END AS author, c.operator = 'seed' AS is_seed,
       e.candidate IS NOT NULL AS valid, kept.candidate IS NOT NULL AS accepted,
       CASE WHEN c.repeat_of IS NULL AND {levels("e")} > {levels("parent")}
            THEN parent.gap_scaled - e.gap_scaled END AS gain,
       CASE WHEN c.repeat_of IS NULL AND {levels("parent")} >= {levels("seeded")}
            THEN e.gap_scaled - parent.gap_scaled END AS change,
       charged.tokens, charged.seconds, charged.dollars, charged.unpriced
FROM candidates c LEFT JOIN seeded ON 1
LEFT JOIN evaluations e ON e.candidate = coalesce(c.repeat_of, c.ordinal) AND e.split = 'train'
LEFT JOIN parent ON parent.child = c.ordinal AND parent.place = 1
LEFT JOIN kept ON kept.candidate = c.ordinal
LEFT JOIN charged ON charged.ordinal = c.ordinal
WHERE c.state = 'placed' ORDER BY c.ordinal
"""
COLUMNS = (
    Column("candidates"),
    Column("new_bests"),
    Column("accepted"),
    Column("median_change", Unit.SHARE),
    Column("valid_share", Unit.SHARE, spare=2),
    Column("better", spare=3),
    Column("mean_gain", Unit.SHARE, spare=3),
)
CHARGED = (
    Column("dollars", Unit.DOLLARS),
    Column("dollars_per_best", Unit.DOLLARS, spare=1),
    Column("tokens", spare=2),
    Column("seconds", Unit.SECONDS, spare=3),
)
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
    "ranked by new bests (candidates that lowered the best mean gap on train), then by cells taken (accepted): use "
    "those more that have many for their candidates",
    "median change: of the mean gap on train against the fittest parent's, where that parent is at least as good as "
    "the best seed; below zero is better, and most changes of a good parent are worse",
    "better: than all parents, repeats left out; mean gain: how much lower the gap is then, from weak parents too",
)
OF_CALLS = (
    "dollars, tokens, seconds: of all calls for these candidates, mending and analysis included; dollars are empty "
    "where a price is not known",
)
KNOWING = "*: its instructions know the problem"


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


def improvements_by(store: RunStore, by: Literal["operator", "model"]) -> DataTable:
    """Return what came of the placed candidates of each operator or model, those that brought most first."""
    rows = named_rows(store, AUTHORS, by=by)
    members: defaultdict[str, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for row in rows:
        members[row.author].append(row)
    bests, seeds = new_bests(store), {row.author for row in rows if row.is_seed}
    asked = any(row.tokens is not None for row in rows)
    knowing = _knowing(store) if by == "operator" else frozenset()
    marks = [KNOWING] if knowing & members.keys() else []
    lines = [_line(author, group, bests, knowing, asked) for author, group in members.items()]
    lines.sort(key=lambda line: (line[0] in seeds, -line[2], -line[3], -line[1], line[0]))
    columns = (*COLUMNS, *(CHARGED if asked else ()))
    notes = (*NOTES, *(OF_CALLS if asked else ()), *marks)
    return DataTable(f"{by}s", (Column(by), *columns), tuple(lines), notes=notes)


def _line(
    author: str, group: Sequence[Row[*tuple[Any, ...]]], bests: Collection[int], knowing: Collection[str], asked: bool
) -> tuple[Any, ...]:
    gains = [row.gain for row in group if row.gain is not None]
    changes = [row.change for row in group if row.change is not None]
    led = sum(row.ordinal in bests for row in group)
    counted = (
        f"{author} *" if author in knowing else author,
        len(group),
        led,
        sum(row.accepted for row in group),
        median(changes) if changes else None,
        sum(row.valid for row in group) / len(group),
        len(gains),
        mean(gains) if gains else None,
    )
    if not asked:
        return counted
    dollars = None if any(row.unpriced for row in group) else sum(row.dollars or 0.0 for row in group)
    for_a_best = dollars / led if led and dollars is not None else None
    used = (sum(row.tokens or 0 for row in group), sum(row.seconds or 0.0 for row in group))
    return *counted, dollars, for_a_best, *used


def new_bests(store: RunStore) -> frozenset[int]:
    """Return the candidates that lowered the best gap on train; seeds lower none."""
    points = progress(store)
    seeds = {row.ordinal for row in named_rows(store, SEEDS)}
    return frozenset(now.ordinal for before, now in pairwise(points) if now.ordinal != before.ordinal) - seeds


def _knowing(store: RunStore) -> frozenset[str]:
    """Return the operators whose instructions know the problem."""
    operators = mapping(recorded_config(store).get("operator", {}), "operator")
    return frozenset(name for name, one in operators.items() if isinstance(one, dict) and one.get("knowledge"))


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
