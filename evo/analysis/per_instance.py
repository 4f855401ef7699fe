"""Instance by instance: where a candidate is weak, and who is best where."""

import json
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evo.analysis.answer import Answer, Column, Unit
from evo.analysis.candidates import worst_instances
from evo.analysis.select import select
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


def instances(store: RunStore, ordinal: int, count: int, split: Split) -> Answer:
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
        known = (score.gap, score.value, reference.value, "yes" if reference.proven else "no")
        rows.append((score.instance.name, *known, ordinals[first], float(here[first]), score.instance.family))
    notes = (f"its {len(rows)} largest gaps; best: who has the smallest gap there, the earliest of equals",)
    return Answer(f"instances of {split} where candidate {ordinal} is worst", WORST, tuple(rows), notes=notes)


def winners(store: RunStore, count: int, size: int, split: Split) -> Answer:
    """Return the candidates that are best on an instance, and a portfolio of `size` chosen greedily.

    The portfolio's first; of the others those that win most, then of the smallest gap.
    """
    ordinals, means, gaps = _gaps(store, split)
    title = f"who wins the instances of {split}"
    if not ordinals:
        return Answer(title, WINNERS, (), notes=("no candidate has a score yet",))
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
    return Answer(title, WINNERS, rows, notes=_notes(wins, gaps, len(others) - len(others[:count])))


def portfolio(gaps: NDArray[np.float64], size: int) -> tuple[tuple[int, float], ...]:
    """Return rows of `gaps`, shape (candidates, instances), each with the mean gap of the best of it and those before.

    Greedy: each lowers that mean most, the earliest of equals; ends early where none lowers it any more.
    """
    found: list[tuple[int, float]] = []
    covered = np.full(gaps.shape[1], np.inf)
    reached = float("inf")
    while len(found) < size:
        means = np.minimum(gaps, covered).mean(axis=1)
        row = int(means.argmin())
        if not float(means[row]) < reached - TIE:
            break
        reached = float(means[row])
        covered = np.minimum(covered, gaps[row])
        found.append((row, reached))
    return tuple(found)


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
    rows = select(store, SCORED_AT, split=split, places=json.dumps(places)).rows
    return [int(row[0] or 0) for row in rows], _matrix([str(row[2]) for row in rows])


def _gaps(store: RunStore, split: Split) -> tuple[list[int], NDArray[np.float64], NDArray[np.float64]]:
    """Return candidates, repeats left out, their mean gaps, and their gaps, shape (candidates, instances)."""
    rows = select(store, SCORED, split=split).rows
    means = np.array([row[1] for row in rows], dtype=np.float64)
    return [int(row[0] or 0) for row in rows], means, _matrix([str(row[2]) for row in rows])


def _matrix(texts: Sequence[str]) -> NDArray[np.float64]:
    """Return JSON arrays of equal length as rows; equal ones, which are common, are read once."""
    distinct = {text: row for row, text in enumerate(dict.fromkeys(texts))}
    numbers = np.fromstring(",".join(text[1:-1] for text in distinct), sep=",")
    return numbers.reshape(len(distinct), -1)[[distinct[text] for text in texts]] if texts else numbers.reshape(0, 0)
