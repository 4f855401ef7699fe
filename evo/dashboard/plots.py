"""The figures of the pages, as plotly draws them; every text in them passes `plain`."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

import plotly.graph_objects as go
from plotly.colors import sample_colorscale

from evo.analysis.archives import IslandArchive, ShownAxis, ShownElite
from evo.analysis.progress import Point
from evo.analysis.rivals import Baseline
from evo.core.format import by_level, percent
from evo.dashboard.components import PALETTE, plain

SPANS = {"candidates": "candidates placed", "seconds": "seconds of the run", "dollars": "dollars spent"}
"""What a gap curve may go over."""
WIDE = 20.0
"""Figures whose largest is so many times the smallest are drawn on a log scale."""
CUT = 2.0
"""Gaps above so many times the best baseline's, or the best one's where that is larger, are left out of figures."""
MOST_POINTS = 2_000
MOST_DOTS = 3_000
"""More candidates are drawn as one in each cell of a grid, about as fine as a screen shows dots."""
GRID = (300, 120)
DOT = "#808080"
SCALE = "Cividis_r"
BAR = {"orientation": "h", "thickness": 12, "len": 0.6, "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"}
MOST_NUMBERED = 13
"""Cells of a heatmap have room for their numbers where it has no more columns than this."""


@dataclass(frozen=True, slots=True)
class Curve:
    """The best gap of a run as it fell; with a baseline to beat, and with all candidates where they are to be seen."""

    name: str
    best: Sequence[Point]
    baseline: Baseline | None = None
    scored: Sequence[Point] = ()


def spans_of(curves: Sequence[Curve]) -> tuple[str, ...]:
    """Return what curves can be drawn over: dollars only where any were spent, or may have been."""
    paid = any(point.dollars is None or point.dollars > 0 for curve in curves for point in curve.best)
    return tuple(span for span in SPANS if span != "dollars" or paid)


def cut_of(curves: Sequence[Curve]) -> float:
    """Return the gap above which nothing is drawn; infinite where nothing says what is large."""
    cuts = [CUT * max(one.baseline.gap, one.best[-1].gap) for one in curves if one.baseline and one.best]
    return max(cuts, default=0.0) if max(cuts, default=0.0) > 0 else math.inf


def gap_curves(curves: Sequence[Curve], over: str) -> go.Figure:
    """Draw the best gap of runs over candidates, seconds or dollars; points without the latter are left out."""
    figure, cut = go.Figure(), cut_of(curves)
    for curve in curves:
        dots = thinned([point for point in curve.scored if point.gap <= cut], over, cut)
        if dots:
            figure.add_scatter(
                x=[getattr(point, over) for point in dots],
                y=[100 * point.gap for point in dots],
                customdata=[point.ordinal for point in dots],
                name="a candidate",
                mode="markers",
                marker={"size": 4, "color": DOT, "opacity": 0.6},
                hovertemplate="candidate %{customdata}: %{y:.4g} %<extra></extra>",
            )
    for place, curve in enumerate(curves):
        drawable = [point for point in curve.best if getattr(point, over) is not None][-MOST_POINTS:]
        figure.add_scatter(
            x=[getattr(point, over) for point in drawable],
            y=[100 * point.gap for point in drawable],
            customdata=[point.ordinal for point in drawable],
            name=plain(curve.name),
            mode="lines+markers",
            line={"shape": "hv", "width": 2, "color": PALETTE[place % len(PALETTE)]},
            marker={"size": 5},
            hovertemplate="%{y:.4g} % at %{x:.6g}, candidate %{customdata}<extra></extra>",
        )
        if curve.baseline is not None and drawable:
            figure.add_scatter(
                x=[0, getattr(drawable[-1], over)],
                y=[100 * curve.baseline.gap] * 2,
                name=plain(f"{curve.baseline.name} {percent(curve.baseline.gap)}"),
                mode="lines",
                line={"dash": "dash", "width": 2, "color": PALETTE[1] if len(curves) == 1 else PALETTE[place % 8]},
                hovertemplate="%{y:.4g} %<extra>%{fullData.name}</extra>",
            )
    gaps = [point.gap for curve in curves for point in curve.best if point.gap <= cut]
    figure.update_layout(
        xaxis={"title": SPANS[over], "rangemode": "tozero"},
        yaxis={"title": "mean gap on train, %", **_upward(gaps, cut)},
        showlegend=len(figure.data) > 1,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        hovermode="closest",
    )
    return figure


def line_among_all(line: Sequence[Point], scored: Sequence[Point], baseline: Baseline | None) -> go.Figure:
    """Draw a line of descent, from a seed on, among the gaps of all candidates of its run."""
    whole = Curve("line of fittest parents", line, baseline, scored)
    figure = gap_curves([whole], "candidates")
    drawn = next(trace for trace in figure.data if trace.mode == "lines+markers")
    drawn.line.shape = "linear"
    return figure


def thinned(points: Sequence[Point], over: str, cut: float) -> tuple[Point, ...]:
    """Return the points that can be drawn; of very many one in each cell of a grid."""
    at = attrgetter(over)
    drawable = [point for point in points if at(point) is not None]
    if len(drawable) <= MOST_DOTS:
        return tuple(drawable)
    across = GRID[0] / (max(map(at, drawable)) or 1)
    up = GRID[1] / (min(cut, max(point.gap for point in drawable)) or 1)
    return tuple({(int(across * at(point)), int(up * point.gap)): point for point in drawable}.values())


def _upward(gaps: Sequence[float], cut: float) -> dict[str, object]:
    """Return the scale of gaps in per cent, from nothing or the smallest one to where they are cut."""
    if not gaps:
        return {}
    most = min(cut, 1.05 * max(gaps)) if math.isfinite(cut) else max(gaps)
    if is_wide(gaps):
        ends = [math.log10(100 * 0.8 * min(gaps)), math.log10(100 * 1.05 * most)]
        return {"type": "log", **_ticks([*gaps, most]), "range": ends}
    if not math.isfinite(cut):
        return {}
    top = cut if len(gaps) > 1 else max(cut, 1.05 * max(gaps))
    least = min(0.0, *gaps)
    return {"range": [100 * (least - 0.03 * (top - least)), 100 * top]}


def bars(heights: Mapping[float, float], width: float, across: str, upward: str) -> go.Figure:
    """Draw a bar for each stretch of so many units, by where it begins."""
    figure = go.Figure(
        go.Bar(
            x=[start + width / 2 for start in heights],
            y=list(heights.values()),
            width=width,
            hovertemplate="%{y:.4g} at %{x:.4g}<extra></extra>",
        )
    )
    figure.update_layout(xaxis={"title": plain(across)}, yaxis={"title": plain(upward)}, bargap=0)
    return figure


def heatmap(archive: IslandArchive, best: Mapping[tuple[int, int], ShownElite], cut: float = math.inf) -> go.Figure:
    """Draw an archive over its first two axes: the first gap of each cell's best elite, by bins (across, up).

    Gaps above `cut` have the colour of `cut`.
    """
    across, up = archive.axes[0], archive.axes[1] if len(archive.axes) > 1 else None
    gaps = [min(elite.gap, cut) for elite in best.values()]
    wide = is_wide(gaps)
    columns, height = len(across.edges) - 1, len(up.edges) - 1 if up else 1
    held = [[best.get((x, y)) for x in range(columns)] for y in range(height)]
    numbered = {"texttemplate": "%{text}", "textfont": {"size": 11}} if columns <= MOST_NUMBERED else {}
    clipped = any(elite.gap > cut for elite in best.values())
    title = f"gap, %; {100 * cut:.2g} and more in one colour" if clipped else "gap, %"
    figure = go.Figure(
        go.Heatmap(
            z=[[None if cell is None else _colour(min(cell.gap, cut), wide) for cell in row] for row in held],
            text=[["" if cell is None else short(cell.gap) for cell in row] for row in held],
            customdata=[
                ["" if cell is None else f"#{cell.ordinal}: {by_level(cell.gaps)}" for cell in row] for row in held
            ],
            hovertemplate="%{customdata}<extra></extra>",
            hoverongaps=False,
            colorscale=SCALE,
            colorbar={"title": {"text": title, "side": "top"}, **BAR, **(_log_ticks(gaps) if wide else {})},
            xgap=1,
            ygap=1,
            **numbered,
        )
    )
    figure.update_layout(xaxis=_edges(across), yaxis=_edges(up) if up else {"visible": False})
    return figure


def short(gap: float) -> str:
    """Return a gap in per cent with so few digits that it fits a cell."""
    shown = 100 * gap
    return f"{shown:.2f}" if abs(shown) < 10 else f"{shown:.0f}" if abs(shown) < 1_000 else f"{shown / 1_000:.0f}k"


def gap_colour(gap: float | None, low: float, high: float) -> str:
    """Return the colour of a gap as `#rrggbb` between the smallest one and the cut, grey for none."""
    if gap is None:
        return "#c8ccd0"
    share = 0.0 if high <= low else min(1.0, max(0.0, (gap - low) / (high - low)))
    (sampled,) = sample_colorscale(SCALE, [share], colortype="tuple")
    return "#" + "".join(f"{round(255 * channel):02x}" for channel in sampled)


def words_of(measure: str) -> str:
    """Return the name of a measure as people read it."""
    return measure.replace("_", " ")


def _colour(gap: float, wide: bool) -> float:
    return math.log10(100 * gap) if wide else 100 * gap


def _ticks(gaps: Sequence[float]) -> dict[str, list[float] | list[str]]:
    """Return round per cents for a logarithmic axis."""
    low, high = math.log10(100 * min(gaps)), math.log10(100 * max(gaps))
    powers = range(math.floor(low), math.ceil(high) + 1)
    ticks = [factor * 10.0**power for power in powers for factor in ((1, 2, 5) if high - low < 3 else (1,))]
    return {"tickvals": ticks, "ticktext": [f"{tick:g}" for tick in ticks]}


def _log_ticks(gaps: Sequence[float]) -> dict[str, list[float] | list[str]]:
    """Return the same for colours that stand for logarithms."""
    ticks = _ticks(gaps)
    return {**ticks, "tickvals": [math.log10(float(text)) for text in ticks["ticktext"]]}


def _edges(axis: ShownAxis) -> dict[str, object]:
    """Return an axis of equal bins, whatever their widths, with the values of its edges."""
    bins = len(axis.edges) - 1
    return {
        "title": plain(words_of(axis.measure)),
        "range": [-0.5, bins - 0.5],
        "tickvals": [place - 0.5 for place in range(bins + 1)],
        "ticktext": [f"{edge:.3g}" for edge in axis.edges],
        "showgrid": False,
        "zeroline": False,
    }


def is_wide(gaps: Sequence[float]) -> bool:
    """Return whether gaps are so far apart that they need a log scale; with one that is not positive they have none."""
    return bool(gaps) and min(gaps) > 0 and max(gaps) > WIDE * min(gaps)
