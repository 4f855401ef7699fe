"""Gaps on each instance, and its family: a candidate's beside those of the seeds and baselines."""

import json

from evo.analysis.candidates import header
from evo.analysis.select import select
from evo.store import RunStore
from problems import Split

GAPS = """
SELECT e.gaps FROM candidates c JOIN evaluations e ON e.candidate = coalesce(c.repeat_of, c.ordinal)
WHERE c.ordinal = :ordinal AND e.split = :split
"""
SEEDS = """
SELECT c.model, e.gaps FROM candidates c JOIN evaluations e ON e.candidate = coalesce(c.repeat_of, c.ordinal)
WHERE c.operator = 'seed' AND e.split = :split ORDER BY c.ordinal
"""
FAMILIES = "SELECT family FROM instances WHERE split = :split ORDER BY position"


def families_of(store: RunStore, split: Split) -> tuple[str, ...]:
    """Return the family of each instance, by position."""
    return tuple(str(family) for (family,) in select(store, FAMILIES, split=split).rows)


def gaps_of(store: RunStore, ordinal: int, split: Split) -> tuple[float, ...]:
    """Return a candidate's gap on each instance, by position; nothing when it has no score there."""
    rows = select(store, GAPS, ordinal=ordinal, split=split).rows
    return tuple(json.loads(str(rows[0][0]))) if rows else ()


def others_gaps(store: RunStore, split: Split) -> dict[str, tuple[float, ...]]:
    """Return the gaps on each instance of the seeds as they were evaluated, and of the baselines of a finished run."""
    seeds = {
        str(model).removeprefix("seed "): tuple(json.loads(str(gaps)))
        for model, gaps in select(store, SEEDS, split=split).rows
    }
    kept = json.loads(header(store).result or "{}").get("gaps", {})
    return {**seeds, **{name: tuple(by_split[split]) for name, by_split in kept.items() if split in by_split}}
