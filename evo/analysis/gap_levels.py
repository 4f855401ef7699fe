"""Gaps by level: the columns of fitness have the archives' sign, all that is told of a run is a gap."""

import json
from collections.abc import Sequence
from dataclasses import replace

from evo.analysis.select import Value
from evo.analysis.table import Column, DataTable
from evo.core.format import by_level

LOWER_GAPS = Column("lower_gaps")
UNSCORED = (float("inf"),)
"""Stands for the gaps of a candidate without a score where gaps are compared: none is less fit."""


def gaps_of(fitness: Value, lower: Value) -> tuple[float, ...]:
    """Return the gaps of all levels from the columns `fitness` and `lower_fitness`, none where there is no score."""
    if fitness is None:
        return ()
    return tuple(0.0 - level for level in (float(fitness), *json.loads(str(lower or "[]"))))


def gap_values(gaps: Sequence[float]) -> tuple[float | None, str | None]:
    """Return the gap of the first level, and those of the lower ones as people read them; None where there are none."""
    return (gaps[0] if gaps else None), (by_level(gaps[1:]) or None)


def less_empty(answer: DataTable) -> DataTable:
    """Return the answer without the columns of lower levels that say nothing in any row."""
    kept = [
        place
        for place, column in enumerate(answer.columns)
        if not column.name.startswith("lower_") or any(row[place] is not None for row in answer.rows)
    ]
    rows = tuple(tuple(row[place] for place in kept) for row in answer.rows)
    return replace(answer, columns=tuple(answer.columns[place] for place in kept), rows=rows)
