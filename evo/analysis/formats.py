"""An answer as text for programs: JSON, CSV, and graphs for Graphviz and Mermaid."""

import csv
import io
import json
from collections.abc import Callable, Mapping

from evo.analysis.answer import Answer, Column, Unit
from evo.analysis.select import Value

LABEL = 40
"""Longer words are cut in graphs."""


def as_json(answer: Answer) -> str:
    """Return one object: title, rows by column name, edges as pairs, notes."""
    names = [column.name for column in answer.columns]
    told = {
        "title": answer.title,
        "rows": [dict(zip(names, row, strict=True)) for row in answer.rows],
        "edges": answer.edges,
        "notes": answer.notes,
    }
    return json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def as_csv(answer: Answer) -> str:
    """Return a line of names and a line for each row; what is not known is empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(column.name for column in answer.columns)
    writer.writerows(answer.rows)
    return out.getvalue()


def as_dot(answer: Answer) -> str:
    """Return a directed graph: a node for each row, labelled with it, and the edges."""
    nodes = [f'  "{_dot(name)}" [label="{_dot(label)}"];' for name, label in _nodes(answer).items()]
    edges = [f'  "{_dot(str(one))}" -> "{_dot(str(other))}";' for one, other in answer.edges]
    head = f'digraph "{_dot(answer.title)}" {{\n  node [shape=box, fontname="sans-serif"];'
    return "\n".join([head, *nodes, *edges, "}"]) + "\n"


def as_mermaid(answer: Answer) -> str:
    """Return the same as a flowchart."""
    labels = _nodes(answer)
    numbers = {name: f"n{place}" for place, name in enumerate(labels)}
    nodes = [f'  {numbers[name]}["{_mermaid(label)}"]' for name, label in labels.items()]
    edges = [f"  {numbers[str(one)]} --> {numbers[str(other)]}" for one, other in answer.edges]
    return "\n".join(["flowchart TD", *nodes, *edges]) + "\n"


FORMATS: Mapping[str, Callable[[Answer], str]] = {
    "json": as_json,
    "csv": as_csv,
    "dot": as_dot,
    "mermaid": as_mermaid,
}


def written(value: Value, column: Column) -> str:
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


def _nodes(answer: Answer) -> dict[str, str]:
    """Return the labels of nodes: of rows, of one candidate below each other, and of ends of edges without a row.

    Without edges rows need not be candidates, and each is a node of its own.
    """
    if not answer.edges:
        return {f"row {place}": _label(answer, row) for place, row in enumerate(answer.rows, 1)}
    labels: dict[str, str] = {}
    for row in answer.rows:
        name, label = str(row[0]), _label(answer, row)
        labels[name] = f"{labels[name]}\n{label}" if name in labels else label
    ends = (str(end) for edge in answer.edges for end in edge)
    return {**labels, **{end: end for end in ends if end not in labels}}


def _label(answer: Answer, row: tuple[Value, ...]) -> str:
    told = [str(row[0])]
    for column, value in list(zip(answer.columns, row, strict=True))[1:]:
        if value not in (None, ""):
            words = written(value, column).replace("\n", " ")
            told.append(f"{column.name} {words if len(words) <= LABEL else words[:LABEL] + '…'}")
    return "\n".join(told)


def _dot(words: str) -> str:
    return words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _mermaid(words: str) -> str:
    for plain, entity in (("&", "#amp;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;"), ("\n", "<br/>")):
        words = words.replace(plain, entity)
    return words
