"""A comparison to send: Markdown, one HTML page with its curves in it, and the curves as PNG."""

from collections.abc import Sequence
from functools import partial
from itertools import cycle

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from evo.analysis import DataTable, format_value
from evo.core.foreign_text import visible
from evo.report.plots import FigureFormat, panel, saved, svg
from evo.sweeps.compare import SweepComparison
from evo.sweeps.runs import LeftOut
from evo.sweeps.tables import comparison_tables

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f")
"""Okabe and Ito (2008), yellow and black left out: told apart by the colour-blind, on white and on black."""
LINES = ("-", "--", "-.", ":")
"""Coprime in number with the colours: 28 arms are told apart."""
CUT = 3
"""The picture ends at so many times the largest last gap: seeds may be far off."""
LABELS = {"candidates": "candidates placed", "seconds": "wall time, seconds", "dollars": "US dollars"}


def markdown(comparison: SweepComparison, left_out: Sequence[LeftOut], name: str) -> str:
    """Return headed tables with their notes."""
    sections = [f"# {name}: arms compared\n", *(_section(table) for table in comparison_tables(comparison, left_out))]
    return visible("\n".join(sections))


def page(comparison: SweepComparison, left_out: Sequence[LeftOut], name: str) -> str:
    """Return a page that needs nothing but itself."""
    environment = Environment(
        loader=PackageLoader("evo.sweeps", ""), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["shown"] = format_value
    template = environment.get_template("page.html.jinja")
    tables = comparison_tables(comparison, left_out)
    return visible(template.render(name=name, tables=tables, curves=Markup(as_svg(comparison))) + "\n")


def _section(table: DataTable) -> str:
    names = [column.name for column in table.columns]
    rows = [
        [format_value(value, column) for value, column in zip(row, table.columns, strict=True)] for row in table.rows
    ]
    lines = [f"## {table.title}\n", _line(names), _line(["---"] * len(names)), *map(_line, rows)]
    return "\n".join([*lines, "", *(f"- {_plain(note)}" for note in table.notes), ""])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(_plain(cell) for cell in cells)} |"


def _plain(words: str) -> str:
    """Return words that Markdown shows as they are, in one line."""
    for mark in ("\\", "|", "<", "_", "*", "`"):
        words = words.replace(mark, f"\\{mark}")
    return " ".join(words.split())


def as_png(comparison: SweepComparison) -> bytes:
    """Return the curves as an image for papers."""
    return saved(partial(_curves, comparison), FigureFormat.PNG)


def as_svg(comparison: SweepComparison) -> str:
    """Return the curves as an element to stand in a page."""
    return svg(partial(_curves, comparison), "curves")


def _curves(comparison: SweepComparison) -> Figure:
    figure, axes = panel(2.6)
    for arm, colour, line in zip(comparison.arms, cycle(COLOURS), cycle(LINES), strict=False):
        curve = arm.curve
        axes.plot(curve.marks, 100 * curve.mean, color=colour, linestyle=line, linewidth=1.4, label=visible(arm.name))
        if curve.low is not None and curve.high is not None:
            axes.fill_between(curve.marks, 100 * curve.low, 100 * curve.high, color=colour, alpha=0.15, linewidth=0)
    last = CUT * 100 * max(float(arm.curve.mean[-1]) for arm in comparison.arms)
    if 0 < last < axes.get_ylim()[1]:
        axes.set_ylim(top=last)
    axes.set_xlim(0, comparison.end)
    axes.set(xlabel=LABELS.get(comparison.spend, comparison.spend), ylabel="best gap on train so far, %")
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.legend()
    return figure
