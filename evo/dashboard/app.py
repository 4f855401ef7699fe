"""The dashboard as a program: an address in, a page out; what it may load and who may ask stands in `server.py`."""

import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, html, no_update, set_props
from dash.development.base_component import Component

from evo.core.errors import UserError
from evo.dashboard.components import DashboardPage, message, navigation, query_of, skeleton
from evo.dashboard.downloads import add_downloads
from evo.dashboard.pages import archive, calls, candidate, candidates, lineage, problems, run, runs, sql
from evo.dashboard.refresh import Digests, take_apart
from evo.dashboard.run_folder import RunFolder
from evo.store import StoreError

PAGES: tuple[DashboardPage, ...] = (runs, run, candidates, candidate, lineage, archive, calls, problems, sql)
"""In the order of the header."""
OF_ALL_RUNS = ("/", "/problems")
"""The pages that are not about the run that the address names, or the newest."""

DOCUMENT = """<!DOCTYPE html>
<html lang="en">
<head>{%metas%}<title>{%title%}</title>{%favicon%}{%css%}</head>
<body>{%app_entry%}{%config%}{%scripts%}{%renderer%}</body>
</html>"""

LEAST_SECONDS = 2.0
"""Between two looks at a run that goes on."""
SHARE = 0.1
"""Of a processor, at most, for these looks: the run needs it."""
MOST_LETTERS = 20_000
"""In what an address asks for."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page with its title; `seconds` says when to look again, None that there will be nothing new."""

    links: Sequence[Component]
    page: Sequence[Component]
    title: str
    seconds: float | None


def make_app(folder: RunFolder) -> Dash:
    """Make the dashboard of a folder of runs."""
    app = Dash(
        "evo.dashboard",
        assets_folder="assets",
        index_string=DOCUMENT,
        serve_locally=True,
        suppress_callback_exceptions=True,  # what a page's own callbacks speak of is there on that page alone
        title="evo",
        update_title="",
        add_log_handler=False,
        enable_mcp=False,
        on_error=_show_error,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    app.layout = skeleton()
    app.callback(
        Output("navigation", "children"),
        Output("main", "children"),
        Output("shown", "data"),
        Output("tick", "disabled"),
        Output("tick", "interval"),
        Input("address", "pathname"),
        Input("address", "search"),
        Input("tick", "n_intervals"),
        State("shown", "data"),
    )(lambda pathname, search, _tick, shown: _outputs(answer(folder, pathname, search), shown))
    arrive = ClientsideFunction("evo", "arrive")
    app.clientside_callback(arrive, Input("shown", "data"))  # type: ignore[no-untyped-call]
    add_downloads(app.server, folder)
    for page in PAGES:
        register = getattr(page, "register", None)
        if register is not None:
            register(app)
    return app


def _outputs(rendered: Rendered, shown: Mapping[str, Digests] | None) -> tuple[object, ...]:
    """Return what the callback gives: the whole page for a new address; for a new look what changed, piece by piece."""
    parts = take_apart(rendered.page)
    elements = parts.changed(shown["digests"]) if shown and ctx.triggered_id == "tick" else None
    for element in elements or ():
        set_props(element.identity, {element.name: element.value})
    links, page = (rendered.links, rendered.page) if elements is None else (no_update, no_update)
    seconds = rendered.seconds or LEAST_SECONDS
    return links, page, {"title": rendered.title, "digests": parts.digests}, rendered.seconds is None, 1000 * seconds


def _show_error(error: Exception) -> None:
    """Say on the page that it could not be made, and why in the terminal: it is a bug."""
    traceback.print_exception(error)
    text = f"This page could not be made: {type(error).__name__}. The terminal of `evo dashboard` says where."
    set_props("main", {"children": [html.H1("A fault of the dashboard"), message(text)]})


def answer(folder: RunFolder, pathname: str, search: str | None) -> Rendered:
    """Return the page for an address as the browser has it; one that is too long gets a line that says so."""
    if search and len(search) > MOST_LETTERS:
        text = (
            f"Expected at most {MOST_LETTERS:,} letters after the path of an address, got {len(search):,}; shorten it."
        )
        return Rendered(navigation(PAGES, pathname, {}), [html.H1("Too long"), message(text)], "too long", None)
    return render(folder, pathname, query_of(search))


def render(folder: RunFolder, pathname: str, query: Mapping[str, str]) -> Rendered:
    """Return the page for an address, or one that says in a line why there is none."""
    began = time.thread_time()
    links = navigation(PAGES, pathname, query)
    page = next((page for page in PAGES if pathname == page.PATH), None)
    if page is None:
        return Rendered(
            links, [html.H1("No such page"), message(f"There is no page {pathname}.")], "no such page", None
        )
    title, seconds = page.TITLE, None
    try:
        name = None if pathname in OF_ALL_RUNS else folder.chosen(query)
        title = f"{page.TITLE} · {name}" if name else page.TITLE
        shown = page.view(folder, query)
        if page.LIVE and any(folder.running(one) for one in ([name] if name else folder.runs())):
            seconds = max(LEAST_SECONDS, (time.thread_time() - began) / SHARE)
    except (StoreError, UserError) as error:
        shown = message(str(error))
    return Rendered(links, [html.H1(title), shown], title, seconds)
