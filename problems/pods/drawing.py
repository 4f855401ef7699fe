"""A placement of pods, drawn: for each node the shares of CPU and memory that its pods ask for, by class."""

import numpy as np

from problems.contract import Array
from problems.drawing import BLUE, FAINT, INK, ORANGE, PAPER, SKY, SOFT, Canvas, fits, groups, plural

CLASSES = ("high", "middle", "low")
COLOURS = (BLUE, SKY, ORANGE)
MOST_PODS, MOST_NODES = 1_000, 64
"""Where there are more, pods of a class are drawn together, and so are nodes."""
LEFT, WIDTH, RIGHT, TOP, TALL = 64, 880, 16, 84, 260


def draw_placement(arrays: tuple[Array, ...], nodes: Array, name: str) -> str:
    """Return two bars for each node, CPU and memory; `arrays` are the instance's, `nodes` the node of each pod."""
    cpu, mem, level, _, cap_cpu, cap_mem = arrays
    placed = nodes >= 0
    counts = ", ".join(
        f"{int((placed & (level == one)).sum())} of {int((level == one).sum())} {word}"
        for one, word in enumerate(CLASSES)
    )
    detailed = cpu.size <= MOST_PODS and cap_cpu.size <= MOST_NODES
    parts = groups(cap_cpu.size, MOST_NODES)
    size = parts[0].stop if parts else 1
    together = f"; each pair of bars is {plural(size, 'node')} together" if size > 1 else ""
    canvas = Canvas(
        LEFT + WIDTH + RIGHT,
        TOP + TALL + 56,
        f"{name}: {int(placed.sum()):,} of {plural(cpu.size, 'pod')} on {plural(cap_cpu.size, 'node')}",
        f"placed by class: {counts}{together}",
    )
    canvas.legend(68, (*zip(COLOURS, (f"class {word}" for word in CLASSES), strict=True), (FAINT, "free")))
    wide = WIDTH / max(1, len(parts))
    bar = 0.42 * wide
    for column, part in enumerate(parts):
        x = LEFT + wide * column
        number = str(part.start) if size == 1 else f"{part.start}–{part.stop - 1}"
        if fits(number, wide):
            canvas.text(x + bar, TOP + TALL + 15, number, anchor="middle", colour=SOFT)
        for place, (asked, capacity, word) in enumerate(((cpu, cap_cpu, "CPU"), (mem, cap_mem, "memory"))):
            left, total = x + place * (bar + 0.04 * wide), float(max(1, capacity[part].sum()))
            canvas.rectangle(left, TOP, bar, TALL, FAINT)
            own = np.flatnonzero(placed & (nodes >= part.start) & (nodes < part.stop))
            filled = 0.0
            for pods in _segments(own, level, detailed):
                share = float(asked[pods].sum()) / total
                filled += share
                told = f"pod {pods[0]}" if pods.size == 1 else plural(pods.size, "pod")
                tip = f"{told}, class {CLASSES[int(level[pods[0]])]}: {share:.1%} of the {word}"
                fill = COLOURS[int(level[pods[0]])]
                canvas.rectangle(left, TOP + TALL * (1 - filled), bar, TALL * share, fill, stroke=PAPER, tip=tip)
    canvas.line(LEFT, TOP + TALL, LEFT + WIDTH, TOP + TALL, INK, 0.7)
    canvas.text(LEFT - 8, TOP + 4, "100 %", anchor="end", colour=SOFT)
    canvas.text(LEFT - 8, TOP + TALL, "0", anchor="end", colour=SOFT)
    words = "nodes, by their numbers: on the left CPU, on the right memory"
    canvas.text(LEFT + WIDTH / 2, TOP + TALL + 34, words, anchor="middle", colour=SOFT)
    return canvas.svg()


def _segments(pods: Array, level: Array, detailed: bool) -> list[Array]:
    """Return the pods of one node in the order in which they are stacked: each alone, or those of a class together."""
    by_class = [pods[level[pods] == one] for one in range(len(CLASSES))]
    if detailed:
        return [members[place : place + 1] for members in by_class for place in range(members.size)]
    return [members for members in by_class if members.size]
