"""Gaps on each instance, and its family: a candidate's beside those of the seeds and baselines."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
# What came of a repeat is recorded with the candidate that it repeats.
BEST_GAPS = """
SELECT e.split, e.gap_scaled, e.gaps FROM run JOIN candidates c ON c.ordinal = run.best
JOIN evaluations e ON e.candidate = coalesce(c.repeat_of, c.ordinal)
"""
DIGESTS = "SELECT split, digest FROM instances ORDER BY split, position"
FAMILIES = "SELECT family FROM instances WHERE split = :split ORDER BY position"


@dataclass(frozen=True, slots=True)
class SplitGaps:
    """The mean gap on a split, the gap of each instance, shape (instances,), and the digests of the instances."""

    mean: float
    each: NDArray[np.float64]
    instances: tuple[str, ...]


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


def best_gaps(store: RunStore) -> Mapping[Split, SplitGaps]:
    """Return the gaps of the candidate that validation picked, on each split; nothing while none is picked."""
    digests: dict[str, list[str]] = {}
    for split, digest in select(store, DIGESTS).rows:
        digests.setdefault(str(split), []).append(str(digest))
    return {
        Split(str(split)): SplitGaps(float(str(mean)), np.array(json.loads(str(gaps))), tuple(digests[str(split)]))
        for split, mean, gaps in select(store, BEST_GAPS).rows
    }
