"""What models were asked, and what it cost: totals, and every call, a page at a time."""

from collections.abc import Mapping, Sequence

from dash import html
from dash.development.base_component import Component

from evo.analysis.calls import ListedCall, ModelCharges, count_calls, list_calls, model_charges
from evo.dashboard.components import Child, candidate_link, choices, cut, href, link, section, shown_time, table
from evo.dashboard.run_folder import RunFolder
from evo.store import CallStatus, RunStore

PATH = "/calls"
TITLE = "Calls"
LIVE = True

ROWS = 50
"""Calls on a page."""
MOST_LETTERS = 200
MOST_DIGITS = 15
"""A longer number of a page is past the last; `int` refuses very long ones."""


def view(folder: RunFolder, query: Mapping[str, str]) -> Component:
    """Show the calls of the run that the address names; `model`, `status` and `page` choose among them."""
    name = folder.chosen(query)
    with folder.opened(name) as store:
        models = model_charges(store)
        if not models:
            return html.P("No model was asked: the embedded author wrote the candidates.")
        calls = _calls(store, name, query, [one.model for one in models])
        return html.Div([section("Models", _totals(models)), section("Calls", *calls)])


def _totals(models: Sequence[ModelCharges]) -> Component:
    rows = []
    for one in models:
        counts = (one.calls, one.failed, one.unanswered, one.prompt_tokens, one.completion_tokens)
        rows.append([one.model, *(f"{count:,}" for count in counts), _dollars(one.dollars), _seconds(one.mean_seconds)])
    headings = ("model", "calls", "failed", "unanswered", "prompt tokens", "reply tokens", "dollars", "s, mean")
    return table("Unanswered calls are charged their reservation", headings, rows, "lrrrrrrr", "models")


def _calls(store: RunStore, name: str, query: Mapping[str, str], models: Sequence[str]) -> list[Component]:
    model, status = query.get("model", ""), query.get("status", "")
    count = count_calls(store, model, status)
    last = max(1, -(-count // ROWS))
    page = _nearest(query.get("page", ""), last)
    calls = list_calls(store, model, status, count=ROWS, skipped=ROWS * (page - 1))
    every = {"all": href(PATH, run=name, status=status)}
    offered_models = every | {one: href(PATH, run=name, model=one, status=status) for one in models}
    states = {"all": href(PATH, run=name, model=model)}
    offered = states | {str(one): href(PATH, run=name, model=model, status=one) for one in CallStatus}
    caption = f"{count:,} calls, the newest first; page {page} of {last}; prompts and replies: at the candidate"
    return [
        choices("model", offered_models, model or "all"),
        choices("status", offered, status or "all"),
        _table(calls, name, caption),
        _turning(name, page, last, model, status),
    ]


def _nearest(page: str, last: int) -> int:
    """Return the page that an address names, or the nearest there is."""
    if not page.isdecimal():
        return 1
    return max(1, min(int(page), last)) if len(page) <= MOST_DIGITS else last


def _table(calls: Sequence[ListedCall], name: str, caption: str) -> Component:
    rows: list[list[Child]] = []
    for call in calls:
        words = (f"{call.purpose} {call.attempt}", call.operator, call.model, call.status)
        figures = (f"{call.prompt_tokens:,}", f"{call.completion_tokens:,}", _dollars(call.dollars))
        ended = (_seconds(call.seconds), shown_time(call.created, seconds=True), cut(call.error, MOST_LETTERS))
        rows.append([str(call.number), candidate_link(name, call.ordinal), *words, *figures, *ended])
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
    return table(caption, headings, rows, "llllllrrrrll", "calls")


def _turning(name: str, page: int, last: int, model: str, status: str) -> Component:
    def to(number: int, text: str) -> Component:
        return link(text, href(PATH, run=name, model=model, status=status, page=number))

    earlier: list[Child] = [to(1, "newest"), " ", to(page - 1, "newer")] if page > 1 else []
    later: list[Child] = [to(page + 1, "older"), " ", to(last, "oldest")] if page < last else []
    return html.P([*earlier, " ", *later])


def _dollars(dollars: float | None) -> str:
    return "unknown" if dollars is None else f"{dollars:.4f}"


def _seconds(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.1f}"
