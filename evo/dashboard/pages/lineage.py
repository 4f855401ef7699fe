"""Where a candidate comes from: the steps that improved with what they changed, its line among all, its relatives."""

from collections.abc import Iterator, Mapping, Sequence

from dash import Dash, Input, Output, State, html, no_update
from dash.development.base_component import Component

from evo.analysis import find_candidate
from evo.analysis.archives import island_names
from evo.analysis.candidates import best_ordinal, parent_sources
from evo.analysis.lineage import LineageCandidate, LineageStep, fittest_line, improving_steps
from evo.analysis.lineage_graph import DEPTH, LineageDirection, LineageGraph, nearest_relatives
from evo.analysis.overview import source_of
from evo.analysis.progress import trajectory
from evo.analysis.rivals import against_parent, best_baseline
from evo.core.errors import UserError
from evo.core.foreign_text import visible
from evo.core.format import by_level, points
from evo.dashboard.components import (
    Child,
    address_with,
    candidate_link,
    choices,
    graph,
    section,
)
from evo.dashboard.lineage_drawing import legend, lineage_picture
from evo.dashboard.pages.run import leads_to
from evo.dashboard.plots import CUT, line_among_all
from evo.dashboard.rivalry_table import told
from evo.dashboard.run_folder import RunFolder
from evo.dashboard.source_code import coloured, source_difference
from evo.store import RunStore
from problems import Split

PATH = "/lineage"
TITLE = "Lineage"
LIVE = False

GRAPH = "lineage-graph"
LINE = "line"
DEPTHS = (1, 2, 4, 6, 8, 10)
MOST_CARDS = 12
"""Steps that have a card: the first, the last, and between them those that improved most."""


def view(folder: RunFolder, query: Mapping[str, str]) -> Component:
    """Show how the best came to be, or what the address asks for: `id`, `direction` and `depth`."""
    run = folder.chosen(query)
    name = query.get("id", "best")
    asked = {**query, "run": run, "id": name}
    direction, depth = _direction(query.get("direction", LineageDirection.ANCESTORS)), _depth(query.get("depth", ""))
    with folder.opened(run) as store:
        ordinal = find_candidate(store, name)
        own = fittest_line(store, ordinal)
        shown = (
            own
            if direction is LineageDirection.ANCESTORS
            else _since(ordinal, fittest_line(store, best_ordinal(store)))
        )
        relatives = nearest_relatives(store, ordinal, direction, depth, shown)
        names = island_names(store)
        return html.Div(
            [
                html.P(["Of candidate ", candidate_link(run, ordinal), ", and from where: the fittest parents."]),
                _steps(store, run, own, names),
                _line(store, own),
                section(
                    f"{direction.capitalize()} of #{ordinal}",
                    *_controls(asked, direction, depth),
                    html.P(_caption(relatives, bool(shown))),
                    legend(
                        {node.island: names.get(node.island, "") for node in relatives.nodes}, _ends(store, relatives)
                    ),
                    lineage_picture(GRAPH, run, relatives, shown, ordinal, direction, _ends(store, relatives)),
                ),
            ]
        )


def register(app: Dash) -> None:
    """Let a click on a node, or on a dot of the line, lead to its candidate."""
    clicked = Input(LINE, "clickData"), State("address", "search")
    to_address = Output("address", "href", allow_duplicate=True)
    app.callback(to_address, *clicked, prevent_initial_call=True)(leads_to)

    @app.callback(
        Output("address", "href", allow_duplicate=True), Input(GRAPH, "tapNodeData"), prevent_initial_call=True
    )
    def follow(tapped: Mapping[str, str] | None) -> object:
        return tapped["href"] if tapped and "href" in tapped else no_update


def _direction(word: str) -> LineageDirection:
    if word not in tuple(LineageDirection):
        raise UserError(f"Expected direction {' or '.join(LineageDirection)}, got {word!r}.")
    return LineageDirection(word)


def _depth(word: str) -> int:
    if not word:
        return DEPTH
    if not (word.isascii() and word.isdecimal() and 1 <= int(word[:9]) <= max(DEPTHS)):
        raise UserError(f"Expected a depth of 1 to {max(DEPTHS)} generations, got {word!r}.")
    return int(word[:9])


def _since(ordinal: int, line: Sequence[LineageCandidate]) -> Sequence[LineageCandidate]:
    """Return the part of the line to the best that comes from a candidate, nothing where it does not."""
    passed = [node.ordinal for node in line]
    return line[: passed.index(ordinal) + 1] if ordinal in passed else ()


def _caption(graph: LineageGraph, with_line: bool) -> str:
    """Say what is drawn and what is left out."""
    drawn, clustered = len(graph.nodes) - 1, sum(cluster.count for cluster in graph.clusters)
    parts = [f"{drawn:,} of {graph.relatives:,} are drawn one by one, a column for each generation"]
    parts += [f"{clustered:,} stand in clusters below"] if clustered else []
    parts += [f"{graph.beyond:,} are further away"] if graph.beyond else []
    return f"{'; '.join(parts)}.{' The line of fittest parents is thick.' if with_line else ''}"


