"""A user's own questions to a run's file, in SQL, read-only."""

from collections.abc import Mapping
from pathlib import Path

from dash import dcc, html
from dash.development.base_component import Component

from evo.analysis.select import Value
from evo.analysis.sql import EXAMPLES, Selection, run_query
from evo.dashboard.components import (
    Child,
    address_with,
    choices,
    cut,
    download_link,
    message,
    section,
    table,
)
from evo.dashboard.downloads import SQL
from evo.dashboard.paging import nearest_page, page_links
from evo.dashboard.run_folder import RunFolder
from evo.store import StoreError

PATH = "/sql"
TITLE = "SQL"
LIVE = False

TEXT = "sql-text"
ROWS = 50
"""On a page: each cell is an element, and thousands take a second to make and to show."""
MOST_PAGES = 2_000
MOST_LETTERS = 200
SHORT = 36
"""Words up to this length are not broken."""


def view(folder: RunFolder, query: Mapping[str, str]) -> Component:
    """Show the question in the address, what it brings, and examples."""
    run = folder.chosen(query)
    question = query.get("q", "")
    path = folder.path(run)
    answer = [_result(path, question, {**query, "run": run})] if question.strip() else []
    tables = html.P("docs/lineage.md describes the tables; nothing can be written from here.", className="soft")
    return html.Div([*_form(run, question, query), *answer, tables])


def _form(run: str, question: str, query: Mapping[str, str]) -> list[Component]:
    shown = question or EXAMPLES["the fittest"]
    chosen = next((name for name, text in EXAMPLES.items() if text == question), "")
    # The browser itself puts the question into the address: a callback would hear no click before Dash has set it up.
    fields = [
        html.P(html.Label(f"One SELECT on the run {run}", htmlFor=TEXT)),
        dcc.Textarea(id=TEXT, name="q", value=shown, rows=6, spellCheck=False, style={"width": "100%"}),
        html.P([html.Button("Ask", type="submit", name="run", value=run), " or Ctrl-Enter in the text"]),
    ]
    asked = {"run": run, **({"id": query["id"]} if query.get("id") else {})}
    return [
        html.Form(fields, action=PATH, method="get"),
        choices("Examples", {name: address_with(PATH, asked, q=text) for name, text in EXAMPLES.items()}, chosen),
    ]


def _result(path: Path, question: str, query: Mapping[str, str]) -> Component:
    page = nearest_page(query.get("page", ""), MOST_PAGES)
    begin = ROWS * (page - 1)
    try:
        selection = run_query(path, question, most=begin + ROWS + 1)
    except StoreError as error:
        return message(str(error))
    if not selection.rows:
        return html.P("No rows.", role="status")
    more = len(selection.rows) > begin + ROWS
    return section(
        "Answer",
        _rows(selection, begin),
        page_links(PATH, query, page, page + more, known=False),
        html.P(download_link("All rows as CSV", address_with(SQL, query, page=None, id=None))),
    )


def _caption(rows: int, begin: int) -> str:
    if rows > begin + ROWS:
        return f"Rows {begin + 1:,} to {begin + ROWS:,}; there are more."
    if begin >= rows:
        return f"No rows on this page: there are {rows:,}."
    if begin:
        return f"Rows {begin + 1:,} to {rows:,}, the last one."
    return "1 row." if rows == 1 else f"{rows:,} rows."


def _rows(selection: Selection, begin: int) -> Component:
    shown = selection.rows[begin : begin + ROWS]
    rows: list[list[Child]] = [[_cell(value) for value in row] for row in shown]
    sides = "".join(
        "r" if all(isinstance(row[column], int | float | None) for row in shown) else "l"
        for column in range(len(selection.columns))
    )
    caption = _caption(len(selection.rows), begin)
    return html.Div(table(caption, selection.columns, rows, sides), style={"whiteSpace": "nowrap"})


def _cell(value: Value) -> Child:
    # Figures as Python writes them: a browser's numbers would lose digits.
    words = "NULL" if value is None else str(value)
    if len(words) <= SHORT and "\n" not in words:
        return words
    return html.Div(cut(words, MOST_LETTERS), className="long-value")
