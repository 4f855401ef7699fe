"""A user's own questions to a run's file, in SQL, read-only."""

from collections.abc import Mapping
from pathlib import Path

from dash import dcc, html
from dash.development.base_component import Component

from evo.analysis.select import Value
from evo.analysis.sql import EXAMPLES, Selection, run_query
from evo.dashboard.components import Child, choices, cut, href, message, section, table
from evo.dashboard.run_folder import RunFolder
from evo.store import StoreError

PATH = "/sql"
TITLE = "SQL"
LIVE = False

TEXT = "sql-text"
MOST_ROWS = 1_000
MOST_CELLS = 6_000
"""Each is an element: more take a second to make and to show."""
MOST_LETTERS = 300
SHORT = 36
"""Words up to this length are not broken."""


def view(folder: RunFolder, query: Mapping[str, str]) -> Component:
    """Show the question in the address, what it brings, and examples."""
    run = folder.chosen(query)
    question = query.get("q", "")
    path = folder.path(run)
    answer = [_result(path, question)] if question.strip() else []
    tables = html.P("docs/lineage.md describes the tables; nothing can be written from here.", className="soft")
    return html.Div([*_form(run, question), *answer, tables])


def _form(run: str, question: str) -> list[Component]:
    shown = question or EXAMPLES["the fittest"]
    chosen = next((name for name, text in EXAMPLES.items() if text == question), "")
    # The browser itself puts the question into the address: a callback would hear no click before Dash has set it up.
    fields = [
        html.P(html.Label(f"One SELECT on the run {run}", htmlFor=TEXT)),
        dcc.Textarea(id=TEXT, name="q", value=shown, rows=6, spellCheck=False, style={"width": "100%"}),
        html.P(html.Button("Ask", type="submit", name="run", value=run)),
    ]
    return [
        html.Form(fields, action=PATH, method="get"),
        choices("Examples", {name: href(PATH, run=run, q=text) for name, text in EXAMPLES.items()}, chosen),
    ]


def _result(path: Path, question: str) -> Component:
    try:
        selection = run_query(path, question, most=MOST_ROWS + 1)
    except StoreError as error:
        return message(str(error))
    return section("Answer", _rows(selection)) if selection.rows else html.P("No rows.", role="status")


def _most(selection: Selection) -> int:
    return min(MOST_ROWS, max(1, MOST_CELLS // max(1, len(selection.columns))))


def _caption(selection: Selection) -> str:
    most = _most(selection)
    if len(selection.rows) <= most:
        return "1 row." if len(selection.rows) == 1 else f"{len(selection.rows):,} rows."
    return f"The first {most:,} rows; there are more: ask for less, or use LIMIT and OFFSET."


def _rows(selection: Selection) -> Component:
    rows: list[list[Child]] = [[_cell(value) for value in row] for row in selection.rows[: _most(selection)]]
    sides = "".join(
        "r" if all(isinstance(row[column], int | float | None) for row in selection.rows) else "l"
        for column in range(len(selection.columns))
    )
    return html.Div(table(_caption(selection), selection.columns, rows, sides), style={"whiteSpace": "nowrap"})


def _cell(value: Value) -> Child:
    # Figures as Python writes them: a browser's numbers would lose digits.
    words = "NULL" if value is None else str(value)
    if len(words) <= SHORT and "\n" not in words:
        return words
    return html.Div(cut(words, MOST_LETTERS), style={"minWidth": "18rem", "whiteSpace": "pre-wrap"})
