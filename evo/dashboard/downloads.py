"""Tables as files of comma-separated values, for spreadsheets: candidates and answers to SQL."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence

from flask import Flask, Response, request

from evo.analysis.archives import island_names
from evo.analysis.candidate_list import list_candidates
from evo.analysis.sql import run_query
from evo.core.errors import UserError
from evo.core.foreign_text import visible
from evo.dashboard.candidate_query import filter_of, order_of
from evo.dashboard.components import query_of
from evo.dashboard.run_folder import RunFolder
from evo.store import StoreError

CANDIDATES, SQL = "/candidates.csv", "/sql.csv"
MOST_ROWS = 1_000_000
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a text that begins so for a formula, which may send what it reads to others."""
COLUMNS = (
    "candidate", "status", "island", "operator", "model", "parents", "gap_train", "lower_gaps_train", "gap_validation",
    "gap_of_fittest_parent", "size", "seconds", "repeat_of", "reason",
)  # fmt: skip

Value = str | int | float | None


def add_downloads(server: Flask, folder: RunFolder) -> None:
    """Let a server answer the addresses of the files."""
    files = {CANDIDATES: candidates_file, SQL: sql_file}
    for path, make in files.items():
        server.add_url_rule(path, endpoint=path, view_func=_answering(folder, make))


def candidates_file(folder: RunFolder, query: Mapping[str, str]) -> str:
    """Return all candidates that the address of the page *Candidates* asks for, in its order."""
    with folder.opened(folder.chosen(query)) as store:
        names = island_names(store)
        listed = list_candidates(store, filter_of(query, names), *order_of(query), count=MOST_ROWS)
    rows = (
        (
            one.ordinal,
            one.status,
            names.get(one.island, str(one.island)),
            one.operator,
            one.model,
            " ".join(map(str, one.parents)),
            one.gaps[0] if one.gaps else None,
            " ".join(map(repr, one.gaps[1:])),
            one.validation,
            one.parent_gap,
            one.size,
            one.elapsed,
            one.repeat_of,
            one.reason,
        )
        for one in listed
    )
    return csv_text(COLUMNS, rows)


def sql_file(folder: RunFolder, query: Mapping[str, str]) -> str:
    """Return all rows of the SELECT that the address of the page *SQL* asks for."""
    selection = run_query(folder.path(folder.chosen(query)), query.get("q", ""), most=MOST_ROWS)
    return csv_text(selection.columns, selection.rows)


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> str:
    """Return a line of names and a line for each row; an apostrophe stands before what would be a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_no_formula(name) for name in columns])
    writer.writerows([_no_formula(value) for value in row] for row in rows)
    return out.getvalue()


def _no_formula(value: Value) -> Value:
    return f"'{visible(value)}" if isinstance(value, str) and value.startswith(FORMULA) else _readable(value)


def _readable(value: Value) -> Value:
    return visible(value) if isinstance(value, str) else value


def _answering(folder: RunFolder, make: Callable[[RunFolder, Mapping[str, str]], str]) -> Callable[[], Response]:
    def answer() -> Response:
        query = query_of(request.query_string.decode("utf-8", "replace"))
        try:
            text = make(folder, query)
        except (StoreError, UserError) as error:
            return Response(f"{visible(' '.join(str(error).split()))}\n", 400, mimetype="text/plain")
        name = request.path.removeprefix("/")
        return Response(text, mimetype="text/csv", headers={"Content-Disposition": f"attachment; filename={name}"})

    return answer
