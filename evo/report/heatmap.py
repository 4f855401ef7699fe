"""An archive as a grid of cells, coloured and labelled by the gaps of their elites."""

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, StrMethodFormatter
from numpy.typing import NDArray

from evo.analysis.archives import IslandArchive, ShownAxis
from evo.report.drawing import INK, panel

COLOURS = colormaps["viridis_r"]
"""Dark for a large gap, readable for the colour-blind and in grey."""
WIDE = 20
"""From this ratio of the largest gap to the smallest on, colours follow the logarithm."""


def heatmap(archive: IslandArchive) -> Figure:
    """Draw the cells of the first two axes; of further ones the best elite is shown."""
    across, up = (*archive.axes, ShownAxis("", (0.0, 1.0)))[:2]
    cells = _gaps(archive, len(across.edges) - 1, len(up.edges) - 1)
    figure, axes = panel(0.8 + 0.23 * len(cells))
    norm = _norm(cells[np.isfinite(cells)])
    mesh = axes.pcolormesh(np.ma.masked_invalid(cells), cmap=COLOURS, norm=norm)
    for (row, column), gap in np.ndenumerate(cells):
        if np.isfinite(gap):
            place = {"x": column + 0.5, "y": row + 0.5, "ha": "center", "va": "center_baseline", "fontsize": 5.5}
            axes.text(s=short(gap), color=_readable(COLOURS(norm(gap))), **place)
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
        axis.set_label_text(shown.measure.replace("_", " "))
    axes.grid(color=INK, alpha=0.08, linewidth=0.4)
