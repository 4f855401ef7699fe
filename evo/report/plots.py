"""The plots of a report, of a column's width: SVG that takes the colours of the page around it, and PNG for papers."""

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

import numpy as np
from matplotlib import RcParams, colormaps, rc_context
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullFormatter, StrMethodFormatter
from numpy.typing import NDArray

from evo.analysis.archives import IslandArchive, ShownAxis
from evo.analysis.progress import Point
from evo.core.foreign_text import visible
from evo.report.comparison import FamilyGaps
from evo.report.contents import BestCandidate, Contents
from problems import Split

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
HEAT_COLOURS = colormaps["viridis_r"]
"""Dark for a large gap, readable for the colour-blind and in grey."""
WIDE = 20
"""From this ratio of the largest gap to the smallest on, colours follow the logarithm."""
MARKS = ("o", "s", "^", "D")
"""The found candidate's and those of its rivals."""


@dataclass(frozen=True, slots=True)
class ReportPlot:
    """A figure with its file's name, what it shows in a few words, and how to read it."""

    name: str
    title: str
    caption: str
    draw: Callable[[], Figure]


@dataclass(frozen=True, slots=True)
class _Curve:
    along: Sequence[float]
    label: str
    points: Sequence[Point]
    seeds: int
    baseline: tuple[str, float] | None

    def __call__(self) -> Figure:
        figure, axes = panel(2.3)
        gaps = [100 * point.gap for point in self.points]
        axes.step(self.along, gaps, where="post", color=COLOURS[0], linewidth=1.4, label="best so far")
        if self.baseline is not None:
            name, gap = self.baseline
            axes.axhline(100 * gap, color=COLOURS[1], linewidth=1, linestyle="--", label=shortened(name))
        axes.set_ylim(*self._ends(gaps))
        axes.set(xlabel=self.label, ylabel="mean gap on train, %")
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.legend()
        return figure

    def _ends(self, gaps: Sequence[float]) -> tuple[float, float]:
        """Return the ends of the axis of gaps: from the best seed on, worse ones may be far off."""
        begun = [gap for gap, point in zip(gaps, self.points, strict=True) if point.candidates >= self.seeds]
        planted = [gap for gap, point in zip(gaps, self.points, strict=True) if point.candidates <= self.seeds]
        shown = [*begun, *planted[-1:], *([] if self.baseline is None else [100 * self.baseline[1]])]
        room = 0.05 * (max(shown) - min(shown)) or 1.0
        return min(shown) - room, max(shown) + room


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


class FigureFormat(StrEnum):
    """How a figure is saved for papers."""

    PNG = "png"
    SVG = "svg"
    PDF = "pdf"


UNDATED: Mapping[FigureFormat, Mapping[str, str | None]] = {
    FigureFormat.PNG: {"Software": None},
    FigureFormat.SVG: {"Date": None, "Creator": None},
    FigureFormat.PDF: {"CreationDate": None, "Producer": None, "Creator": None},
}
"""What a file would say of when and by what it was made: equal figures give equal bytes."""


def saved(draw: Draw, form: FigureFormat) -> bytes:
    """Return a file of a figure on white, its lines and words black; an image has 300 dots an inch."""
    out = io.BytesIO()
    with rc_context({**SETTINGS, "pdf.fonttype": 42}):
        draw().savefig(out, format=form, dpi=DOTS_PER_INCH, facecolor="white", metadata=dict(UNDATED[form]))
    return out.getvalue()


def heatmap(archive: IslandArchive) -> Figure:
    """Draw the cells of the first two axes; of further ones the best elite is shown."""
    across, up = (*archive.axes, ShownAxis("", (0.0, 1.0)))[:2]
    cells = _gaps(archive, len(across.edges) - 1, len(up.edges) - 1)
    figure, axes = panel(0.8 + 0.23 * len(cells))
    norm = _norm(cells[np.isfinite(cells)])
    mesh = axes.pcolormesh(np.ma.masked_invalid(cells), cmap=HEAT_COLOURS, norm=norm)
    for (row, column), gap in np.ndenumerate(cells):
        if np.isfinite(gap):
            place = {"x": column + 0.5, "y": row + 0.5, "ha": "center", "va": "center_baseline", "fontsize": 5.5}
            axes.text(s=short(gap), color=_readable(HEAT_COLOURS(norm(gap))), **place)
    _label(axes, across, up)
    bar = figure.colorbar(mesh, ax=axes, label="mean gap on train, %", fraction=0.05, pad=0.02, extend="max")
    bar.ax.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    bar.ax.yaxis.set_minor_formatter(NullFormatter())
    return figure


def short(gap: float) -> str:
    """Return a percentage in four characters, as far as that goes."""
    size = abs(gap)
    if size >= 999.5:
        return f"{gap / 1000:.1f}k" if size < 9950 else f"{gap / 1000:.0f}k"
    return f"{gap:.2f}" if size < 9.995 else f"{gap:.1f}" if size < 99.95 else f"{gap:.0f}"


