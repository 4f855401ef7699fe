"""The table of a report that says what each part of the best candidate is worth."""

from dataclasses import dataclass

from evo.analysis.explanation import Explanation, PartWorth
from evo.core.format import percent, points


@dataclass(frozen=True, slots=True)
class PartRow:
    """A change of the candidate in words, and its figures as people read them; empty where the rest fails."""

    changed: tuple[str, ...]
    gap: str
    difference: str
    interval: str
    finding: str


def part_rows(explained: Explanation) -> tuple[PartRow, ...]:
    """Return a row for each part, the most worth first."""
    return tuple(_row(part) for part in explained.parts)


def _row(part: PartWorth) -> PartRow:
    changed, difference = (part.knocked_out, *part.alike), part.difference
    if difference is None:
        return PartRow(changed, "", "", "", part.finding)
    level = "" if part.level == 1 else f" (level {part.level})"
    ends = f"{points(difference.low)} to {points(difference.high)}" if difference.known else ""
    return PartRow(changed, percent(part.gap), f"{points(difference.estimate)}{level}", ends, part.finding)
