"""What a question about a run gives: a table with units, whose rows may be joined by edges."""

from dataclasses import dataclass
from enum import StrEnum

from evo.analysis.select import Value


class Unit(StrEnum):
    """How figures of a column are written for people; programs get them as they are."""

    PLAIN = "plain"
    SHARE = "share"  # a fraction, shown in per cent
    SECONDS = "seconds"
    DOLLARS = "dollars"
    WORDS = "words"  # may be long, may have several lines, may be hostile text


@dataclass(frozen=True, slots=True)
class Column:
    """The name says what is meant, as programs read it: `gap`, `validation_gap`, `seconds`.

    On a narrow console the columns of the largest `spare` are left out first, of equals the last one; programs get all.
    """

    name: str
    unit: Unit = Unit.PLAIN
    spare: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """A table and, where rows stand for something that descends, edges between values of the first column.

    An edge goes from parent to child; in a graph, rows of one candidate are one node. `notes` are sentences for people:
    aggregate, instance set, what is left out.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    edges: tuple[tuple[Value, Value], ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"Expected rows of {len(self.columns)} values, got {len(row)}.")
