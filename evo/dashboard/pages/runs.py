"""All runs, and the gap curves of those that are picked, together."""

from collections.abc import Mapping, Sequence

from dash import html
from dash.development.base_component import Component

from evo.analysis.overview import Glance, glance
from evo.analysis.progress import progress
from evo.core.format import by_level
from evo.dashboard.components import Child, choices, graph, href, link, message, section, table
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


def view(source: RunFolder, query: Mapping[str, str]) -> Component:
    """List the runs; `compare` names those whose curves are drawn, `over` is what they are drawn over."""
    names = source.runs()
    picked = [name for name in query.get("compare", "").split("\n") if name in names][:MOST_PICKED]
    over = query["over"] if query.get("over") in SPANS else "candidates"
    rows = [_row(source, name, picked, over) for name in names]
    told = "The best candidate's mean gap; while a run goes on, that of the fittest on train"
    listed = table(told, HEADINGS, rows, SIDES, "runs")
    if not names:
        return message(f"No run in {source.folder}; `evo run` makes one.")
    return html.Div([_comparison(source, picked, over), listed] if picked else [listed])


def _comparison(source: RunFolder, picked: Sequence[str], over: str) -> Component:
    lines = {}
    for name in picked:
        with source.opened(name) as store:
            lines[name] = progress(store)
    offered = {unit: href(PATH, compare=picked, over=unit) for unit in SPANS}
    told = f"The best mean gap on train so far, over {SPANS[over]}."
    if over == "dollars":
        told += " Runs whose prices are not known have no curve here."
    more = html.P("Pick a second run below to compare it with.") if len(picked) < 2 else None
    return section("Comparison", choices("over", offered, over), graph("curves", curve(lines, over), told), more)


def _row(source: RunFolder, name: str, picked: Sequence[str], over: str) -> list[Child]:
    run = link(name, href("/run", run=name))
    try:
        with source.opened(name) as store:
            seen = glance(store, name, source.running(name))
    except StoreError as error:
        return [run, None, str(error), *([None] * (len(HEADINGS) - 3))]
    return [run, _toggle(name, picked, over), *_figures(seen)]


def _figures(seen: Glance) -> list[Child]:
    gaps = [by_level(seen.gaps[split]) if split in seen.gaps else None for split in Split]
    dollars = "unknown" if seen.spent.dollars is None else f"{seen.spent.dollars:.4f}"
    known = seen.header
    return [seen.status, known.problem, str(known.seed), *gaps, f"{seen.placed:,}", dollars, shown_time(known.started)]


def shown_time(stamp: str) -> str:
    """Return a time of the record as people read it, in UTC."""
    return stamp[:16].replace("T", " ")


def _toggle(name: str, picked: Sequence[str], over: str) -> Component | None:
    if name in picked:
        left = [other for other in picked if other != name]
        return link("leave out", href(PATH, compare=left, over=over), f"leave {name} out of the comparison")
    if len(picked) == MOST_PICKED:
        return None
    return link("compare", href(PATH, compare=[*picked, name], over=over), f"compare {name}")
