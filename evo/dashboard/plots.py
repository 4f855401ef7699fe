"""The figures of the pages, as plotly draws them; every text in them passes `plain`."""

import math
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from evo.analysis.archives import IslandArchive, ShownAxis, ShownElite
from evo.analysis.progress import Point
from evo.core.format import by_level
from evo.dashboard.components import plain

SPANS = {"candidates": "candidates placed", "seconds": "seconds of the run", "dollars": "dollars spent"}
"""What a gap curve may go over."""
WIDE = 20.0
"""Figures whose largest is so many times the smallest are drawn on a log scale."""
MOST_POINTS = 2_000


def curve(lines: Mapping[str, Sequence[Point]], over: str) -> go.Figure:
    """Draw the best gap of runs, by name, over candidates, seconds or dollars; points without the latter left out."""
    figure = go.Figure()
    for name, points in lines.items():
        drawable = [(getattr(point, over), point) for point in points if getattr(point, over) is not None][
            -MOST_POINTS:
        ]
        figure.add_scatter(
            x=[at for at, _ in drawable],
            y=[100 * point.gap for _, point in drawable],
            customdata=[point.ordinal for _, point in drawable],
            name=plain(name),
            mode="lines+markers",
            line={"shape": "hv", "width": 2},
            marker={"size": 5},
            hovertemplate="%{y:.4g} % at %{x:.6g}, candidate %{customdata}<extra></extra>",
        )
    gaps = [point.gap for points in lines.values() for point in points]
    upward = {"type": "log", **_ticks(gaps)} if _is_wide(gaps) else {}
    figure.update_layout(
        xaxis={"title": SPANS[over], "rangemode": "tozero"},
        yaxis={"title": "best mean gap on train, %", **upward},
        showlegend=len(lines) > 1,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
    )
    return figure


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


def heatmap(archive: IslandArchive, best: Mapping[tuple[int, int], ShownElite]) -> go.Figure:
    """Draw an archive over its first two axes: the first gap of each cell's best elite, by bins (across, up)."""
    across, up = archive.axes[0], archive.axes[1] if len(archive.axes) > 1 else None
    gaps = [elite.gap for elite in best.values()]
    wide = _is_wide(gaps)
    height = len(up.edges) - 1 if up else 1
    held = [[best.get((x, y)) for x in range(len(across.edges) - 1)] for y in range(height)]
    figure = go.Figure(
        go.Heatmap(
            z=[[None if cell is None else _colour(cell.gap, wide) for cell in row] for row in held],
            text=[["" if cell is None else f"#{cell.ordinal}: {by_level(cell.gaps)}" for cell in row] for row in held],
            hovertemplate="%{text}<extra></extra>",
            hoverongaps=False,
            colorscale="Cividis_r",
            colorbar={"title": "gap, %", **(_log_ticks(gaps) if wide else {})},
            xgap=1,
            ygap=1,
        )
    )
    figure.update_layout(xaxis=_edges(across), yaxis=_edges(up) if up else {"visible": False})
    return figure


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
        "title": plain(axis.measure),
        "range": [-0.5, bins - 0.5],
        "tickvals": [place - 0.5 for place in range(bins + 1)],
        "ticktext": [f"{edge:.3g}" for edge in axis.edges],
        "showgrid": False,
        "zeroline": False,
    }


def _is_wide(gaps: Sequence[float]) -> bool:
    return bool(gaps) and min(gaps) > 0 and max(gaps) > WIDE * min(gaps)
