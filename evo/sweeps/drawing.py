"""The curves of a comparison: mean and band of each arm over what was spent."""

from functools import partial
from itertools import cycle

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from evo.report.drawing import panel, png, svg
from evo.sweeps.comparing import Comparison

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f")
"""Okabe and Ito (2008), yellow and black left out: told apart by the colour-blind, on white and on black."""
LINES = ("-", "--", "-.", ":")
"""Coprime in number with the colours: 28 arms are told apart."""
CUT = 3
"""The picture ends at so many times the largest last gap: seeds may be far off."""
LABELS = {"candidates": "candidates placed", "seconds": "wall time, seconds", "dollars": "US dollars"}


def as_png(found: Comparison) -> bytes:
    """Return the curves as an image for papers."""
    return png(partial(_curves, found))


def as_svg(found: Comparison) -> str:
    """Return the curves as an element to stand in a page."""
    return svg(partial(_curves, found), "curves")


def _curves(found: Comparison) -> Figure:
    figure, axes = panel(2.6)
    for arm, colour, line in zip(found.arms, cycle(COLOURS), cycle(LINES), strict=False):
        curve = arm.curve
        axes.plot(curve.marks, 100 * curve.mean, color=colour, linestyle=line, linewidth=1.4, label=arm.name)
        axes.fill_between(curve.marks, 100 * curve.low, 100 * curve.high, color=colour, alpha=0.15, linewidth=0)
    last = CUT * 100 * max(float(arm.curve.mean[-1]) for arm in found.arms)
    if 0 < last < 100 * max(float(arm.curve.high.max()) for arm in found.arms):
        axes.set_ylim(top=last)
    axes.set_xlim(0, found.end)
    axes.set(xlabel=LABELS.get(found.spend, found.spend), ylabel="best gap on train so far, %")
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.legend()
    return figure
