"""What all pages share: addresses, the header, tables, plots, links to candidates, texts and messages."""

from base64 import b64encode
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Protocol
from urllib.parse import parse_qsl, urlencode

import plotly.graph_objects as go
from dash import dcc, html
from dash.development.base_component import Component

from evo.core.foreign_text import visible
from evo.dashboard.run_folder import RunFolder

Child = Component | str | int | float | None
"""What may stand in an element: text is only ever given as a string, which React shows as it is."""
PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8a6d00", "#7f7f7f")
"""Okabe & Ito (2008), told apart by the colour-blind; yellow and black give way to tones seen on dark and light."""
MOST_LETTERS = 100_000
"""Longer texts are cut on a page; a browser gets slow on megabytes."""
MOST_LINKS = 30


SCHEMES = {"auto": "Auto", "light": "Light", "dark": "Dark"}
"""What the switch in the header offers; `assets/evo.js` keeps the choice in the browser."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a column that leads to the table in the order of this column; `order` is a value of aria-sort."""

    text: str
    to: str
    order: str = "none"


class DashboardPage(Protocol):
    """A module of `evo.dashboard.pages`; `LIVE` pages are asked again while a run goes on.

    `app.py` gives the page its `h1`, made from `TITLE` and the run; `view` gives what stands below. It may raise
    StoreError or UserError, shown in one line. A module may also have `register(app)` for callbacks of its own.
    """

    PATH: str
    TITLE: str
    LIVE: bool

    def view(self, folder: RunFolder, query: Mapping[str, str]) -> Component:
        """Make the page for an address."""


def href(path: str, **query: str | int | Sequence[str] | None) -> str:
    """Return the address of a page; what is None or empty is left out, several values stand under one name."""
    given = {name: value for name, value in query.items() if value not in (None, "", (), [])}
    return f"{path}?{urlencode(given, doseq=True)}" if given else path


def address_with(path: str, query: Mapping[str, str], **changes: str | int | Sequence[str] | None) -> str:
    """Return the address of a page that keeps all that an address asks for but these changes; None asks no more."""
    kept = {name: value.split("\n") if name == "compare" else value for name, value in query.items()}
    return href(path, **{**kept, **changes})


def query_of(search: str | None) -> Mapping[str, str]:
    """Return what an address asks for; several values of one name are the lines of one text.

    Lines end with a line feed alone, also where a form sent them with a carriage return.
    """
    by_name: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in parse_qsl((search or "").removeprefix("?")):
        by_name[name].append(value.replace("\r\n", "\n"))
    return {name: "\n".join(values) for name, values in by_name.items()}


def link(text: str, to: str, label: str = "") -> Component:
    """Return a link inside the dashboard; `label` is said when the text alone would be unclear."""
    return dcc.Link(visible(text), href=to, title=visible(label) or None)


def navigation(pages: Sequence[DashboardPage], current: str, query: Mapping[str, str]) -> list[Component]:
    """Return the header's links: the current one marked, all of them kept on the run and the candidate at hand."""
    return [
        html.Li(_entry(page, current == page.PATH, href(page.PATH, run=query.get("run"), id=query.get("id"))))
        for page in pages
    ]


def _entry(page: DashboardPage, current: bool, to: str) -> Component:
    # dcc.Link takes no aria-current; the page that is shown already may as well be loaded anew.
    return aria(html.A(page.TITLE, href=to), current="page") if current else dcc.Link(page.TITLE, href=to)


def aria(element: Component, **attributes: str) -> Component:
    """Give an element `aria-…` attributes, whose names no Python argument can have."""
    for name, value in attributes.items():
        setattr(element, f"aria-{name}", visible(value))
    return element


def with_id(element: Component, identity: str) -> Component:
    """Give an element an id where it is to have one: then it is refreshed by itself (`refresh.py`)."""
    if identity:
        element.id = identity  # type: ignore[attr-defined] # every element of `html` and `dcc` has one
    return element


def message(text: str) -> Component:
    """Return what went wrong, in one line, said aloud at once."""
    return html.P(visible(" ".join(text.split())), role="alert", className="alert")


def section(title: str, *children: Child) -> Component:
    """Return a part of a page under its heading."""
    return html.Section([html.H2(visible(title)), *children])


def facts(values: Mapping[str, Child], identity: str = "") -> Component:
    """Return names with their values; what is None or empty is left out."""
    pairs = [
        html.Div([html.Dt(visible(name)), html.Dd(_shown(value))])
        for name, value in values.items()
        if value not in (None, "")
    ]
    return with_id(html.Dl(pairs, className="facts"), identity)


def table(
    caption: str,
    headings: Sequence[str | Heading],
    rows: Sequence[Sequence[Child]],
    figures: str = "",
    identity: str = "",
) -> Component:
    """Return a table that scrolls by itself where it is wide.

    `figures` has a letter for each column: `r` for figures, set to the right, `n` for words that are not broken. The
    first cell of a row names it.
    """
    sides = [{"r": "figure", "n": "whole"}.get(side, "") for side in figures.ljust(len(headings))]
    head = html.Tr([_heading(one, side) for one, side in zip(headings, sides, strict=True)])
    body = [html.Tr(_cells(row, sides)) for row in rows]
    whole = html.Table([html.Caption(html.Div(visible(caption))), html.Thead(head), html.Tbody(body)])
    return with_id(aria(html.Div(whole, className="wide", tabIndex=0, role="region"), label=caption), identity)


