"""What the archive of an island holds: a heatmap, and the same as a table of links."""

from collections.abc import Mapping, Sequence

from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from evo.analysis.archives import IslandArchive, ShownAxis, ShownElite, archives
from evo.core.format import by_level
from evo.dashboard.components import Child, candidate_link, choices, graph, href, section, table
from evo.dashboard.plots import heatmap
from evo.dashboard.run_folder import RunFolder
from evo.store import StoreError

PATH = "/archive"
TITLE = "Archive"
LIVE = True
MOST_ROWS = 500

Best = Mapping[tuple[int, int], ShownElite]


def view(folder: RunFolder, query: Mapping[str, str]) -> Component:
    """Show the archive of the run and island that the address names, the first one where it names none.

    Raises:
        StoreError: there is no such island.
    """
    name = folder.chosen(query)
    with folder.opened(name) as store:
        islands = archives(store)
    if not islands:
        return html.P("No archive yet: no candidate has a score, or the run recorded no islands.")
    archive = _wanted(islands, query.get("island", str(islands[0].island)))
    offered = {f"{one.name} ({len(one.elites)})": href(PATH, run=name, island=one.island) for one in islands}
    best = best_of_cells(archive)
    where = {f"{x},{y}": href("/candidate", run=name, id=elite.ordinal) for (x, y), elite in best.items()}
    return html.Div(
        [
            choices("island", offered, f"{archive.name} ({len(archive.elites)})"),
            graph("cells", heatmap(archive, best), _caption(archive)),
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


def _wanted(islands: Sequence[IslandArchive], number: str) -> IslandArchive:
    for one in islands:
        if str(one.island) == number:
            return one
    raise StoreError(f"No island {number!r}: expected {islands[0].island} to {islands[-1].island}.")


def _caption(archive: IslandArchive) -> str:
    text = "Mean gap on train of each cell's elite, by the bins of its measures; a click leads to the candidate."
    return (
        f"{text} The best one over {' and '.join(a.measure for a in archive.axes[2:])}." if archive.axes[2:] else text
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
        ("elite", "gap", *(axis.measure for axis in archive.axes)),
        rows,
        "lr" + "r" * len(archive.axes),
        "elites",
    )


def _range(axis: ShownAxis, place: int) -> str:
    return f"{axis.edges[place]:.3g} – {axis.edges[place + 1]:.3g}"
