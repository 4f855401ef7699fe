"""What it took until a gap was first reached: candidates, seconds, tokens, dollars."""

from collections.abc import Sequence

from evo.analysis.progress import Point, progress
from evo.analysis.select import select
from evo.analysis.table import Column, DataTable, Unit
from evo.store import RunStore

COLUMNS = (
    Column("candidate"),
    Column("gap", Unit.SHARE),
    Column("candidates"),
    Column("seconds", Unit.SECONDS),
    Column("tokens"),
    Column("dollars", Unit.DOLLARS),
)
PICKED = """
SELECT r.best, e.gap_scaled,
       (SELECT count(*) FROM candidates o WHERE o.ordinal <= c.ordinal AND o.state = 'placed'), c.elapsed,
       (SELECT coalesce(sum(prompt_tokens + completion_tokens), 0) FROM calls k WHERE k.ordinal <= c.ordinal),
       (SELECT CASE WHEN count(k.dollars) = count(*) THEN coalesce(sum(k.dollars), 0.0) END FROM calls k
        WHERE k.ordinal <= c.ordinal)
FROM run r JOIN candidates c ON c.ordinal = r.best
JOIN evaluations e ON e.candidate = coalesce(c.repeat_of, c.ordinal) AND e.split = 'train'
"""
NOTES = (
    "gap: mean gap on train, with the candidate that first reached it and what the run had taken by then",
    "tokens, dollars: of the calls for these candidates; no dollars where a price is not known",
)


def cost(store: RunStore, gap: float | None = None) -> DataTable:
    """Return each point where the best mean gap on train fell, then what the whole run took; or when `gap` was reached.

    The last row's candidate is the best one.
    """
    points = progress(store)
    if gap is None:
        total = f"the last row: the run so far, {points[-1].candidates} candidates" if points else "no score yet"
        return DataTable("cost of each improvement", COLUMNS, _rows(points), notes=(*NOTES, total, *_picked(store)))
    reached = first_reaching(points, gap)
    left = () if reached or not points else (f"not reached: the best so far is {points[-1].gap:.3%}",)
    return DataTable(
        f"cost until a gap of {gap:.3%}", COLUMNS, _rows([reached] if reached else ()), notes=(*NOTES, *left)
    )


def _picked(store: RunStore) -> tuple[str, ...]:
    """Say when the candidate that the run returns was there; it need not be the fittest on train."""
    rows = select(store, PICKED)
    if not rows:
        return ()
    (ordinal, gap, candidates, seconds, tokens, dollars), *_ = rows
    price = "at an unknown price" if dollars is None else f"${dollars:.4f}"
    spent = f"{candidates} candidates, {seconds:.2f} s, {tokens} tokens, {price}"
    return (f"best, picked by validation: {ordinal}, gap {gap:.3%}, there after {spent}",)


def first_reaching(points: Sequence[Point], gap: float) -> Point | None:
    """Return the first point with a gap that is no larger; None when there is none."""
    return next((point for point in points if point.gap <= gap), None)


def _rows(points: Sequence[Point]) -> tuple[tuple[int | float | None, ...], ...]:
    return tuple((p.ordinal, p.gap, p.candidates, p.seconds, p.tokens, p.dollars) for p in points)
