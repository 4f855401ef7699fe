"""A schedule of a job shop, drawn as a Gantt chart: a row for each machine, a colour for each job."""

import colorsys

import numpy as np

from problems.contract import Array
from problems.drawing import BLUE, FAINT, GREY, PAPER, SOFT, Canvas, blended, fits, groups, plural

MOST_OPERATIONS = 2_400
"""Where there are more, or more machines than `MOST_ROWS`, it is drawn how busy machines are."""
MOST_ROWS, CELLS = 50, 48
LEFT, WIDTH, RIGHT, TOP = 64, 880, 16, 64
GOLDEN = 0.618034
"""Turns around the circle of colours from one job to the next: neighbours in number look unlike."""


def draw_schedule(durations: Array, routes: Array, starts: Array, name: str) -> str:
    """Return a Gantt chart of start times, of shape (jobs, machines) in the order of each job's operations."""
    jobs, machines = durations.shape
    ends = starts + durations
    makespan = max(1, int(ends.max(initial=0)))
    busy = float(durations.sum()) / (machines * makespan)
    detailed = durations.size <= MOST_OPERATIONS and machines <= MOST_ROWS
    parts = groups(machines, MOST_ROWS)
    height = max(8.0, min(26.0, 520 / len(parts)))
    shown = "a colour for each job" if detailed else "darker where more of the time is worked"
    canvas = Canvas(
        LEFT + WIDTH + RIGHT,
        TOP + height * len(parts) + 48,
        f"{name}: {plural(jobs, 'job')} on {plural(machines, 'machine')}, makespan {makespan:,}",
        f"machines work {busy:.0%} of the time; {shown}",
    )
    for row, part in enumerate(parts):
        y = TOP + height * row
        word = str(part.start) if part.stop - part.start == 1 else f"{part.start}–{part.stop - 1}"
        if fits(word, LEFT - 8) and (height >= 10 or row % 2 == 0):
            canvas.text(
                LEFT - 8, y + height / 2 + 4, f"{'M' if machines < 1000 else ''}{word}", anchor="end", colour=SOFT
            )
        canvas.rectangle(LEFT, y, WIDTH, height - 2, FAINT if detailed else PAPER)
    if detailed:
        _draw_operations(canvas, routes, starts, ends, height, makespan)
    else:
        _draw_shares(canvas, parts, routes, starts, ends, height, makespan)
    canvas.scale(LEFT, TOP + height * len(parts) + 2, WIDTH, float(makespan), "time, in time units")
    return canvas.svg()


def _draw_operations(canvas: Canvas, routes: Array, starts: Array, ends: Array, height: float, makespan: int) -> None:
    for (job, operation), machine in np.ndenumerate(routes):
        start, end = int(starts[job, operation]), int(ends[job, operation])
        x, wide = LEFT + WIDTH * start / makespan, WIDTH * (end - start) / makespan
        y = TOP + height * int(machine)
        tip = f"job {job}, operation {operation} on machine {machine}: {start} to {end}"
        canvas.rectangle(x, y, wide, height - 2, _colour(job), stroke=PAPER, tip=tip)
        if height >= 12 and fits(str(job), wide - 2, 10):
            canvas.text(x + wide / 2, y + height / 2 + 3, str(job), size=10, anchor="middle")


def _draw_shares(
    canvas: Canvas, parts: list[slice], routes: Array, starts: Array, ends: Array, height: float, makespan: int
) -> None:
    """Draw how much of each stretch of time the machines of a row work."""
    edges = np.linspace(0, makespan, CELLS + 1)
    machine, begin, end = (array.ravel()[:, np.newaxis] for array in (routes, starts, ends))
    worked = np.clip(np.minimum(end, edges[1:]) - np.maximum(begin, edges[:-1]), 0.0, None)
    for row, part in enumerate(parts):
        own = (machine[:, 0] >= part.start) & (machine[:, 0] < part.stop)
        shares = worked[own].sum(axis=0) / ((edges[1] - edges[0]) * (part.stop - part.start))
        for cell, share in enumerate(shares.tolist()):
            x, y = LEFT + WIDTH * cell / CELLS, TOP + height * row
            canvas.rectangle(
                x, y, WIDTH / CELLS, height - 2, blended(share, PAPER, BLUE), stroke=GREY, tip=f"{share:.0%}"
            )


def _colour(job: int) -> str:
    """Return a light colour on which a number can be read."""
    parts = colorsys.hls_to_rgb(job * GOLDEN % 1.0, 0.72 if job % 2 else 0.8, 0.65)
    return "#" + "".join(f"{round(255 * part):02x}" for part in parts)
