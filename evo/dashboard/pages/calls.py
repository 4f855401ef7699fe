"""What models were asked, and what it cost: totals, and every call, a page at a time."""

from collections.abc import Mapping, Sequence

from dash import html
from dash.development.base_component import Component

from evo.analysis.calls import ListedCall, ModelCharges, count_calls, list_calls, model_charges
from evo.dashboard.components import (
    Child,
    address_with,
    candidate_link,
    choices,
    cut,
    section,
    shown_time,
    table,
)
from evo.dashboard.paging import last_page, nearest_page, page_links
from evo.dashboard.run_folder import RunFolder
from evo.store import CallStatus, RunStore

PATH = "/calls"
TITLE = "Calls"
LIVE = True

ROWS = 50
"""Calls on a page."""
MOST_LETTERS = 300
HEADINGS = ("call", "of", "for", "operator", "model", "status", "tokens", "dollars", "s", "UTC", "error")
SIDES = "nnnnnnrrrnl"


def view(folder: RunFolder, query: Mapping[str, str]) -> Component:
    """Show the calls of the run that the address names; `model`, `status` and `page` choose among them."""
    name = folder.chosen(query)
    with folder.opened(name) as store:
        models = model_charges(store)
        if not models:
            return html.P("No model was asked: the embedded author wrote the candidates.")
        calls = _calls(store, name, {**query, "run": name}, [one.model for one in models])
        return html.Div([section("Models", _totals(models)), section("Calls", *calls)])


def _totals(models: Sequence[ModelCharges]) -> Component:
    rows = []
    for one in models:
        counts = (one.calls, one.failed, one.unanswered, one.prompt_tokens, one.completion_tokens)
        rows.append([one.model, *(f"{count:,}" for count in counts), _dollars(one.dollars), _seconds(one.mean_seconds)])
    headings = ("model", "calls", "failed", "unanswered", "prompt tokens", "reply tokens", "dollars", "s, mean")
    return table("Unanswered calls are charged their reservation", headings, rows, "lrrrrrrr", "models")


def _calls(store: RunStore, name: str, query: Mapping[str, str], models: Sequence[str]) -> list[Component | None]:
    model, status = query.get("model", ""), query.get("status", "")
    count = count_calls(store, model, status)
    last = last_page(count, ROWS)
    page = nearest_page(query.get("page", ""), last)
    calls = list_calls(store, model, status, count=ROWS, skipped=ROWS * (page - 1))
    offered_models = {"all": address_with(PATH, query, model=None, page=None)}
    offered_models |= {one: address_with(PATH, query, model=one, page=None) for one in models}
    offered = {"all": address_with(PATH, query, status=None, page=None)}
    offered |= {str(one): address_with(PATH, query, status=one, page=None) for one in CallStatus}
    caption = (
        f"{count:,} calls, the newest first; page {page} of {last}. Tokens: of the prompt + of the reply; prompts, "
        "replies and whole errors stand at the candidate"
    )
    return [
        choices("model", offered_models, model or "all"),
        choices("status", offered, status or "all"),
        _table(calls, name, caption),
        page_links(PATH, query, page, last),
    ]


def _table(calls: Sequence[ListedCall], name: str, caption: str) -> Component:
    rows: list[list[Child]] = []
    for call in calls:
        words = (f"{call.purpose} {call.attempt}", call.operator, _short(call.model), call.status)
        figures = (f"{call.prompt_tokens:,} + {call.completion_tokens:,}", _dollars(call.dollars))
        at = html.Span(shown_time(call.created, seconds=True)[11:], title=shown_time(call.created, seconds=True))
        ended = (_seconds(call.seconds), at, _short(call.error))
        rows.append([str(call.number), candidate_link(name, call.ordinal), *words, *figures, *ended])
    return html.Div(table(caption, HEADINGS, rows, SIDES, "calls"), className="one-line")


def _short(text: str | None) -> Component | None:
    """Return a text of which the page shows as much as there is room for."""
    shown = cut(text or "", MOST_LETTERS)
    return html.Span(shown, title=shown, className="short") if shown else None


def _dollars(dollars: float | None) -> str:
    return "unknown" if dollars is None else f"{dollars:.4f}"


def _seconds(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.1f}"
