"""A packing, drawn: a column for each bin, filled by its items."""

import math

import numpy as np

from problems.contract import Array
from problems.drawing import BLUE, FAINT, GREY, INK, ORANGE, PAPER, SKY, SOFT, Canvas, blended, groups, plural

MOST_ITEMS, MOST_BINS = 1_500, 150
"""Where there are more, it is drawn how full bins are."""
MOST_COLUMNS = 400
LEFT, WIDTH, RIGHT, TOP, TALL = 64, 880, 16, 84, 260


def draw_packing(sizes: Array, capacity: int, bins: Array, name: str) -> str:
    """Return the bins in the order in which they are opened; of many bins, columns of several with their mean load."""
    used = int(bins.max(initial=-1)) + 1
    load = np.bincount(bins, weights=sizes, minlength=used)
    least = max(1, math.ceil(int(sizes.sum()) / capacity))
    detailed = sizes.size <= MOST_ITEMS and used <= MOST_BINS
    parts = groups(used, MOST_BINS if detailed else MOST_COLUMNS)
    size = parts[0].stop if parts else 1
    together = f"; each column is {plural(size, 'bin')} in a row" if size > 1 else ""
    canvas = Canvas(
        LEFT + WIDTH + RIGHT,
        TOP + TALL + 48,
        f"{name}: {plural(sizes.size, 'item')} in {plural(used, 'bin')} of capacity {capacity:,}",
        f"bins are {load.sum() / max(1, used * capacity):.1%} full; no packing needs fewer than {least:,}{together}",
    )
    shades = ((SKY, "smaller items"), (BLUE, "larger items")) if detailed else ((BLUE, "load"),)
    lowest_load = ((ORANGE, "the least load of these bins"),) if size > 1 else ()
    canvas.legend(68, (*shades, *lowest_load, (FAINT, "room left")))
    wide = WIDTH / max(1, len(parts))
    gap = min(2.0, 0.15 * wide)
    for column, part in enumerate(parts):
        x = LEFT + wide * column
        mean, lowest = float(load[part].mean()), float(load[part].min())
        word = f"bin {part.start}" if size == 1 else f"bins {part.start} to {part.stop - 1}"
        canvas.rectangle(x, TOP, wide - gap, TALL, FAINT, tip=f"{word}: {mean:g} of {capacity}")
        if not detailed:
            canvas.rectangle(x, TOP + TALL * (1 - mean / capacity), wide - gap, TALL * mean / capacity, BLUE)
            if size > 1:
                y = TOP + TALL * (1 - lowest / capacity)
                canvas.line(x, y, x + wide - gap, y, ORANGE)
    if detailed:
        _draw_items(canvas, sizes, capacity, bins, wide, gap)
    canvas.line(LEFT, TOP, LEFT + WIDTH, TOP, INK, 0.7)
    canvas.text(LEFT - 8, TOP + 4, f"{capacity:g}", anchor="end", colour=SOFT)
    canvas.text(LEFT - 8, TOP + TALL, "0", anchor="end", colour=SOFT)
    canvas.scale(LEFT, TOP + TALL + 2, WIDTH, float(max(1, used)), "bins, in the order of opening")
    return canvas.svg()


def _draw_items(canvas: Canvas, sizes: Array, capacity: int, bins: Array, wide: float, gap: float) -> None:
    """Stack the items in their bins, in the order of arrival."""
    filled = np.zeros(int(bins.max(initial=-1)) + 1)
    largest = max(1, int(sizes.max(initial=1)))
    for item, (size, place) in enumerate(zip(sizes.tolist(), bins.tolist(), strict=True)):
        y = TOP + TALL * (1 - (filled[place] + size) / capacity)
        tall = TALL * size / capacity
        edge = PAPER if tall > 3 else GREY
        fill = blended(size / largest, SKY, BLUE)
        canvas.rectangle(LEFT + wide * place, y, wide - gap, tall, fill, stroke=edge, tip=f"item {item}: size {size}")
        filled[place] += size
