"""A sequence on one machine, drawn: the jobs along time, and how late each is."""

from collections.abc import Sequence

import numpy as np

from problems.contract import Array
from problems.drawing import BLUE, INK, ORANGE, PAPER, SOFT, Canvas, blended, fits, groups, plural

MOST_BOXES = 400
"""Jobs in a row are drawn together where there are more."""
LEFT, WIDTH, RIGHT = 64, 880, 16
BARS = 170  # height in pixels of the chart of tardiness


def draw_sequence(p: Array, d: Array, sequence: Array, name: str, labels: Sequence[str] = ()) -> str:
    """Return a Gantt chart of one machine and, below each job, its tardiness; `labels` are names of the jobs."""
    work, due = p[sequence], d[sequence]
    ends = np.cumsum(work)
    tardiness = np.maximum(0, ends - due)
    late, worst = int((tardiness > 0).sum()), int(tardiness.max(initial=0))
    parts = groups(sequence.size, MOST_BOXES)
    size = parts[0].stop if parts else 1
    together = f"; each box is {plural(size, 'job')} in a row" if size > 1 else ""
    canvas = Canvas(
        LEFT + WIDTH + RIGHT,
        370,
        f"{name}: {plural(sequence.size, 'job')}, total tardiness {int(tardiness.sum()):,}",
        f"{plural(late, 'job')} late; the largest tardiness is {worst:,} time units{together}",
    )
    canvas.legend(68, ((BLUE, "on time"), (ORANGE, "late" if size == 1 else "late (shades: shares of the jobs)")))
    horizon, most = max(1, int(ends[-1]) if ends.size else 1), max(1.0, float(worst))
    floor = 140 + BARS
    canvas.text(LEFT - 8, 104, "jobs", anchor="end", colour=SOFT)
    canvas.text(LEFT - 8, 148, f"{most:g}", anchor="end", colour=SOFT)
    canvas.text(LEFT - 8, floor, "0", anchor="end", colour=SOFT)
    canvas.text(LEFT + 4, 136, "tardiness, in time units", colour=SOFT)
    canvas.line(LEFT, 140, LEFT, floor, SOFT, 0.5)
    for part in parts:
        start, end = int(ends[part][0] - work[part][0]), int(ends[part][-1])
        x, wide = LEFT + WIDTH * start / horizon, WIDTH * (end - start) / horizon
        mean, share = float(tardiness[part].mean()), float((tardiness[part] > 0).mean())
        job = int(sequence[part.start])
        word = (labels[job] if labels else str(job)) if size == 1 else f"{part.start}–{part.stop - 1}"
        tip = f"{'job' if size == 1 else 'places'} {word}: {start} to {end}, tardiness {mean:g}"
        fill = blended(share, BLUE, ORANGE)
        canvas.rectangle(x, 82, wide, 34, fill, stroke=PAPER, tip=tip)
        if size == 1 and fits(word, wide - 4):
            canvas.text(x + wide / 2, 103, word, anchor="middle", colour=PAPER)
        if mean:
            height = BARS * mean / most
            canvas.rectangle(x, floor - height, wide, height, fill, tip=tip)
    canvas.line(LEFT, floor, LEFT + WIDTH, floor, INK, 0.5)
    canvas.scale(LEFT, floor + 8, WIDTH, float(horizon), "time, in time units")
    return canvas.svg()
