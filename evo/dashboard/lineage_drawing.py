"""A lineage as cytoscape draws it: a column for each generation, the line to the best straight through the middle.

What a generation has more of than can be read stands below it as one cluster. dagre takes seconds in the browser for
300 candidates with three parents each, and draws the line as a zigzag.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from statistics import fmean

import dash_cytoscape as cyto
from dash import html
from dash.development.base_component import Component

from evo.analysis.lineage import LineageCandidate
from evo.analysis.lineage_graph import LineageDirection, LineageGraph
from evo.core.format import by_level, percent
from evo.dashboard.components import href
from evo.dashboard.plots import gap_colour

SWEEPS = 6
"""Times that each column is ordered anew by where its neighbours stand."""
Edges = Sequence[tuple[int, int]]
Place = tuple[int, int]
"""Column and row; row 0 is the middle, kept free for the line."""
SHAPES = ("round-rectangle", "ellipse", "hexagon", "cut-rectangle", "octagon", "barrel", "rhomboid", "diamond")
"""Of the islands; colours are of gaps."""
LINE = "#d55e00"
EDGE = "#808080"
STYLES = (
    {
        "selector": "node",
        "style": {
            "label": "data(label)",
            "background-color": "data(colour)",
            "color": "data(letters)",
            "shape": "data(shape)",
            "width": "data(width)",
            "height": 40,
            "font-size": 14,
            "text-wrap": "wrap",
            "text-valign": "center",
            "text-halign": "center",
            "border-width": 1,
            "border-color": EDGE,
        },
    },
    {"selector": "node.cluster", "style": {"border-width": 2, "border-style": "dashed"}},
    {
        "selector": "edge",
        "style": {
            "width": 1,
            "line-color": EDGE,
            "target-arrow-color": EDGE,
            "target-arrow-shape": "triangle",
            "arrow-scale": 0.8,
            "curve-style": "bezier",
            "opacity": 0.6,
        },
    },
    {"selector": "edge.cluster", "style": {"line-style": "dashed", "opacity": 0.45}},
    {"selector": "node.line", "style": {"border-width": 4, "border-color": LINE}},
    {
        "selector": "edge.line",
        "style": {"width": 5, "line-color": LINE, "target-arrow-color": LINE, "opacity": 1, "z-index": 9},
    },
    {
        "selector": "node.chosen",
        "style": {"border-width": 6, "border-style": "double", "height": 52, "font-weight": 700},
    },
)
BETWEEN, DOWN = 54, 54
"""Points of the screen between two columns, and from one row to the next."""
MOST_HEIGHT, LEAST_HEIGHT = 640, 220
COLUMN_WIDTH = 105
"""Points that a column has at least: on a narrow screen the picture scrolls in its own box."""


def places(generations: Mapping[int, int], edges: Edges, line: Collection[int], backward: bool) -> dict[int, Place]:
    """Return where each node stands; with `backward` columns count from the last one to the left, else from the first.

    `generations` are the fewest to the candidate that was asked for; a node stands so far from it at least. Edges go
    from parents to children, whose ordinals are greater.
    """
    columns = _columns(generations, edges, backward)
    by_column: defaultdict[int, list[int]] = defaultdict(list)
    for ordinal in sorted(generations):
        by_column[columns[ordinal]].append(ordinal)
    neighbours: defaultdict[int, list[int]] = defaultdict(list)
    for parent, child in edges:
        neighbours[parent].append(child)
        neighbours[child].append(parent)
    rows: dict[int, int] = {}
    for sweep in range(SWEEPS):
        for column in sorted(by_column, reverse=(sweep % 2 == 0) == backward):
            rows.update(_rows(by_column[column], neighbours, rows, line))
    return {ordinal: (columns[ordinal], rows[ordinal]) for ordinal in generations}


def _columns(generations: Mapping[int, int], edges: Edges, backward: bool) -> dict[int, int]:
    """Return the most generations to the last (0, before it negative) or from the first."""
    columns = {ordinal: -generation if backward else generation for ordinal, generation in generations.items()}
    if backward:
        for parent, child in sorted(edges, key=lambda edge: -edge[1]):
            columns[parent] = min(columns[parent], columns[child] - 1)
    else:
        for parent, child in sorted(edges):
            columns[child] = max(columns[child], columns[parent] + 1)
    return columns


def _rows(
    column: Sequence[int], neighbours: Mapping[int, Sequence[int]], placed: Mapping[int, int], line: Collection[int]
) -> dict[int, int]:
    """Return rows around the middle, ordered by the mean row of the neighbours that have one."""

    def wanted(ordinal: int) -> tuple[float, int]:
        rows = [placed[other] for other in neighbours[ordinal] if other in placed]
        return (fmean(rows) if rows else 0.0, ordinal)

    beside = sorted((ordinal for ordinal in column if ordinal not in line), key=wanted)
    above = len(beside) // 2
    places = {ordinal: place - above for place, ordinal in enumerate(beside[:above])}
    places |= {ordinal: place + 1 for place, ordinal in enumerate(beside[above:])}
    return places | {ordinal: 0 for ordinal in column if ordinal in line}


def lineage_picture(
    identity: str,
    run: str,
    graph: LineageGraph,
    line: Sequence[LineageCandidate],
    chosen: int,
    direction: LineageDirection,
    ends: tuple[float, float],
) -> Component:
    """Return the graph, the oldest on the left; each node has the address of its candidate's page as `href`.

    `ends` are the gaps of the first and the last colour.
    """
    backward = direction is LineageDirection.ANCESTORS
    on_line = {node.ordinal for node in line}
    stand = places(graph.generations, graph.edges, on_line, backward)
    across = BETWEEN + max(_width(node) for node in graph.nodes)
    lowest = max(row for _, row in stand.values())
    steps = {(parent.ordinal, child.ordinal) for child, parent in pairwise(line)}
    nodes = [
        {
            "data": _node(run, node, ends),
            "position": {"x": across * stand[node.ordinal][0], "y": DOWN * stand[node.ordinal][1]},
            "classes": _classes(line=node.ordinal in on_line, chosen=node.ordinal == chosen),
        }
        for node in graph.nodes
    ]
    edges = [
        {"data": {"source": str(parent), "target": str(child)}, "classes": _classes(line=(parent, child) in steps)}
        for parent, child in graph.edges
    ]
    taken: Counter[int] = Counter()
    for cluster in graph.clusters:
        name = f"cluster {cluster.generation}"
        near_columns = [stand[ordinal][0] for ordinal in cluster.relatives]
        column = -cluster.generation if backward else cluster.generation
        column = (
            min([column, *(at - 1 for at in near_columns)])
            if backward
            else max([column, *(at + 1 for at in near_columns)])
        )
        taken[column] += 1
        fittest = "" if cluster.gap is None else f"\n{percent(cluster.gap, 2)} or more"
        colour = gap_colour(cluster.gap, *ends)
        label = {"label": f"{cluster.count:,} others{fittest}", "colour": colour, "letters": letters_on(colour)}
        at = {"x": across * column, "y": DOWN * (lowest + 1.2 * taken[column])}
        data = {"id": name, "shape": "round-rectangle", "width": 116, **label}
        nodes.append({"data": data, "position": at, "classes": "cluster"})
        for near in cluster.relatives:
            pair = (name, str(near)) if backward else (str(near), name)
            edges.append({"data": {"source": pair[0], "target": pair[1]}, "classes": "cluster"})
    across_columns, rows = {column for column, _ in stand.values()} | set(taken), [row for _, row in stand.values()]
    columns = 1 + max(across_columns) - min(across_columns)
    picture: Component = cyto.Cytoscape(
        id=identity,
        elements=[*nodes, *edges],
        layout={"name": "preset", "fit": True, "padding": 12},
        stylesheet=list(STYLES),
        style={
            "width": "100%",
            "minWidth": f"{COLUMN_WIDTH * columns}px",
            "height": _height(columns, max(rows) - min(rows) + 1 + 1.2 * max(taken.values(), default=0), across),
        },
        minZoom=0.2,
        maxZoom=2.0,
        autoungrabify=True,
        boxSelectionEnabled=False,
        userZoomingEnabled=False,  # the wheel scrolls the page
    )
    return html.Div(picture, className="wide")


def legend(islands: Mapping[int, str], ends: tuple[float, float]) -> Component:
    """Return which colour stands for which gap, and which shape an island has."""
    low, high = ends
    shares = [low + (high - low) * step / 4 for step in range(5)]
    swatches = [
        html.Span(
            percent(gap, 2),
            style={"background": gap_colour(gap, low, high), "color": letters_on(gap_colour(gap, low, high))},
        )
        for gap in shares
    ]
    shapes = "; ".join(f"{name}: {SHAPES[island % len(SHAPES)].replace('-', ' ')}" for island, name in islands.items())
    parts: list[Component | str] = ["Colour, gap on train: ", *swatches, " and more. "]
    return html.P([*parts, f"Shape, island: {shapes}."] if len(islands) > 1 else parts, className="legend")


def letters_on(colour: str) -> str:
    """Return black or white, whichever is easier to read on a colour `#rrggbb` (WCAG 2.2, relative luminance)."""
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#000000" if (luminance + 0.05) ** 2 > 1.05 * 0.05 else "#ffffff"


def _height(columns: int, rows: float, across: int) -> str:
    """Return a height that the rows fill where the columns fill the width of a page."""
    shrunk = min(1.0, 1_240 / (across * columns))
    return f"{min(MOST_HEIGHT, max(LEAST_HEIGHT, round(shrunk * DOWN * (rows + 1))))}px"


def _node(run: str, node: LineageCandidate, ends: tuple[float, float]) -> dict[str, str | int]:
    colour = gap_colour(node.gaps[0] if node.gaps else None, *ends)
    return {
        "id": str(node.ordinal),
        "label": f"#{node.ordinal}\n{_gap(node)}",
        "colour": colour,
        "letters": letters_on(colour),
        "shape": SHAPES[node.island % len(SHAPES)],
        "width": _width(node),
        "href": href("/candidate", run=run, id=node.ordinal),
    }


def _gap(node: LineageCandidate) -> str:
    return by_level(node.gaps, 2) or "no score"


def _width(node: LineageCandidate) -> int:
    return max(76, 9 * len(_gap(node)))


def _classes(**held: bool) -> str:
    return " ".join(name for name, holds in held.items() if holds)
