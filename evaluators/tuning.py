"""Constants left to a bounded numeric search: marks `TUNE(low, high)` in a source, and the values that serve it best.

All of it works on text: nothing is parsed and nothing runs here, each point is a source that is scored like any other.
"""

import math
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from evaluators.outcome import Failure
from evaluators.syntax import Refused, rejected

MOST_MARKS = 4
HOPELESS = 3
"""A search ends after so many points if all of them fail."""
FIRST_STEP, LAST_STEP = 2.0**-2, 2.0**-8
WIDE = 100.0
"""From this ratio of two positive bounds on, the search goes by the logarithm."""

NUMBER = r"[ \t]*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)[ \t]*"
MARK = re.compile(rf"(?<![\w.])TUNE\({NUMBER},{NUMBER}\)(?![\w.(\[\"'])")
# Every alternative matches wherever it begins, so that hostile text costs linear time: a string that is never closed
# goes to the end of the text, or of the line where it has one quote.
TOKEN = re.compile(
    r'(?:"{3}(?:\\.|.)*?(?:"{3}|\Z)'
    r"|'{3}(?:\\.|.)*?(?:'{3}|\Z)"
    r'|"(?:\\.|[^"\\\n])*"?'
    r"|'(?:\\.|[^'\\\n])*'?"
    r"|#[^\n]*)"
    r"|(?P<word>\bTUNE\b)",
    re.DOTALL,
)

Score = Callable[[str], Awaitable[float | Failure]]
Point = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A constant that is left open: its place in the text, `start` to `end`, and its bounds."""

    start: int
    end: int
    low: float
    high: float

    def value(self, share: float) -> float:
        """Return what lies at a share, 0 to 1, of the way from `low` to `high`."""
        if self.low > 0 and self.high / WIDE >= self.low:
            return math.exp(math.log(self.low) * (1 - share) + math.log(self.high) * share)
        return self.low * (1 - share) + self.high * share


@dataclass(frozen=True, slots=True)
class TuningResult:
    """A source with the best values found, how many points were scored, and the fitness of the best."""

    source: str
    tried: int
    fitness: float


def marks(source: str) -> tuple[Mark, ...]:
    """Return the marks in the order of the text.

    Raises:
        Refused: a mark is malformed, stands in a comment or a string, or is one too many; the message names the line.
    """
    result: list[Mark] = []
    for token in TOKEN.finditer(source):
        if token["word"]:
            result.append(mark_at(source, token.start()))
        elif "TUNE(" in token[0]:
            raise refused(source, token.start(), "TUNE(low, high) in a comment or a string: write it in the code.")
    if len(result) > MOST_MARKS:
        raise refused(source, result[MOST_MARKS].start, f"more than {MOST_MARKS} TUNE(low, high): leave fewer open.")
    return tuple(result)


def mark_at(source: str, start: int) -> Mark:
    """Return the mark whose word begins at `start`; raises Refused when it is malformed."""
    match = MARK.match(source, start)
    if match is None:
        raise refused(source, start, "expected TUNE(low, high) with two plain numbers, such as TUNE(0.5, 2.0).")
    low, high = float(match[1]), float(match[2])
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise refused(source, start, f"expected finite low < high in TUNE(low, high), got {low:g} and {high:g}.")
    return Mark(start, match.end(), low, high)


def refused(source: str, position: int, message: str) -> Refused:
    """Return the refusal of what stands at a position."""
    return rejected(source.count("\n", 0, position) + 1, message)


def with_values(source: str, values: Sequence[float]) -> str:
    """Return the source with a number in the place of each mark, rounded to 4 significant digits.

    Raises:
        Refused: see `marks`.
        ValueError: there are not as many values as marks.
    """
    return replace_marks(source, marks(source), values)


def replace_marks(source: str, open_marks: Sequence[Mark], values: Sequence[float]) -> str:
    """Return the source with a number in the place of each of its marks."""
    parts, end = [], 0
    for mark, value in zip(open_marks, values, strict=True):
        parts += [source[end : mark.start], literal(value)]
        end = mark.end
    return "".join([*parts, source[end:]])


def literal(value: float) -> str:
    """Return a constant as candidates write it: always a real number, in parentheses when it is negative."""
    text = repr(float(f"{value:.4g}"))
    return f"({text})" if text.startswith("-") else text


async def tune(source: str, score: Score, tries: int) -> TuningResult | Failure:
    """Return the best of at most `tries` scored points; when all of them fail, the failure of the first, the middle.

    The search is deterministic; of equally fit points the earlier wins. A source without marks is scored once.

    Raises:
        Refused: see `marks`.
    """
    if tries < 1:
        raise ValueError(f"Expected tries >= 1, got {tries}.")
    search = PatternSearch(source, marks(source), score, tries)
    await search.climb()
    return search.best()


@dataclass(slots=True)
class PatternSearch:
    """One search in the unit box of the shares: the fitness of each source that was scored, -inf where it failed."""

    source: str
    marks: tuple[Mark, ...]
    score: Score
    tries: int
    scored: dict[str, float] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)

    @property
    def ended(self) -> bool:
        """Whether all tries are used up, or there is no hope."""
        return len(self.scored) >= self.tries or len(self.scored) == len(self.failures) >= HOPELESS

    async def climb(self) -> None:
        """Move along one axis at a time, by a step that is halved when no move improves: Hooke and Jeeves (1961)."""
        place: Point = (0.5,) * len(self.marks)
        await self.fitness(place)
        step = FIRST_STEP
        while self.marks and step >= LAST_STEP and not self.ended:
            start = place
            for axis in range(len(place)):
                place = await self.improve_on_axis(place, axis, step)
            step = step if place != start else step / 2

    async def improve_on_axis(self, place: Point, axis: int, step: float) -> Point:
        """Return the first of the two neighbours on an axis that is fitter, or the place itself."""
        height = await self.fitness(place)
        for share in (place[axis] + step, place[axis] - step):
            point = (*place[:axis], min(1.0, max(0.0, share)), *place[axis + 1 :])
            if await self.fitness(point) > height:
                return point
        return place

    async def fitness(self, point: Point) -> float:
        """Return the fitness at a point; -inf where it is not scored and no more points are to be scored."""
        values = [mark.value(share) for mark, share in zip(self.marks, point, strict=True)]
        text = replace_marks(self.source, self.marks, values)
        if text not in self.scored and not self.ended:
            outcome = await self.score(text)
            if isinstance(outcome, Failure):
                self.failures.append(outcome)
            self.scored[text] = -math.inf if isinstance(outcome, Failure) else outcome
        return self.scored.get(text, -math.inf)

    def best(self) -> TuningResult | Failure:
        """Return the fittest point."""
        source, fitness = max(self.scored.items(), key=lambda item: item[1])
        return TuningResult(source, len(self.scored), fitness) if fitness > -math.inf else self.failures[0]
