"""A candidate against others as a table: how much smaller its gap is, and whether that is certain."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from evaluators.statistics import Certainty, Interval, PairedDifference
from evo.analysis.rivals import Rivalry
from evo.core.format import percent, points
from evo.dashboard.components import Child, candidate_link, table

HEADINGS = (
    "against",
    "instances",
    "its gap",
    "gap here",
    "difference, points",
    "95 % interval",
    "",
    "smaller / equal / larger on",
)
NOTE = "Difference: the gap here less the other's, paired by instance; below zero is better"


def rivalry_table(run: str, rivalries: Sequence[Rivalry], caption: str = NOTE) -> Component:
    """Return a row for each rival and split."""
    rows: list[list[Child]] = []
    for one in rivalries:
        rival = one.rival if one.parent is None else candidate_link(run, one.parent)
        rows.append(
            [
                html.Span([rival, f" on {one.split}"]),
                f"{one.instances:,}",
                percent(one.rival_gap),
                percent(one.gap),
                *difference_cells(one.pair),
            ]
        )
    return table(caption, HEADINGS, rows, "nrrrrrnr")


def difference_cells(pair: PairedDifference) -> tuple[Child, Child, Child, Child]:
    """Return the difference in points, its interval, what is certain of it, and wins, ties and losses."""
    difference = pair.difference
    ends = f"{points(difference.low)} to {points(difference.high)}" if difference.known else "too few instances"
    counts = f"{pair.wins:,} / {pair.ties:,} / {pair.losses:,}"
    return points(difference.estimate), ends, told(difference, pair.wins + pair.losses > 0), counts


def told(difference: Interval, differs: bool = True) -> Component:
    """Return in words what an interval of a difference says; below zero is better."""
    if not differs:
        return html.Span("equal everywhere", className="told")
    if difference.certainty is Certainty.CERTAIN:
        better = difference.below_zero
        return html.Span("certainly better" if better else "certainly worse", className="better" if better else "worse")
    return html.Span(str(difference.certainty), className="told")
