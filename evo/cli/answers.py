"""Answers laid out for people."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from evo.questions import Answer, Unit, written


def table(answer: Answer, of: str) -> RenderableType:
    """Lay out an answer: figures are never broken, words are; the notes stand below."""
    shown = Table(title=f"{of}: {answer.title}", title_justify="left")
    for column in answer.columns:
        figures = [row[answer.columns.index(column)] for row in answer.rows]
        words = column.unit is Unit.WORDS or any(isinstance(value, str) and len(value) > 12 for value in figures)
        right = all(isinstance(value, int | float | None) for value in figures)
        heading = Text(column.name.replace("_", " "))
        shown.add_column(heading, justify="right" if right else "left", no_wrap=not words, overflow="fold")
    for row in answer.rows:
        told = (written(value, column) for value, column in zip(row, answer.columns, strict=True))
        shown.add_row(*(Text(value) for value in told))
    return Group(shown, *(Text(note, style="dim") for note in answer.notes))
