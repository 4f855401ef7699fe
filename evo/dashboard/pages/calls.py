"""What models were asked, and what it cost: totals, and every call, a page at a time."""

from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component

from evo.analysis.select import Selection, select
from evo.dashboard.frame import Child, choices, link, section, table
from evo.dashboard.links import href
from evo.dashboard.source import Source
from evo.dashboard.tables import candidate_link, cut
from evo.store import CallStatus, RunStore

PATH = "/calls"
TITLE = "Calls"
LIVE = True

ROWS = 50
"""Calls on a page."""
MOST_LETTERS = 200
MOST_DIGITS = 15
"""A longer number of a page is past the last; `int` refuses very long ones."""
TOTALS = """
SELECT model, count(*), sum(status = 'failed'), sum(status IN ('intent', 'unknown')), sum(prompt_tokens),
       sum(completion_tokens), CASE WHEN count(dollars) = count(*) THEN sum(dollars) END, avg(seconds)
FROM calls GROUP BY model ORDER BY model
"""
MODELS = "SELECT DISTINCT model FROM calls ORDER BY model"
FITTING = "FROM calls WHERE (:model = '' OR model = :model) AND (:status = '' OR status = :status)"
COUNT = f"SELECT count(*) {FITTING}"
CALLS = f"""
SELECT id, ordinal, attempt, purpose, operator, model, status, prompt_tokens, completion_tokens, dollars, seconds,
       created, substr(error, 1, 1000) {FITTING} ORDER BY id DESC LIMIT :rows OFFSET :skipped
"""


def view(source: Source, query: Mapping[str, str]) -> Component:
    """Show the calls of the run that the address names; `model`, `status` and `page` choose among them."""
    name = source.chosen(query)
    with source.opened(name) as store:
        totals = select(store, TOTALS)
        if not totals.rows:
            return html.P("No model was asked: the embedded author wrote the candidates.")
        return html.Div([section("Models", _totals(totals)), section("Calls", *_calls(store, name, query))])


def _totals(totals: Selection) -> Component:
    rows = [
        [str(model), *(f"{int(count or 0):,}" for count in counts), _dollars(dollars), _seconds(seconds)]
        for model, *counts, dollars, seconds in totals.rows
    ]
    headings = ("model", "calls", "failed", "unanswered", "prompt tokens", "reply tokens", "dollars", "s, mean")
    return table("Unanswered calls are charged their reservation", headings, rows, "lrrrrrrr", "models")


def _calls(store: RunStore, name: str, query: Mapping[str, str]) -> list[Component]:
    model, status = query.get("model", ""), query.get("status", "")
    count = int(select(store, COUNT, model=model, status=status).rows[0][0] or 0)
    last = max(1, -(-count // ROWS))
    page = _nearest(query.get("page", ""), last)
    found = select(store, CALLS, model=model, status=status, rows=ROWS, skipped=ROWS * (page - 1))
    models = [str(model) for (model,) in select(store, MODELS).rows]
    every = {"all": href(PATH, run=name, status=status)}
    offered_models = every | {one: href(PATH, run=name, model=one, status=status) for one in models}
    states = {"all": href(PATH, run=name, model=model)}
    offered = states | {str(one): href(PATH, run=name, model=model, status=one) for one in CallStatus}
    return [
        choices("model", offered_models, model or "all"),
        choices("status", offered, status or "all"),
        _table(
            found,
            name,
            f"{count:,} calls, the newest first; page {page} of {last}; prompts and replies: at the candidate",
        ),
        _turning(name, page, last, model, status),
    ]


def _nearest(page: str, last: int) -> int:
    """Return the page that an address names, or the nearest there is."""
    if not page.isdecimal():
        return 1
    return max(1, min(int(page), last)) if len(page) <= MOST_DIGITS else last


def _table(found: Selection, name: str, told: str) -> Component:
    rows: list[list[Child]] = []
    for (
        call,
        ordinal,
        attempt,
        purpose,
        operator,
        model,
        status,
        prompt,
        reply,
        dollars,
        seconds,
        created,
        error,
    ) in found.rows:
        figures = (f"{int(prompt or 0):,}", f"{int(reply or 0):,}", _dollars(dollars), _seconds(seconds))
        words = (f"{purpose} {attempt}", str(operator), str(model), str(status))
        ended = (str(created)[:19].replace("T", " "), cut(str(error or ""), MOST_LETTERS))
        rows.append([str(call), candidate_link(name, int(ordinal or 0)), *words, *figures, *ended])
    headings = (
        "call",
        "candidate",
        "for",
        "operator",
        "model",
        "status",
        "prompt",
        "reply",
        "dollars",
        "s",
        "UTC",
        "error",
    )
    return table(told, headings, rows, "llllllrrrrll", "calls")


def _turning(name: str, page: int, last: int, model: str, status: str) -> Component:
    def to(number: int, text: str) -> Component:
        return link(text, href(PATH, run=name, model=model, status=status, page=number))

    earlier: list[Child] = [to(1, "newest"), " ", to(page - 1, "newer")] if page > 1 else []
    later: list[Child] = [to(page + 1, "older"), " ", to(last, "oldest")] if page < last else []
    return html.P([*earlier, " ", *later])


def _dollars(dollars: object) -> str:
    return f"{dollars:.4f}" if isinstance(dollars, int | float) else "unknown"


def _seconds(seconds: object) -> str:
    return f"{seconds:.1f}" if isinstance(seconds, int | float) else ""
