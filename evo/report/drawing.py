"""Figures of a column's width, as SVG that takes the colours of the page around it, and as PNG for papers."""

import io
import re
from collections.abc import Callable

from matplotlib import RcParams, rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

WIDTH = 3.5
"""Inches: a column of most journals."""
INK = "#010203"
"""Stands for the colour of the text around a figure in a page; black in print."""
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
"""Okabe and Ito (2008): told apart by the colour-blind, on white and on black."""
DOTS_PER_INCH = 300
SETTINGS = RcParams(
    {
        "font.size": 8,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": INK,
        "axes.labelcolor": INK,
        "text.color": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "legend.frameon": False,
        "legend.fontsize": 7,
        "svg.fonttype": "none",
        "svg.hashsalt": "evo",
        "text.parse_math": False,  # names are not formulas
        "figure.constrained_layout.use": True,
    }
)

Draw = Callable[[], Figure]


def panel(height: float) -> tuple[Figure, Axes]:
    """Return an empty figure of a column's width and `height` inches."""
    figure = Figure(figsize=(WIDTH, height))
    return figure, figure.add_subplot()


def svg(draw: Draw, name: str) -> str:
    """Return an element to stand in a page; equal figures give equal text. Its ids begin with `name`."""
    out = io.StringIO()
    with rc_context(SETTINGS):
        draw().savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = re.sub(r"\s*<metadata>.*?</metadata>", "", out.getvalue(), count=1, flags=re.DOTALL)
    text = re.sub(r'^.*?<svg ([^>]*) width="[^"]*" height="[^"]*"', r"<svg \1", text, count=1, flags=re.DOTALL)
    for before in (' id="', 'href="#', "url(#"):
        text = text.replace(before, f"{before}{name}-")
    return text.replace(INK, "currentColor").strip()


def png(draw: Draw) -> bytes:
    """Return an image of 300 dots an inch on white."""
    out = io.BytesIO()
    with rc_context(SETTINGS):
        draw().savefig(out, format="png", dpi=DOTS_PER_INCH, facecolor="white", metadata={"Software": None})
    return out.getvalue()