def _heading(heading: str | Heading, side: str) -> Component:
    if isinstance(heading, str):
        return html.Th(visible(heading), scope="col", className=side)
    mark = {"ascending": " ▲", "descending": " ▼"}.get(heading.order, "")
    sorting = link(heading.text + mark, heading.to, f"sort by {heading.text}")
    return aria(html.Th(sorting, scope="col", className=side), sort=heading.order)


def _cells(row: Sequence[Child], sides: Sequence[str]) -> list[Component]:
    first, *others = zip(row, sides, strict=True)
    return [
        html.Th(_shown(first[0]), scope="row", className=first[1]),
        *(html.Td(_shown(value), className=side) for value, side in others),
    ]


def _shown(value: Child) -> Child:
    return visible(value) if isinstance(value, str) else value


def choices(name: str, offered: Mapping[str, str], current: str) -> Component:
    """Return links to choose one by: texts with their addresses, the current text marked."""
    entries = [
        html.Li(aria(html.A(visible(text), href=to), current="true") if text == current else link(text, to))
        for text, to in offered.items()
    ]
    return aria(html.Nav([html.Span(name), html.Ul(entries)], className="choices"), label=name)


def shown_time(stamp: str, seconds: bool = False) -> str:
    """Return a time of the record, which is in UTC, as people read it: to the minute or to the second."""
    return stamp[: 19 if seconds else 16].replace("T", " ")


def plain(text: object) -> str:
    """Return a text for a label or hover of plotly, which would take tags and entities in it for its own.

    A line of a rule may be hostile: `<a href="javascript:…">` is among the tags that plotly knows.
    """
    return escape(visible(str(text)), quote=False)


def graph(identity: str, figure: go.Figure, caption: str) -> Component:
    """Return a figure with what it shows told in a sentence; its colours follow the page's (assets/evo.css)."""
    figure.update_layout(
        template="none",
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        colorway=PALETTE,
        margin={"l": 60, "r": 20, "t": 36, "b": 50},  # above: the buttons
        font={"family": "system-ui, sans-serif", "size": 13},
        uirevision=identity,
    )
    figure.update_xaxes(automargin=True)
    figure.update_yaxes(automargin=True)
    buttons = [["toImage", "zoom2d", "pan2d", "resetScale2d"]]
    settings: dcc.Graph.Config = {"displaylogo": False, "responsive": True, "modeBarButtons": buttons}
    plot = dcc.Graph(id=identity, figure=figure, config=settings, className="graph")
    return html.Figure([plot, html.Figcaption(caption, id=f"{identity}-told")])


def skeleton() -> Component:
    """Return what stands on every page; the callbacks of `app.py` fill it."""
    return html.Div(
        [
            dcc.Location(id="address", refresh="callback-nav"),
            dcc.Interval(id="tick", disabled=True),
            dcc.Store(id="shown"),
            html.A("Skip to content", href="#main", className="skip"),
            html.Header([aria(html.Nav(html.Ul(id="navigation")), label="Pages"), _scheme_switch()]),
            html.Main(id="main", tabIndex=-1),
        ]
    )


def _scheme_switch() -> Component:
    offered = [html.Option(text, value=name) for name, text in SCHEMES.items()]
    return aria(
        html.Select(offered, id="scheme", autoComplete="off"), label="Colours: as the system has them, light or dark"
    )


def tick_box(label: str, ticked: bool, to: str) -> Component:
    """Return a box that leads to an address when it is ticked, or no longer; the page keeps its place."""
    box = html.Button("✓" if ticked else "", type="button", role="checkbox", className="tick", title=visible(label))
    setattr(box, "data-to", to)
    return aria(box, checked="true" if ticked else "false", label=label)


def download_link(text: str, to: str) -> Component:
    """Return a link to a file that the server makes (`downloads.py`)."""
    return html.A(visible(text), href=to, className="button")


def picture(svg: bytes, label: str) -> Component:
    """Return a drawing that somebody else made: as an image, in which nothing runs and nothing is loaded."""
    return html.Img(src=f"data:image/svg+xml;base64,{b64encode(svg).decode()}", alt=visible(label), className="drawing")


def candidate_link(run: str, ordinal: int) -> Component:
    """Return a link to a candidate's page."""
    return link(f"#{ordinal}", href("/candidate", run=run, id=ordinal))


def candidate_links(run: str, ordinals: Sequence[int], most: int = MOST_LINKS) -> Component:
    """Return links to the first candidates, and how many more there are."""
    parts: list[Component | str] = []
    for ordinal in ordinals[:most]:
        parts += [candidate_link(run, ordinal), ", "]
    left_out = f"and {len(ordinals) - most:,} more"
    return html.Span([*parts, left_out] if len(ordinals) > most else parts[:-1] or "none")


def verbatim(text: str, label: str) -> Component:
    """Return a text in letters of equal width, its lines as they are; cut where it is very long."""
    return aria(html.Pre(html.Code(cut(text, MOST_LETTERS)), className="words", tabIndex=0, role="region"), label=label)


def cut(text: str, most: int) -> str:
    """Return the beginning of a long text, as `visible` shows it, and how much more there is."""
    return visible(text if len(text) <= most else f"{text[:most]} … {len(text) - most:,} more letters")


def details(summary: str, *children: Component | str, unfolded: bool = False) -> Component:
    """Return what is seen after a click or Enter on its summary, or at once."""
    return html.Details([html.Summary(visible(summary)), *children], open=unfolded)