def _gaps(archive: IslandArchive, columns: int, rows: int) -> NDArray[np.float64]:
    """Return the gaps in per cent, shape (rows, columns), NaN where no elite is."""
    cells = np.full((rows, columns), np.nan)
    for elite in archive.elites:
        column, row = (*elite.cell, 0)[:2]
        cells[row, column] = np.fmin(cells[row, column], 100 * elite.gap)
    return cells


def _norm(gaps: NDArray[np.float64]) -> Normalize:
    """Return colours for most gaps; the largest quarter may share the last colour."""
    least, most = float(gaps.min()), float(np.percentile(gaps, 75))
    if least > 0 and most > WIDE * least:
        return LogNorm(least, most, clip=True)
    return Normalize(least, most if most > least else least + 1, clip=True)


def _readable(colour: tuple[float, ...]) -> str:
    """Return black or white, whichever stands out more; relative luminance as in WCAG 2."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3]]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if luminance > 0.179 else "#ffffff"


def _label(axes: Axes, across: ShownAxis, up: ShownAxis) -> None:
    for axis, shown in ((axes.xaxis, across), (axes.yaxis, up)):
        bins = len(shown.edges) - 1
        places = sorted({0, bins // 4, bins // 2, bins * 3 // 4, bins}) if shown.measure else []
        axis.set_ticks(places, [f"{shown.edges[place]:.3g}" for place in places])
        axis.set_label_text(visible(shown.measure.replace("_", " ")))
    axes.grid(color=INK, alpha=0.08, linewidth=0.4)


def report_plots(contents: Contents) -> tuple[ReportPlot, ...]:
    """Return all figures that there is something to draw for."""
    return (*_curves(contents), *_archives(contents), *_families(contents.best))


def _curves(contents: Contents) -> Iterator[ReportPlot]:
    if not contents.points:
        return
    baseline = _best_on_train(contents.best)
    last = contents.points[-1]
    scales: list[tuple[str, str, list[float]]] = [
        ("candidates", "candidates placed", [point.candidates for point in contents.points]),
        ("time", "wall time of the run, seconds", [point.seconds for point in contents.points]),
    ]
    if last.tokens and last.dollars is None:
        scales.append(("tokens", "tokens", [point.tokens for point in contents.points]))
    elif last.tokens:
        scales.append(("dollars", "US dollars charged", [point.dollars or 0.0 for point in contents.points]))
    for name, label, along in scales:
        caption = f"Best mean gap on train so far; the last is {last.gap:.3%}, of candidate {last.ordinal}."
        yield ReportPlot(
            f"gap-over-{name}",
            f"gap over {name}",
            caption,
            _Curve(along, label, contents.points, contents.seeds, baseline),
        )


def _best_on_train(best: BestCandidate | None) -> tuple[str, float] | None:
    other = None if best is None else best.results.best_other
    return None if other is None or Split.TRAIN not in other.gaps else (other.name, other.gaps[Split.TRAIN].scaled)


def _archives(contents: Contents) -> Iterator[ReportPlot]:
    for archive in contents.archives:
        if archive.elites and archive.axes:
            held = len({elite.cell for elite in archive.elites})
            caption = f"{held} cells hold an elite; a number is its mean gap on train in %, brighter is better."
            if len(archive.axes) > 2:
                caption += " Of the further axes the best cell is shown."
            title = f"archive of island {archive.name}"
            yield ReportPlot(f"archive-{archive.island}", title, caption, partial(heatmap, archive))


def _families(best: BestCandidate | None) -> Iterator[ReportPlot]:
    if best is not None and best.families:
        caption = f"Mean gap on {best.split} by family of instances, with 95 % intervals where there are 6 or more."
        draw = partial(plot_families, best.families, best.split)
        yield ReportPlot("gap-by-family", "gap by family", caption, draw)


def plot_families(rows: Sequence[FamilyGaps], split: Split) -> Figure:
    """Draw a line for each family: the found candidate and its rivals with their intervals."""
    figure, axes = panel(1.2 + 0.26 * len(rows))
    names = ["found", *rows[0].rivals]
    for place, name in enumerate(names):
        shift = 0.5 * (place / max(1, len(names) - 1) - 0.5)
        intervals = [row.rivals.get(name, row.gap) for row in rows]
        axes.errorbar(
            [100 * one.estimate for one in intervals],
            [number + shift for number in range(len(rows))],
            xerr=[
                [100 * (one.estimate - one.low) if one.known else 0.0 for one in intervals],
                [100 * (one.high - one.estimate) if one.known else 0.0 for one in intervals],
            ],
            fmt=MARKS[place],
            color=COLOURS[place],
            markersize=3.5,
            linewidth=0.8,
            label=shortened(name),
        )
    axes.set_yticks(range(len(rows)), [shortened(row.name) for row in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlabel(f"mean gap on {split}, %")
    axes.grid(axis="y", color=INK, alpha=0.15, linewidth=0.5)
    figure.legend(loc="outside upper center", ncols=2)
    return figure


def shortened(words: str) -> str:
    """Return words as `visible` shows them, cut to the room that there is."""
    shown = visible(words)
    return shown if len(shown) <= 28 else shown[:27] + "…"
