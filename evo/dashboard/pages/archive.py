"""What the archive of an island holds: a heatmap, and the same as a table of links."""

import math
from collections.abc import Mapping, Sequence

from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from evo.analysis.archives import IslandArchive, ShownAxis, ShownElite, archives, find_island, island_names
from evo.analysis.rivals import best_baseline
from evo.core.format import by_level
from evo.dashboard.components import Child, address_with, candidate_link, choices, graph, href, section, table
from evo.dashboard.plots import CUT, heatmap, words_of
from evo.dashboard.run_folder import RunFolder
from problems import Split

PATH = "/archive"
TITLE = "Archive"
LIVE = True
MOST_ROWS = 500

Best = Mapping[tuple[int, int], ShownElite]


def view(folder: RunFolder, query: Mapping[str, str]) -> Component:
    """Show the archive of the run and island that the address names, the first one where it names none.

    Raises:
        UserError: there is no such island.
    """
    name = folder.chosen(query)
    with folder.opened(name) as store:
        islands, names = archives(store), island_names(store)
        baseline = best_baseline(store, Split.TRAIN)
    if not islands:
        return html.P("No archive yet: no candidate has a score, or the run recorded no islands.")
    wanted = find_island(names, query["island"]) if query.get("island") else islands[0].island
    archive = next(one for one in islands if one.island == wanted)
    asked = {**query, "run": name}
    texts = {one.island: f"{names[one.island]} ({len(one.elites)})" for one in islands}
    offered = {text: address_with(PATH, asked, island=names[island]) for island, text in texts.items()}
    best = best_of_cells(archive)
    where = {f"{x},{y}": href("/candidate", run=name, id=elite.ordinal) for (x, y), elite in best.items()}
    fittest = min((elite.gap for elite in best.values()), default=0.0)
    cut = CUT * max(baseline.gap, fittest) if baseline else 0.0
    return html.Div(
        [
            choices("Island", offered, texts[wanted]),
            graph("cells", heatmap(archive, best, cut if cut > 0 else math.inf), _caption(archive)),
            dcc.Store(id="where", data=where),
            section("Elites", _elites(archive, name)),
        ]
    )


def register(app: Dash) -> None:
    """Let a click on a cell lead to its candidate."""
    clicked = Input("cells", "clickData")
    app.callback(Output("address", "href"), clicked, State("where", "data"), prevent_initial_call=True)(leads_to)


def leads_to(click: Mapping[str, Sequence[Mapping[str, object]]] | None, where: Mapping[str, str]) -> object:
    """Return the address of the candidate in the cell that was clicked on."""
    if not click:
        return no_update
    point = click["points"][0]
    return where.get(f"{point['x']},{point['y']}", no_update)


def best_of_cells(archive: IslandArchive) -> Best:
    """Return the best elite by its bins on the first two axes; the others are looked through."""
    best: dict[tuple[int, int], ShownElite] = {}
    for elite in archive.elites:
        at = (elite.cell[0], elite.cell[1] if len(elite.cell) > 1 else 0)
        if at not in best or elite.gaps < best[at].gaps:
            best[at] = elite
    return best


def _caption(archive: IslandArchive) -> str:
    text = "Mean gap on train of each cell's elite, by the bins of its measures; a click leads to the candidate."
    return (
        f"{text} The best one over {' and '.join(words_of(a.measure) for a in archive.axes[2:])}."
        if archive.axes[2:]
        else text
    )


def _elites(archive: IslandArchive, run: str) -> Component:
    fittest = sorted(archive.elites, key=lambda elite: (elite.gaps, elite.ordinal))
    rows: list[list[Child]] = []
    for elite in fittest[:MOST_ROWS]:
        ranges = [_range(axis, place) for axis, place in zip(archive.axes, elite.cell, strict=True)]
        rows.append([candidate_link(run, elite.ordinal), by_level(elite.gaps), *ranges])
    caption = (
        f"The {len(rows):,} fittest of {len(fittest):,}"
        if len(rows) < len(fittest)
        else "All elites, the fittest first"
    )
    return table(
        caption,
        ("elite", "gap", *(words_of(axis.measure) for axis in archive.axes)),
        rows,
        "lr" + "r" * len(archive.axes),
        "elites",
    )


def _range(axis: ShownAxis, place: int) -> str:
    return f"{axis.edges[place]:.3g} – {axis.edges[place + 1]:.3g}"
