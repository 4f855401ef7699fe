"""Moves of virtual machines, drawn: the cores of each node before and after them, whole blocks and fragments apart."""

import numpy as np

from problems.contract import Array
from problems.drawing import BLUE, FAINT, GREEN, GREY, INK, ORANGE, PURPLE, SOFT, Canvas, groups, plural
from problems.vmr.cluster import BLOCK, Cluster, Integers, fragments

MOST_COLUMNS = 160
"""Nodes next to each other are drawn together where there are more."""
LEFT, WIDTH, RIGHT, TOP, TALL, BETWEEN = 64, 880, 16, 98, 140, 44


def draw_moves(given: Cluster, moves: Array, name: str) -> str:
    """Return the nodes before and after the moves, of shape (limit, 2); rows of -1 are none."""
    made = moves[moves[:, 0] >= 0]
    place = given.start.copy()
    for vm, node in made.tolist():
        place[vm] = node
    arrived = np.bincount(place, weights=given.size * (place != given.start), minlength=given.capacity.size)
    before, after = given.free(), given.capacity - np.bincount(place, weights=given.size, minlength=given.capacity.size)
    rates = [given.rate(fragments(free.astype(np.int64))) for free in (before, after)]
    parts = groups(given.capacity.size, MOST_COLUMNS)
    size = parts[0].stop if parts else 1
    together = f"; each column is {plural(size, 'node')} together" if size > 1 else ""
    canvas = Canvas(
        LEFT + WIDTH + RIGHT,
        TOP + 2 * TALL + BETWEEN + 40,
        f"{name}: {plural(len(made), 'move')}, fragment rate {rates[0]:.2%} to {rates[1]:.2%}",
        f"{plural(given.size.size, 'VM')} on {plural(given.capacity.size, 'node')}; at most {given.limit:,} moves "
        f"are allowed{together}",
    )
    entries = ((BLUE, "in use"), (PURPLE, "arrived"), (GREEN, "free in whole blocks"), (ORANGE, "fragment"))
    canvas.legend(68, entries)
    nothing = np.zeros_like(arrived)
    _draw_nodes(canvas, TOP, "before", parts, given, before, nothing)
    _draw_nodes(canvas, TOP + TALL + BETWEEN, "after", parts, given, after.astype(np.int64), arrived)
    bottom = TOP + 2 * TALL + BETWEEN
    canvas.text(LEFT + WIDTH / 2, bottom + 20, "NUMA nodes, by their numbers", anchor="middle", colour=SOFT)
    return canvas.svg()


def _draw_nodes(
    canvas: Canvas, top: float, words: str, parts: list[slice], given: Cluster, free: Integers, arrived: Array
) -> None:
    wide = WIDTH / max(1, len(parts))
    gap = min(2.0, 0.15 * wide)
    canvas.text(LEFT, top - 6, words, colour=INK, bold=True)
    for column, part in enumerate(parts):
        total = float(max(1, given.capacity[part].sum()))
        lost = float((free[part] % BLOCK).sum())
        came = float(arrived[part].sum())
        stayed = total - float(free[part].sum()) - came
        bottom = top + TALL
        x = LEFT + wide * column
        canvas.rectangle(
            x, top, wide - gap, TALL, FAINT, stroke=GREY, tip=f"node {part.start}: {lost:g} cores in fragments"
        )
        amounts = ((BLUE, stayed), (PURPLE, came), (ORANGE, lost), (GREEN, float(free[part].sum()) - lost))
        for colour, cores in amounts:
            if cores > 0:
                bottom -= TALL * cores / total
                canvas.rectangle(x, bottom, wide - gap, TALL * cores / total, colour)
    canvas.text(LEFT - 8, top + 4, "100 %", anchor="end", colour=SOFT)
    canvas.text(LEFT - 8, top + TALL, "0", anchor="end", colour=SOFT)
