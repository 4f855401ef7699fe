"""How the best gap fell: after how many candidates, seconds, tokens and dollars."""

from dataclasses import dataclass, replace

from evo.analysis.gap_levels import UNSCORED, gaps_of
from evo.analysis.select import Value, select
from evo.store import RunStore

PLACED = """
WITH spent AS (
    SELECT ordinal, sum(prompt_tokens + completion_tokens) AS tokens, sum(dollars) AS dollars,
           count(*) - count(dollars) AS unpriced
    FROM calls GROUP BY ordinal
)
SELECT c.ordinal, coalesce(c.elapsed, 0.0) AS elapsed, e.fitness, e.lower_fitness,
       sum(coalesce(s.tokens, 0)) OVER line AS tokens,
       CASE WHEN sum(coalesce(s.unpriced, 0)) OVER line = 0 THEN sum(coalesce(s.dollars, 0.0)) OVER line END AS dollars
FROM candidates c LEFT JOIN spent s ON s.ordinal = c.ordinal
LEFT JOIN evaluations e ON e.candidate = c.ordinal AND e.split = 'train'
WHERE c.state = 'placed' WINDOW line AS (ORDER BY c.ordinal) ORDER BY c.ordinal
"""


@dataclass(frozen=True, slots=True)
class Point:
    """The best mean gap on train, of candidate `ordinal`, when so many `candidates` had been placed (seeds included).

    `seconds` is the wall time of the run so far; `dollars` and `tokens` are those of the calls for these candidates,
    dollars None when the price of one of them is not known.
    """

    candidates: int
    seconds: float
    dollars: float | None
    tokens: int
    gap: float
    ordinal: int


@dataclass(frozen=True, slots=True)
class Trajectory:
    """How a run went: `best` as `progress` gives it, and every candidate with a score of its own, in their order."""

    best: tuple[Point, ...]
    scored: tuple[Point, ...]


def progress(store: RunStore) -> tuple[Point, ...]:
    """Return a point where the best gap fell, or a lower level at an equal one, and one at the run's present end.

    Nothing while no candidate has a score.
    """
    return trajectory(store).best


def trajectory(store: RunStore) -> Trajectory:
    """Return how the best gap fell, and the gap of each candidate; repeats, which have that of another, left out."""
    points: list[Point] = []
    scored: list[Point] = []
    best: tuple[float, ...] = UNSCORED
    for placed, row in enumerate(select(store, PLACED), 1):
        gaps, at = _read(row, placed)
        if gaps:
            scored.append(at)
        if gaps and gaps < best:
            best = gaps
            points.append(at)
        end = at
    if not points:
        return Trajectory((), ())
    now = replace(end, gap=points[-1].gap, ordinal=points[-1].ordinal)
    return Trajectory(tuple(points if points[-1] == now else [*points, now]), tuple(scored))


def _read(row: tuple[Value, ...], placed: int) -> tuple[tuple[float, ...], Point]:
    """Return the gaps of all levels of a candidate, none without a score, and the point at which it was placed."""
    ordinal, seconds, fitness, lower, tokens, dollars = row
    gaps = gaps_of(fitness, lower)
    price = None if dollars is None else float(dollars)
    return gaps, Point(
        placed, float(seconds or 0), price, int(tokens or 0), gaps[0] if gaps else 0.0, int(ordinal or 0)
    )
