"""Where a candidate comes from, or what came of it, drawn; beside it the steps that improved, as a table of links."""

from collections.abc import Mapping, Sequence

from dash import Dash, Input, Output, html, no_update
from dash.development.base_component import Component

from evo.analysis import find_candidate
from evo.analysis.candidates import best_ordinal
from evo.analysis.lineage import LineageCandidate, LineageStep, fittest_line, improving_steps
from evo.analysis.lineage_graph import MOST, Direction, LineageGraph, nearest_relatives
from evo.core.errors import UserError
from evo.core.format import by_level
from evo.dashboard.components import Child, candidate_link, choices, href, section, table
from evo.dashboard.lineage_drawing import legend, lineage_picture
from evo.dashboard.run_folder import RunFolder

PATH = "/lineage"
TITLE = "Lineage"
LIVE = False

GRAPH = "lineage-graph"
DEPTHS = (1, 2, 3, 5, 10)
HEADINGS = ("candidate", "gap on train", "parent", "gap before", "operator", "model", "island")


def view(folder: RunFolder, query: Mapping[str, str]) -> Component:
    """Draw the ancestors of the best, or what the address asks for: `id`, `direction` and `depth`."""
    run = folder.chosen(query)
    name = query.get("id", "best")
    direction, depth = _direction(query.get("direction", Direction.ANCESTORS)), _depth(query.get("depth", ""))
    with folder.opened(run) as store:
        ordinal = find_candidate(store, name)
        own = fittest_line(store, ordinal)
        shown = own if direction is Direction.ANCESTORS else _since(ordinal, fittest_line(store, best_ordinal(store)))
        graph = nearest_relatives(store, ordinal, direction, depth, shown)
    return html.Div(
        [
            html.P(
                [
                    f"{direction.capitalize()} of candidate ",
                    candidate_link(run, ordinal),
                    f". {_caption(graph, depth, bool(shown))}",
                ]
            ),
            *_controls(run, name, direction, depth),
            legend(sorted({node.island for node in graph.nodes})),
            lineage_picture(GRAPH, run, graph, shown, ordinal),
            section(f"Steps that improved, from a seed to #{ordinal}", _steps(run, own)),
        ]
    )


def register(app: Dash) -> None:
    """Let a click on a node lead to its candidate."""

    @app.callback(
        Output("address", "href", allow_duplicate=True), Input(GRAPH, "tapNodeData"), prevent_initial_call=True
    )
    def follow(tapped: Mapping[str, str] | None) -> object:
        return tapped["href"] if tapped else no_update


def _direction(word: str) -> Direction:
    if word not in tuple(Direction):
        raise UserError(f"Expected direction {' or '.join(Direction)}, got {word!r}.")
    return Direction(word)


def _depth(word: str) -> int | None:
    if not word:
        return None
    if not (word.isascii() and word.isdecimal() and 1 <= int(word[:9]) <= 1_000):
        raise UserError(f"Expected a depth of 1 to 1000 generations, got {word!r}.")
    return int(word[:9])


def _since(ordinal: int, line: Sequence[LineageCandidate]) -> Sequence[LineageCandidate]:
    """Return the part of the line to the best that comes from a candidate, nothing where it does not."""
    passed = [node.ordinal for node in line]
    return line[: passed.index(ordinal) + 1] if ordinal in passed else ()


def _caption(graph: LineageGraph, depth: int | None, with_line: bool) -> str:
    """Say what is drawn and what is left out."""
    left_out = graph.relatives + 1 - len(graph.nodes)
    if left_out == 0:
        return f"All {graph.relatives:,} are drawn."
    nearest = "the line of fittest parents, then the nearest generations" if with_line else "the nearest generations"
    which = nearest if depth is None else f"those within {depth} generation{'s' if depth > 1 else ''}"
    full = f" (at most {MOST} nodes)" if len(graph.nodes) >= MOST else ""
    return f"{len(graph.nodes) - 1:,} of {graph.relatives:,} are drawn, {left_out:,} left out: {which}{full}."


def _controls(run: str, name: str, direction: Direction, depth: int | None) -> list[Component]:
    """Return links to the same in the other direction, and to fewer generations."""
    ways = {str(way): href(PATH, run=run, id=name, direction=way, depth=depth) for way in Direction}
    deep = {"as many as fit": href(PATH, run=run, id=name, direction=direction)}
    deep |= {str(most): href(PATH, run=run, id=name, direction=direction, depth=most) for most in DEPTHS}
    return [choices("Show", ways, str(direction)), choices("Generations", deep, str(depth or "as many as fit"))]


def _steps(run: str, line: Sequence[LineageCandidate]) -> Component:
    rows: list[tuple[Child, ...]] = [
        (
            candidate_link(run, step.candidate.ordinal),
            by_level(step.candidate.gaps),
            "" if step.parent is None else candidate_link(run, step.parent.ordinal),
            "" if step.parent is None else by_level(step.parent.gaps),
            step.candidate.operator,
            step.candidate.model,
            step.candidate.island,
        )
        for step in _with_itself(line)
    ]
    caption = "Steps that beat all of their parents, along the fittest parents; last the candidate itself"
    return table(caption, HEADINGS, rows, "lrlrllr")


def _with_itself(line: Sequence[LineageCandidate]) -> tuple[LineageStep, ...]:
    """Return the improving steps, and the candidate beside its fittest parent where it is none of them."""
    own, parent, *_ = *line, None
    steps = improving_steps(line)
    return steps if steps and steps[-1].candidate == own else (*steps, LineageStep(own, parent))
