"""Gaps instance by instance: where a candidate is weak, who is best where, and which references are not proven."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evo.analysis.candidates import worst_instances
from evo.analysis.run_result import run_result
from evo.analysis.select import select
from evo.analysis.table import Column, DataTable, Unit
from evo.store import RunStore
from problems import Split

SCORED = """
SELECT e.candidate, e.gap_scaled, e.gaps FROM evaluations e WHERE e.split = :split ORDER BY e.candidate
"""
SCORED_AT = """
SELECT e.candidate, e.gap_scaled, (
    SELECT json_group_array(json_extract(e.gaps, '$[' || p.value || ']')) FROM json_each(:places) p
)
FROM evaluations e WHERE e.split = :split ORDER BY e.candidate
"""
FEW = 20
"""Up to so many places are faster to pick out by SQL than all are to read: 10 of 125 in 0.4 s, all in 1.2 s."""
TIE = 1e-9
"""Gaps that differ by no more are equal: they come from sums in floating point."""
WORST = (
    Column("instance"),
    Column("gap", Unit.SHARE),
    Column("value"),
    Column("reference"),
    Column("proven"),
    Column("best"),
    Column("best_gap", Unit.SHARE),
    Column("family"),
)
WINNERS = (
    Column("candidate"),
    Column("gap", Unit.SHARE),
    Column("wins"),
    Column("alone"),
    Column("portfolio"),
    Column("portfolio_gap", Unit.SHARE),
)
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
UNPROVEN = "SELECT count(*) - sum(proven) AS unproven, count(*) AS instances FROM instances WHERE split = :split"


@dataclass(frozen=True, slots=True)
class SplitGaps:
    """The mean gap on a split, the gap of each instance, shape (instances,), and the digests of the instances."""

    mean: float
    each: NDArray[np.float64]
    instances: tuple[str, ...]


def instances(store: RunStore, ordinal: int, count: int, split: Split) -> DataTable:
    """Return a candidate's instances of the largest gaps, and who has the smallest one there, the earliest of equals.

    Raises:
        StoreError: the candidate has no score on this split.
    """
    scores = worst_instances(store, ordinal, count, split)
    ordinals, gaps = _gaps_at(store, split, [score.position for score in scores])
    rows = []
    for score, here in zip(scores, gaps.T, strict=True):
        first = int(np.argmax(here <= here.min() + TIE))
        reference = score.instance.reference
        measured = (score.gap, score.value, reference.value, "yes" if reference.proven else "no")
        rows.append((score.instance.name, *measured, ordinals[first], float(here[first]), score.instance.family))
    notes = (f"its {len(rows)} largest gaps; best: who has the smallest gap there, the earliest of equals",)
    return DataTable(f"instances of {split} where candidate {ordinal} is worst", WORST, tuple(rows), notes=notes)


def winners(store: RunStore, count: int, size: int, split: Split) -> DataTable:
    """Return the candidates that are best on an instance, and a portfolio of `size` chosen greedily.

    The portfolio's first; of the others those that win most, then of the smallest gap.
    """
    ordinals, means, gaps = _gaps(store, split)
    title = f"who wins the instances of {split}"
    if not ordinals:
        return DataTable(title, WINNERS, (), notes=("no candidate has a score yet",))
    best = gaps <= gaps.min(axis=0) + TIE
    wins = best.sum(axis=1)
    alone = (best & (best.sum(axis=0) == 1)).sum(axis=1)
    chosen = portfolio(gaps, size)
    places = {row: (place, reached) for place, (row, reached) in enumerate(chosen, 1)}
    others = [row for row in np.lexsort((means, -wins)).tolist() if wins[row] and row not in places]
    shown = [*places, *others[:count]]
    rows = tuple(
        (ordinals[row], float(means[row]), int(wins[row]), int(alone[row]), *places.get(row, (None, None)))
        for row in shown
    )
    return DataTable(title, WINNERS, rows, notes=_notes(wins, gaps, len(others) - len(others[:count])))


def portfolio(gaps: NDArray[np.float64], size: int) -> tuple[tuple[int, float], ...]:
    """Return rows of `gaps`, shape (candidates, instances), each with the mean gap of the best of it and those before.

    Greedy: each lowers that mean most, the earliest of equals; ends early where none lowers it any more.
    """
    chosen: list[tuple[int, float]] = []
    covered = np.full(gaps.shape[1], np.inf)
    reached = float("inf")
    while len(chosen) < size:
        means = np.minimum(gaps, covered).mean(axis=1)
        row = int(means.argmin())
        if not float(means[row]) < reached - TIE:
            break
        reached = float(means[row])
        covered = np.minimum(covered, gaps[row])
        chosen.append((row, reached))
    return tuple(chosen)


def _notes(wins: NDArray[np.int64], gaps: NDArray[np.float64], left: int) -> tuple[str, ...]:
    everywhere = float(gaps.min(axis=0).mean())
    return (
        f"{int((wins > 0).sum())} of {len(wins)} scored candidates are best somewhere, {left} of them left out here",
        "wins: instances where no other is better, ties included; alone: nobody ties",
        f"portfolio gap: mean when the best of these and those before is taken; of all candidates {everywhere:.3%}",
    )


def _gaps_at(store: RunStore, split: Split, places: Sequence[int]) -> tuple[list[int], NDArray[np.float64]]:
    if len(places) > FEW:
        ordinals, _, gaps = _gaps(store, split)
        return ordinals, gaps[:, list(places)]
    rows = select(store, SCORED_AT, split=split, places=json.dumps(places))
    return [int(row[0] or 0) for row in rows], _matrix([str(row[2]) for row in rows])


def _gaps(store: RunStore, split: Split) -> tuple[list[int], NDArray[np.float64], NDArray[np.float64]]:
    """Return candidates, repeats left out, their mean gaps, and their gaps, shape (candidates, instances)."""
    rows = select(store, SCORED, split=split)
    means = np.array([row[1] for row in rows], dtype=np.float64)
    return [int(row[0] or 0) for row in rows], means, _matrix([str(row[2]) for row in rows])


def _matrix(texts: Sequence[str]) -> NDArray[np.float64]:
    """Return JSON arrays of equal length as rows; equal ones, which are common, are read once."""
    distinct = {text: row for row, text in enumerate(dict.fromkeys(texts))}
    numbers = np.fromstring(",".join(text[1:-1] for text in distinct), sep=",")
    return numbers.reshape(len(distinct), -1)[[distinct[text] for text in texts]] if texts else numbers.reshape(0, 0)


def instance_families(store: RunStore, split: Split) -> tuple[str, ...]:
    """Return the family of each instance, by position."""
    return tuple(str(family) for (family,) in select(store, FAMILIES, split=split))


def candidate_gaps(store: RunStore, ordinal: int, split: Split) -> tuple[float, ...]:
    """Return a candidate's gap on each instance, by position; nothing when it has no score there."""
    rows = select(store, GAPS, ordinal=ordinal, split=split)
    return tuple(json.loads(str(rows[0][0]))) if rows else ()


