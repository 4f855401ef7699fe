"""All runs, and the gap curves of those that are picked, together."""

from collections.abc import Mapping, Sequence

from dash import html
from dash.development.base_component import Component

from evo.analysis.overview import Glance, glance
from evo.analysis.progress import progress
from evo.core.format import by_level
from evo.dashboard.components import Child, choices, graph, href, link, message, section, shown_time, table
from evo.dashboard.plots import SPANS, curve
from evo.dashboard.run_folder import RunFolder
from evo.store import StoreError
from problems import Split

PATH = "/"
TITLE = "Runs"
LIVE = True
MOST_PICKED = 8
HEADINGS = (
    *("run", "compare", "status", "problem", "seed"),
    *(f"gap, {split}" for split in Split),
    *("placed", "dollars", "started, UTC"),
)
SIDES = "nnnnrrrrrrn"


def view(folder: RunFolder, query: Mapping[str, str]) -> Component:
    """List the runs; `compare` names those whose curves are drawn, `over` is what they are drawn over."""
    names = folder.runs()
    picked = [name for name in query.get("compare", "").split("\n") if name in names][:MOST_PICKED]
    over = query["over"] if query.get("over") in SPANS else "candidates"
    rows = [_row(folder, name, picked, over) for name in names]
    caption = "The best candidate's mean gap; while a run goes on, that of the fittest on train"
    listed = table(caption, HEADINGS, rows, SIDES, "runs")
    if not names:
        return message(f"No run in {folder.folder}; `evo run` makes one.")
    return html.Div([_comparison(folder, picked, over), listed] if picked else [listed])


def _comparison(folder: RunFolder, picked: Sequence[str], over: str) -> Component:
    lines = {}
    for name in picked:
        with folder.opened(name) as store:
            lines[name] = progress(store)
    offered = {unit: href(PATH, compare=picked, over=unit) for unit in SPANS}
    caption = f"The best mean gap on train so far, over {SPANS[over]}."
    if over == "dollars":
        caption += " Runs whose prices are not known have no curve here."
    more = html.P("Pick a second run below to compare it with.") if len(picked) < 2 else None
    return section("Comparison", choices("over", offered, over), graph("curves", curve(lines, over), caption), more)


def _row(folder: RunFolder, name: str, picked: Sequence[str], over: str) -> list[Child]:
    run = link(name, href("/run", run=name))
    try:
        with folder.opened(name) as store:
            overview = glance(store, name, folder.running(name))
    except StoreError as error:
        return [run, None, str(error), *([None] * (len(HEADINGS) - 3))]
    return [run, _toggle(name, picked, over), *_figures(overview)]


def _figures(overview: Glance) -> list[Child]:
    gaps = [by_level(overview.gaps[split]) if split in overview.gaps else None for split in Split]
    dollars = "unknown" if overview.spent.dollars is None else f"{overview.spent.dollars:.4f}"
    header = overview.header
    return [
        overview.status,
        header.problem,
        str(header.seed),
        *gaps,
        f"{overview.placed:,}",
        dollars,
        shown_time(header.started),
    ]


def _toggle(name: str, picked: Sequence[str], over: str) -> Component | None:
    if name in picked:
        left = [other for other in picked if other != name]
        return link("leave out", href(PATH, compare=left, over=over), f"leave {name} out of the comparison")
    if len(picked) == MOST_PICKED:
        return None
    return link("compare", href(PATH, compare=[*picked, name], over=over), f"compare {name}")
