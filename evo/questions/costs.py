"""What it took until a gap was first reached: candidates, seconds, tokens, dollars."""

from collections.abc import Sequence

from evo.questions.answer import Answer, Column, Unit
from evo.questions.progress import Point, progress
from evo.store import RunStore

COLUMNS = (
    Column("candidate"),
    Column("gap", Unit.SHARE),
    Column("candidates"),
    Column("seconds", Unit.SECONDS),
    Column("tokens"),
    Column("dollars", Unit.DOLLARS),
)
NOTES = (
    "gap: mean gap on train, with the candidate that first reached it and what the run had taken by then",
    "tokens, dollars: of the calls for these candidates; no dollars where a price is not known",
)


def cost(store: RunStore, gap: float | None = None) -> Answer:
    """Return each point where the best mean gap on train fell, then what the whole run took; or when `gap` was reached.

    The last row's candidate is the best one.
    """
    points = progress(store)
    if gap is None:
        total = f"the last row: the run so far, {points[-1].candidates} candidates" if points else "no score yet"
        return Answer("cost of each improvement", COLUMNS, _rows(points), notes=(*NOTES, total))
    reached = first_reaching(points, gap)
    left = () if reached or not points else (f"not reached: the best so far is {points[-1].gap:.3%}",)
    return Answer(f"cost until a gap of {gap:.3%}", COLUMNS, _rows([reached] if reached else ()), notes=(*NOTES, *left))


def first_reaching(points: Sequence[Point], gap: float) -> Point | None:
    """Return the first point with a gap that is no larger; None when there is none."""
    return next((point for point in points if point.gap <= gap), None)


def _rows(points: Sequence[Point]) -> tuple[tuple[int | float | None, ...], ...]:
    return tuple((p.ordinal, p.gap, p.candidates, p.seconds, p.tokens, p.dollars) for p in points)
