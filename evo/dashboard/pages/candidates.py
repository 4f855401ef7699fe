"""All candidates of a run in one table: those that are wanted, in an order, a page at a time."""

from collections.abc import Mapping, Sequence

from dash import dcc, html
from dash.development.base_component import Component

from evo.analysis.archives import island_names
from evo.analysis.candidate_list import (
    CandidateStatus,
    ListedCandidate,
    Order,
    count_candidates,
    list_candidates,
    operators_and_models,
)
from evo.core.format import by_level, percent, points
from evo.dashboard.candidate_query import filter_of, order_of
from evo.dashboard.components import (
    Child,
    Heading,
    address_with,
    aria,
    candidate_link,
    candidate_links,
    cut,
    download_link,
    href,
    link,
    table,
)
from evo.dashboard.downloads import CANDIDATES
from evo.dashboard.paging import last_page, nearest_page, page_links
from evo.dashboard.run_folder import RunFolder

PATH = "/candidates"
TITLE = "Candidates"
LIVE = True

ROWS = 50
"""Candidates on a page."""
MOST_PARENTS = 4
MOST_LETTERS = 60
HEADINGS: Mapping[str, Order | None] = {
    "candidate": Order.CANDIDATE,
    "became": None,
    "gap on train": Order.GAP,
    "less its fittest parent's, points": None,
    "gap on validation": Order.VALIDATION,
    "operator": None,
    "model": None,
    "island": None,
    "size": Order.SIZE,
    "parents": None,
    "s": None,
}
SIDES = "rnrrrnnnrnr"


def view(folder: RunFolder, query: Mapping[str, str]) -> Component:
    """List the candidates of the run that the address names, those that `operator`, `model`, … `text` ask for."""
    run = folder.chosen(query)
    asked = {**query, "run": run}
    with folder.opened(run) as store:
        names = island_names(store)
        wanted = filter_of(query, names)
        operators, models = operators_and_models(store)
        count = count_candidates(store, wanted)
        last = last_page(count, ROWS)
        page = nearest_page(query.get("page", ""), last)
        listed = list_candidates(store, wanted, *order_of(query), count=ROWS, skipped=ROWS * (page - 1))
    offered = {
        "operator": operators,
        "model": models,
        "status": tuple(CandidateStatus),
        "island": tuple(names.values()),
    }
    caption = f"{count:,} candidate{'' if count == 1 else 's'}; size: syntax nodes; s: seconds of the run"
    headings = [_heading(name, order, asked) for name, order in HEADINGS.items()]
    return html.Div(
        [
            _form(run, query, offered),
            table(caption, headings, [_row(run, one, names) for one in listed], SIDES, "candidates"),
            page_links(PATH, asked, page, last),
            html.P(download_link("All of these as CSV", address_with(CANDIDATES, asked, page=None, id=None))),
        ]
    )


def _form(run: str, query: Mapping[str, str], offered: Mapping[str, Sequence[str]]) -> Component:
    """Return the fields by which candidates are chosen; the browser puts them into the address."""
    fields = [_select(name, values, query.get(name, "")) for name, values in offered.items()]
    fields += [
        _field("low", "gap on train from, %", query),
        _field("high", "to, %", query),
        _field("text", "text in the source", query),
    ]
    kept = [dcc.Input(type="hidden", name=name, value=value) for name, value in _kept(query).items()]
    show = html.Button("Show", type="submit", name="run", value=run)
    every = link("Show all", href(PATH, run=run))
    return html.Form([*kept, *fields, show, every], action=PATH, method="get", className="filter")


def _kept(query: Mapping[str, str]) -> dict[str, str]:
    return {name: query[name] for name in ("id", "sort") if query.get(name)}


def _select(name: str, values: Sequence[str], chosen: str) -> Component:
    options = [
        html.Option(cut(value, MOST_LETTERS) or "any", value=value, selected="selected" if value == chosen else None)
        for value in ("", *values)
    ]
    return html.Label([html.Span(name), html.Select(options, name=name, autoComplete="off")])


def _field(name: str, label: str, query: Mapping[str, str]) -> Component:
    field = dcc.Input(id=f"wanted-{name}", type="text", name=name, value=query.get(name, ""), autoComplete="off")
    return html.Div([html.Label(label, htmlFor=f"wanted-{name}"), field], className="field")


def _heading(name: str, order: Order | None, asked: Mapping[str, str]) -> str | Heading:
    if order is None:
        return name
    current, downward = order_of(asked)
    shown = "none" if current is not order else "descending" if downward else "ascending"
    turned = f"-{order}" if current is order and not downward else str(order)
    return Heading(name, address_with(PATH, asked, sort=turned, page=None), shown)


def _row(run: str, one: ListedCandidate, islands: Mapping[int, str]) -> list[Child]:
    status: Child = one.status
    if one.repeat_of is not None:
        status = html.Span(["repeat of ", candidate_link(run, one.repeat_of)])
    elif one.reason:
        status = html.Span(one.status, title=cut(one.reason, 300))
    less = "" if one.parent_gap is None or not one.gaps else points(one.gaps[0] - one.parent_gap)
    return [
        candidate_link(run, one.ordinal),
        aria(status, label=f"{one.status}: {one.reason}") if one.reason and isinstance(status, html.Span) else status,
        by_level(one.gaps),
        less,
        percent(one.validation),
        one.operator,
        cut(one.model, MOST_LETTERS),
        islands.get(one.island, str(one.island)),
        "" if one.size is None else f"{one.size:,}",
        candidate_links(run, one.parents, MOST_PARENTS),
        "" if one.elapsed is None else f"{one.elapsed:,.1f}",
    ]