def _ends(store: RunStore, graph: LineageGraph) -> tuple[float, float]:
    """Return the gaps of the first and the last colour: the smallest, and twice the best baseline's."""
    gaps = [node.gaps[0] for node in graph.nodes if node.gaps]
    low = min(gaps, default=0.0)
    baseline = best_baseline(store, Split.TRAIN)
    high = CUT * max(baseline.gap, low) if baseline else max(gaps, default=1.0)
    return low, high if high > low else max(max(gaps, default=1.0), low + 0.0001)


def _controls(asked: Mapping[str, str], direction: LineageDirection, depth: int) -> list[Component]:
    """Return links to the same in the other direction, and to fewer generations."""
    ways = {str(way): address_with(PATH, asked, direction=way) for way in LineageDirection}
    deep = {str(most): address_with(PATH, asked, depth=most) for most in DEPTHS}
    return [choices("Show", ways, str(direction)), choices("Generations", deep, str(depth))]


def _line(store: RunStore, own: Sequence[LineageCandidate]) -> Component | None:
    """Return the candidate and its fittest parents among all candidates of the run."""
    scored = trajectory(store).scored
    if not scored:
        return None
    by_ordinal = {point.ordinal: point for point in scored}
    line = [by_ordinal[node.ordinal] for node in reversed(own) if node.ordinal in by_ordinal]
    caption = (
        f"A dot for each candidate of the run; the line: #{own[0].ordinal} and its fittest parents, back to a seed."
    )
    figure = line_among_all(line, scored, best_baseline(store, Split.TRAIN))
    return section("Its line among all candidates", graph(LINE, figure, caption))


def _steps(store: RunStore, run: str, line: Sequence[LineageCandidate], islands: Mapping[int, str]) -> Component:
    steps = _with_itself(line)
    kept = largest_steps(steps)
    cards: list[Component] = []
    skipped = 0
    for step in steps:
        if step not in kept:
            skipped += 1
            continue
        if skipped:
            cards.append(html.Li(_left_out(skipped), className="soft"))
            skipped = 0
        cards.append(html.Li([*_card(store, run, step, islands)], className="card"))
    return section(
        f"Steps that improved, from a seed to #{line[0].ordinal}",
        html.P("Each beat all of its parents on train; the last is the candidate itself.", className="soft"),
        html.Ol(cards, className="steps"),
    )


def _left_out(count: int) -> str:
    return "… 1 smaller step" if count == 1 else f"… {count:,} smaller steps"


def largest_steps(steps: Sequence[LineageStep]) -> tuple[LineageStep, ...]:
    """Return the first step, the last one, and those between that improved most."""
    if len(steps) <= MOST_CARDS:
        return tuple(steps)
    between = sorted(steps[1:-1], key=_improvement, reverse=True)
    return (steps[0], *between[: MOST_CARDS - 2], steps[-1])


def _improvement(step: LineageStep) -> tuple[float, ...]:
    if step.parent is None or not (step.candidate.gaps and step.parent.gaps):
        return ()
    return tuple(before - gap for gap, before in zip(step.candidate.gaps, step.parent.gaps, strict=True))


def _card(store: RunStore, run: str, step: LineageStep, islands: Mapping[int, str]) -> Iterator[Component]:
    own, parent = step.candidate, step.parent
    source = source_of(store, own.ordinal)
    made = f"by {own.operator}" + ("" if own.model == "embedded" else f", {own.model}")
    where = f", island {islands[own.island]}" if len(islands) > 1 and own.island in islands else ""
    if parent is None:
        yield html.P([html.Strong(["Seed ", candidate_link(run, own.ordinal)]), f": {by_level(own.gaps)}"])
        yield html.P(visible(f"{own.model.removeprefix('seed ')}{where}"), className="soft")
        yield html.Pre(html.Code(coloured(source)), tabIndex=0)
        return
    head: list[Child] = [
        html.Strong(candidate_link(run, own.ordinal)),
        " from ",
        candidate_link(run, parent.ordinal),
        ": ",
    ]
    head += [f"{by_level(parent.gaps) or 'no score'} → ", html.Strong(by_level(own.gaps) or "no score")]
    if own.gaps and parent.gaps:
        head.append(f" ({points(own.gaps[0] - parent.gaps[0])} points, ")
        head += [_certainty(store, own.ordinal, parent.ordinal), ")"]
    yield html.P(head)
    yield html.P(visible(f"{made}{where}"), className="soft")
    before = parent_sources(store, own.ordinal).get(parent.ordinal, "")
    yield source_difference(before, source, f"from #{parent.ordinal} to #{own.ordinal}")


def _certainty(store: RunStore, ordinal: int, parent: int) -> Component | str:
    one = against_parent(store, ordinal, parent, Split.TRAIN)
    return told(one.pair.difference, one.pair.wins + one.pair.losses > 0) if one else "not compared"


def _with_itself(line: Sequence[LineageCandidate]) -> tuple[LineageStep, ...]:
    """Return the improving steps, and the candidate beside its fittest parent where it is none of them."""
    own, parent, *_ = *line, None
    steps = improving_steps(line)
    return steps if steps and steps[-1].candidate == own else (*steps, LineageStep(own, parent))
