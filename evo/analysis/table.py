"""The table that a question about a run gives, and its texts: JSON, CSV, and graphs for Graphviz and Mermaid."""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from evo.analysis.select import Value
from evo.core.foreign_text import visible, visible_json

LABEL = 40
"""Longer words are cut in graphs."""


class Unit(StrEnum):
    """How the numbers of a column are written for people; programs get them as they are."""

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
class DataTable:
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


def as_json(table: DataTable, **more: DataTable) -> str:
    """Return one object: title, rows by column name, edges as pairs, notes; the rows of `more` by their names."""
    whole = {
        "title": table.title,
        "rows": _rows(table),
        **{name: _rows(other) for name, other in more.items()},
        "edges": table.edges,
        "notes": table.notes,
    }
    return visible_json(whole) + "\n"


def _rows(table: DataTable) -> list[dict[str, Value]]:
    names = [column.name for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


def as_csv(table: DataTable) -> str:
    """Return a line of names and a line for each row; what is not known is empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(column.name for column in table.columns)
    writer.writerows(table.rows)
    return visible(out.getvalue())


def as_dot(table: DataTable) -> str:
    """Return a directed graph: a node for each row, labelled with it, and the edges."""
    nodes = [f'  "{_dot(name)}" [label="{_dot(label)}"];' for name, label in _nodes(table).items()]
    edges = [f'  "{_dot(str(one))}" -> "{_dot(str(other))}";' for one, other in table.edges]
    head = f'digraph "{_dot(table.title)}" {{\n  node [shape=box, fontname="sans-serif"];'
    return visible("\n".join([head, *nodes, *edges, "}"]) + "\n")


def as_mermaid(table: DataTable) -> str:
    """Return the same as a flowchart."""
    labels = _nodes(table)
    numbers = {name: f"n{place}" for place, name in enumerate(labels)}
    nodes = [f'  {numbers[name]}["{_mermaid(label)}"]' for name, label in labels.items()]
    edges = [f"  {numbers[str(one)]} --> {numbers[str(other)]}" for one, other in table.edges]
    return visible("\n".join(["flowchart TD", *nodes, *edges]) + "\n")


FORMATS: Mapping[str, Callable[[DataTable], str]] = {
    "json": as_json,
    "csv": as_csv,
    "dot": as_dot,
    "mermaid": as_mermaid,
}


def format_value(value: Value, column: Column) -> str:
    """Return a value as people read it; what is not known is nothing."""
    if value is None or isinstance(value, str):
        return value or ""
    match column.unit:
        case Unit.SHARE:
            return f"{value:.3%}"
        case Unit.SECONDS:
            return f"{value:.2f} s"
        case Unit.DOLLARS:
            return f"${value:.4f}"
        case _:
            return f"{value:.6g}" if isinstance(value, float) else str(value)


def _nodes(table: DataTable) -> dict[str, str]:
    """Return the labels of nodes: of rows, of one candidate below each other, and of ends of edges without a row.

    Without edges rows need not be candidates, and each is a node of its own.
    """
    if not table.edges:
        return {f"row {place}": _label(table, row) for place, row in enumerate(table.rows, 1)}
    labels: dict[str, str] = {}
    for row in table.rows:
        name, label = str(row[0]), _label(table, row)
        labels[name] = f"{labels[name]}\n{label}" if name in labels else label
    ends = (str(end) for edge in table.edges for end in edge)
    return {**labels, **{end: end for end in ends if end not in labels}}


def _label(table: DataTable, row: tuple[Value, ...]) -> str:
    parts = [str(row[0])]
    for column, value in list(zip(table.columns, row, strict=True))[1:]:
        if value not in (None, ""):
            words = format_value(value, column).replace("\n", " ")
            parts.append(f"{column.name} {words if len(words) <= LABEL else words[:LABEL] + '…'}")
    return "\n".join(parts)


def _dot(words: str) -> str:
    return words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _mermaid(words: str) -> str:
    for plain, entity in (("&", "#amp;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;"), ("\n", "<br/>")):
        words = words.replace(plain, entity)
    return words
