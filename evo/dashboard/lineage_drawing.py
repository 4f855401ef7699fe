"""A lineage as cytoscape draws it: a column for each generation, the line to the best straight through the middle.

dagre takes seconds in the browser for 300 candidates with three parents each, and draws the line as a zigzag.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from statistics import fmean

import dash_cytoscape as cyto
from dash import html
from dash.development.base_component import Component

from evo.analysis.lineage import LineageCandidate
from evo.analysis.lineage_graph import LineageGraph
from evo.core.format import by_level
from evo.dashboard.components import PALETTE, href

SWEEPS = 6
"""Times that each column is ordered anew by where its neighbours stand."""
Edges = Sequence[tuple[int, int]]
Place = tuple[int, int]
"""Column and row; row 0 is the middle, kept free for the line."""
SHAPES = ("round-rectangle", "ellipse", "hexagon", "cut-rectangle", "octagon", "barrel", "rhomboid", "diamond")
"""An island has its shape as well as its colour."""
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
            "height": 38,
            "font-size": 13,
            "text-wrap": "wrap",
            "text-valign": "center",
            "text-halign": "center",
            "border-width": 1,
            "border-color": EDGE,
        },
    },
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
    {"selector": "node.line", "style": {"border-width": 4, "border-color": LINE}},
    {
        "selector": "edge.line",
        "style": {"width": 5, "line-color": LINE, "target-arrow-color": LINE, "opacity": 1, "z-index": 9},
    },
    {
        "selector": "node.chosen",
        "style": {"border-width": 6, "border-style": "double", "height": 50, "font-weight": 700},
    },
)
BETWEEN, DOWN = 54, 50
"""Points of the screen between two columns, and from one row to the next."""
MOST_HEIGHT, LEAST_HEIGHT = 800, 220


def places(ordinals: Sequence[int], edges: Edges, line: Collection[int], end: bool) -> dict[int, Place]:
    """Return where each node stands; with `end` columns count from the last generation, else from the first.

    Edges go from parents to children, whose ordinals are greater.
    """
    columns = _columns(ordinals, edges, end)
    by_column: defaultdict[int, list[int]] = defaultdict(list)
    for ordinal in sorted(ordinals):
        by_column[columns[ordinal]].append(ordinal)
    neighbours: defaultdict[int, list[int]] = defaultdict(list)
    for parent, child in edges:
        neighbours[parent].append(child)
        neighbours[child].append(parent)
    rows: dict[int, int] = {}
    for sweep in range(SWEEPS):
        for column in sorted(by_column, reverse=(sweep % 2 == 0) == end):
            rows.update(_rows(by_column[column], neighbours, rows, line))
    return {ordinal: (columns[ordinal], rows[ordinal]) for ordinal in ordinals}


def _columns(ordinals: Sequence[int], edges: Edges, end: bool) -> dict[int, int]:
    """Return the most generations to the last (0, before it negative) or from the first."""
    columns = dict.fromkeys(ordinals, 0)
    if end:
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
    identity: str, run: str, graph: LineageGraph, line: Sequence[LineageCandidate], chosen: int
) -> Component:
    """Return the graph, the oldest on the left; each node has the address of its candidate's page as `href`."""
    last = max(node.ordinal for node in graph.nodes) == chosen
    stand = places([node.ordinal for node in graph.nodes], graph.edges, {node.ordinal for node in line}, last)
    across = BETWEEN + max(_width(node) for node in graph.nodes)
    steps = {(parent.ordinal, child.ordinal) for child, parent in pairwise(line)}
    nodes = [
        {
            "data": _node(run, node),
            "position": {"x": across * stand[node.ordinal][0], "y": DOWN * stand[node.ordinal][1]},
            "classes": _classes(line=stand[node.ordinal][1] == 0, chosen=node.ordinal == chosen),
        }
        for node in graph.nodes
    ]
    edges = [
        {"data": {"source": str(parent), "target": str(child)}, "classes": _classes(line=(parent, child) in steps)}
        for parent, child in graph.edges
    ]
    picture: Component = cyto.Cytoscape(
        id=identity,
        elements=[*nodes, *edges],
        layout={"name": "preset", "fit": True, "padding": 12},
        stylesheet=list(STYLES),
        style={"width": "100%", "height": _height(stand.values(), across)},
        minZoom=0.05,
        maxZoom=2.5,
        autoungrabify=True,
        boxSelectionEnabled=False,
    )
    return picture


def legend(islands: Sequence[int]) -> Component:
    """Return which colour and shape an island has."""
    entries: list[Component | str] = []
    for island in islands:
        swatch = {"background": _colour(island), "padding": "0.1rem 0.5rem", "color": letters_on(_colour(island))}
        shape = SHAPES[island % len(SHAPES)].replace("-", " ")
        entries += [html.Span(f"island {island}", style=swatch), f" {shape}   "]
    return html.P(entries, style={"whiteSpace": "pre-wrap", "lineHeight": 2})


def letters_on(colour: str) -> str:
    """Return black or white, whichever is easier to read on a colour `#rrggbb` (WCAG 2.2, relative luminance)."""
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#000000" if (luminance + 0.05) ** 2 > 1.05 * 0.05 else "#ffffff"


def _height(stand: Collection[Place], across: int) -> str:
    """Return a height that the rows fill where the columns fill the width of a page."""
    columns, rows = ([place[axis] for place in stand] for axis in (0, 1))
    shrunk = min(1.0, 1_240 / (across * (max(columns) - min(columns) + 1)))
    return f"{min(MOST_HEIGHT, max(LEAST_HEIGHT, round(shrunk * DOWN * (max(rows) - min(rows) + 2))))}px"


def _node(run: str, node: LineageCandidate) -> dict[str, str | int]:
    colour = _colour(node.island)
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
    return max(64, 9 * len(_gap(node)))


def _colour(island: int) -> str:
    return PALETTE[island % len(PALETTE)]


def _classes(**held: bool) -> str:
    return " ".join(name for name, holds in held.items() if holds)
