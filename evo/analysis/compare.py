"""Two runs side by side: what was set otherwise, what they found, at what cost, and how sure the difference is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from evaluators.statistics import mean_interval
from evo.analysis.archives import recorded_config
from evo.analysis.candidates import best_ordinal, header
from evo.analysis.costs import first_reaching
from evo.analysis.looks import LooksAtTest, looks_at_test
from evo.analysis.progress import Point, progress
from evo.analysis.select import Value, select
from evo.analysis.table import Column, DataTable, Unit
from evo.core.checked_values import flat
from evo.core.format import INTERVALS
from evo.store import RunHeader, RunStore
from problems import Split

SCORES = """
SELECT i.digest, g.value, i.reference
FROM candidates c JOIN evaluations e ON e.candidate = coalesce(c.repeat_of, c.ordinal) AND e.split = :split
JOIN json_each(e.gaps) g JOIN instances i ON i.split = e.split AND i.position = g.key
WHERE c.ordinal = :ordinal ORDER BY i.position
"""
COLUMNS = (
    Column("what", Unit.WORDS),
    Column("first", Unit.WORDS),
    Column("second", Unit.WORDS),
    Column("less"),
    Column("low"),
    Column("high"),
    Column("certain", Unit.WORDS),
)
NOTES = (
    "best: picked by validation, or the fittest on train so far; gap: its mean gap, in per cent",
    "less: first less second, on the instances that both were scored on; low, high: its 95 % interval",
    INTERVALS,
    "to match: until the mean gap on train was no larger than the other's smallest; nothing: not reached, or unknown",
)
ABSENT = "—"
DIGITS = 4
"""Of gaps in per cent."""
LONGEST = 60
"""Letters of a setting; an operator's template has more."""
Row = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two runs; `gaps` and `references` by the digest of the instance."""

    run: RunHeader
    settings: Mapping[str, str]
    best: int
    points: tuple[Point, ...]
    gaps: Mapping[Split, Mapping[str, float]]
    references: Mapping[Split, Mapping[str, float]]
    looks: LooksAtTest


def compare(one: RunStore, other: RunStore) -> DataTable:
    """Return what differs between two runs, row by row.

    Raises:
        StoreError: one of them has no candidate with a score yet.
    """
    first, second = _side(one), _side(other)
    rows = (*_settings(first, second), *_spending(first, second), *_gaps(first, second), *_reaching(first, second))
    title = f"{one.path.parent.name} against {other.path.parent.name}"
    return DataTable(title, COLUMNS, rows, notes=(*NOTES, *_warnings(first, second)))


def _side(store: RunStore) -> _Side:
    best = best_ordinal(store)
    scores = {split: select(store, SCORES, split=split, ordinal=best) for split in Split}
    return _Side(
        run=header(store),
        settings={name: _cut(value) for name, value in flat(recorded_config(store))},
        best=best,
        points=progress(store),
        gaps={split: {str(row[0]): float(row[1] or 0) for row in rows} for split, rows in scores.items()},
        references={split: {str(row[0]): float(row[2] or 0) for row in rows} for split, rows in scores.items()},
        looks=looks_at_test(store, best),
    )


def _cut(value: str) -> str:
    return value if len(value) <= LONGEST else value[:LONGEST] + "…"


def _settings(first: _Side, second: _Side) -> Iterator[Row]:
    yield _row("problem", first.run.problem, second.run.problem)
    yield _row("seed", str(first.run.seed), str(second.run.seed))
    yield _row("status", first.run.status, second.run.status)
    for name in sorted({*first.settings, *second.settings} - {"seed"}):
        values = first.settings.get(name, ABSENT), second.settings.get(name, ABSENT)
        if values[0] != values[1]:
            yield _row(f"setting {name}", *values)


def _spending(first: _Side, second: _Side) -> Iterator[Row]:
    one, other = first.points[-1], second.points[-1]
    yield _row("candidates", one.candidates, other.candidates)
    yield _row("seconds", round(one.seconds, 2), round(other.seconds, 2))
    yield _row("tokens", one.tokens, other.tokens)
    yield _row("dollars", one.dollars, other.dollars)
    yield _row("best", first.best, second.best)


def _gaps(first: _Side, second: _Side) -> Iterator[Row]:
    for split in Split:
        ours, theirs = first.gaps[split], second.gaps[split]
        both = [digest for digest in ours if digest in theirs]
        difference: Row = (None,) * 4
        if both:
            mean = mean_interval(np.array([100 * (ours[digest] - theirs[digest]) for digest in both]))
            rounded = (None if one is None else round(one, DIGITS) for one in (mean.estimate, *mean.ends))
            difference = (*rounded, mean.certainty)
        yield f"gap on {split}, %", _percent(ours), _percent(theirs), *difference


def _percent(gaps: Mapping[str, float]) -> float | None:
    return round(100 * sum(gaps.values()) / len(gaps), DIGITS) if gaps else None


def _reaching(first: _Side, second: _Side) -> Iterator[Row]:
    if first.run.problem != second.run.problem:
        return
    one = _taken(first_reaching(first.points, second.points[-1].gap))
    other = _taken(first_reaching(second.points, first.points[-1].gap))
    for what, ours, theirs in zip(("candidates", "seconds", "dollars"), one, other, strict=True):
        yield _row(f"{what} to match", ours, theirs)


def _taken(point: Point | None) -> tuple[Value, Value, Value]:
    return (None, None, None) if point is None else (point.candidates, round(point.seconds, 2), point.dollars)


def _row(what: str, first: Value, second: Value) -> Row:
    return what, first, second, *(None,) * 4


def _warnings(first: _Side, second: _Side) -> Iterator[str]:
    """Say where a comparison is not between like and like."""
    if first.run.problem != second.run.problem:
        yield f"different problems: {first.run.problem} and {second.run.problem}"
    for name, side in (("first", first), ("second", second)):
        yield from (f"{name}: {sentence}" for sentence in side.looks.sentences)
    for split in Split:
        ours, theirs = first.references[split], second.references[split]
        both = ours.keys() & theirs.keys()
        if ours and theirs and (len(both) < len(ours) or len(both) < len(theirs)):
            yield f"{split}: the instance sets differ: {len(ours)} and {len(theirs)}, {len(both)} of them in both"
        other = sum(ours[digest] != theirs[digest] for digest in both)
        if other:
            yield f"{split}: {other} of the common instances have different references"
