"""Answers laid out for people."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, JustifyMethod, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from evo.analysis import Column, DataTable, Unit, format_value
from evo.core.foreign_text import visible

FOLDED = 24
"""So narrow may a column of words become, one of names as narrow as its longest; figures are never broken."""
FIGURE = 12
"""Words up to this length are not broken either."""
MARKS = {"added": ("+", "green"), "removed": ("-", "red"), "kept": (" ", ""), "place": ("@", "cyan")}
"""How lines of a difference are shown, by their kind: by a sign as well as by colour."""


def table(answer: DataTable, of: str) -> RenderableType:
    """Lay out an answer: on a narrow console the less important columns are left out and said to be."""
    return Group(_Fitted(answer, f"{of}: {answer.title}"), *_notes(answer))


def difference(answer: DataTable, of: str) -> RenderableType:
    """Lay out the rows `line, kind, text` of a difference as text."""
    lines = [(f"{MARKS[str(kind)][0]}{visible(str(words))}", MARKS[str(kind)][1]) for _, kind, words in answer.rows]
    return _text(answer, of, lines)


def conversation(answer: DataTable, of: str) -> RenderableType:
    """Lay out messages whole, each under what is said of it; the last two columns are role and content."""
    lines = []
    for number, *about, role, content in answer.rows:
        told = ", ".join(str(one) for one in about if one is not None)
        lines += [(visible(f"--- {number} {role} ({told})"), "bold"), (visible(str(content)), "")]
    return _text(answer, of, lines)


def _text(answer: DataTable, of: str, lines: Sequence[tuple[str, str]]) -> Text:
    notes = [(visible(note), "dim") for note in answer.notes]
    return Text("\n").join(Text(*line) for line in [(visible(f"{of}: {answer.title}"), "italic"), *lines, *notes])


@dataclass(frozen=True, slots=True)
class _Shown:
    """A column as it stands in a table: its heading wrapped at words, its values, the width that it needs."""

    column: Column
    heading: str
    values: tuple[str, ...]
    right: bool
    words: bool

    @property
    def width(self) -> int:
        """How many characters are needed at least."""
        widest = max((cell_len(line) for value in self.values for line in value.split("\n")), default=0)
        heading = max(cell_len(line) for line in self.heading.split("\n"))
        if self.words:
            least = FOLDED if self.column.unit is Unit.WORDS else max(_longest_word(value) for value in self.values)
            widest = min(widest, least, FOLDED)
        return max(heading, widest)


@dataclass(frozen=True, slots=True)
class _Fitted:
    """A table with as many of its columns as the console has room for."""

    answer: DataTable
    title: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Leave columns out until the rest fits; the first one always stays."""
        shown = [_shown(self.answer, place) for place in range(len(self.answer.columns))]
        dropped: list[str] = []
        while len(shown) > 1 and sum(one.width + 3 for one in shown) + 1 > options.max_width:
            last = max(range(1, len(shown)), key=lambda place: (shown[place].column.spare, place))
            dropped.append(_spaced(shown.pop(last).column.name))
        yield _drawn(shown, self.title)
        if dropped:
            yield Text(f"no room for {visible(', '.join(reversed(dropped)))}: --format json or csv has all")


def _shown(answer: DataTable, place: int) -> _Shown:
    column = answer.columns[place]
    figures = [row[place] for row in answer.rows]
    values = tuple(visible(format_value(value, column)) for value in figures)
    words = column.unit is Unit.WORDS or any(isinstance(value, str) and len(value) > FIGURE for value in figures)
    right = column.unit is not Unit.WORDS and all(isinstance(value, int | float | None) for value in figures)
    name = visible(_spaced(column.name))
    widest = max(map(len, [*name.split(), *(() if words else values)]))
    return _Shown(column, name if words else "\n".join(textwrap.wrap(name, widest)), values, right, words)


def _drawn(shown: Sequence[_Shown], title: str) -> Table:
    drawn = Table(title=Text(visible(title)), title_justify="left")
    for one in shown:
        heading = Text(one.heading)
        least = one.width if one.words else None
        justify: JustifyMethod = "right" if one.right else "left"
        drawn.add_column(heading, justify=justify, no_wrap=not one.words, overflow="fold", min_width=least)
    for row in zip(*(one.values for one in shown), strict=True):
        drawn.add_row(*map(Text, row))
    return drawn


def _notes(answer: DataTable) -> list[Text]:
    return [Text(visible(note), style="dim") for note in answer.notes]


def _longest_word(value: str) -> int:
    return max(map(cell_len, value.split()), default=0)


def _spaced(name: str) -> str:
    return name.replace("_", " ")