def baseline_gaps(store: RunStore, split: Split) -> dict[str, tuple[float, ...]]:
    """Return the gaps on each instance of the seeds as they were evaluated, and of the baselines of a finished run."""
    seeds = {
        str(model).removeprefix("seed "): tuple(json.loads(str(gaps)))
        for model, gaps in select(store, SEEDS, split=split)
    }
    kept = run_result(store).gaps
    return {**seeds, **{name: by_split[split] for name, by_split in kept.items() if split in by_split}}


def best_gaps(store: RunStore) -> Mapping[Split, SplitGaps]:
    """Return the gaps of the candidate that validation picked, on each split; nothing while none is picked."""
    digests: dict[str, list[str]] = {}
    for split, digest in select(store, DIGESTS):
        digests.setdefault(str(split), []).append(str(digest))
    return {
        Split(str(split)): SplitGaps(float(str(mean)), np.array(json.loads(str(gaps))), tuple(digests[str(split)]))
        for split, mean, gaps in select(store, BEST_GAPS)
    }


def unproven_note(store: RunStore, split: Split) -> tuple[str, ...]:
    """Return a sentence for people where not every reference of a split is proven; `evo show` has intervals."""
    unproven, instances = select(store, UNPROVEN, split=split)[0]
    if not unproven:
        return ()
    return (f"{unproven} of {instances} references on {split} are not proven: the gap to the optimum may be larger",)
