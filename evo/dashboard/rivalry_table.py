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
TONES = {"certainly better": "better", "certainly worse": "worse"}
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
    if any(one.more_levels for one in rivalries):
        caption += "; of the first level of the objective alone"
    return table(caption, HEADINGS, rows, "nrrrrrnr")


def difference_cells(pair: PairedDifference) -> tuple[Child, Child, Child, Child]:
    """Return the difference in points, its interval, what is certain of it, and wins, ties and losses."""
    difference = pair.difference
    ends = f"{points(difference.low)} to {points(difference.high)}" if difference.known else "too few instances"
    counts = f"{pair.wins:,} / {pair.ties:,} / {pair.losses:,}"
    return points(difference.estimate), ends, told(difference, pair.wins + pair.losses > 0), counts


def in_words(one: Rivalry) -> str:
    """Return in a sentence how a candidate stands to a rival."""
    pair = one.pair
    what = "a parent" if one.parent is not None else "the best baseline"
    words = certainty(pair.difference, pair.wins + pair.losses > 0)
    words += " on the first level of the objective" if one.more_levels else ""
    return (
        f"Against {one.rival}, {what}, on {one.instances:,} instances of {one.split}: {words}, a difference of "
        f"{points(pair.difference.estimate)} points; its gap is smaller on {pair.wins:,}, larger on {pair.losses:,} "
        f"and equal on {pair.ties:,}."
    )


def told(difference: Interval, differs: bool = True) -> Component:
    """Return in words, in the colour of what they say, what an interval of a difference says."""
    words = certainty(difference, differs)
    return html.Span(words, className=TONES.get(words, "told"))


def certainty(difference: Interval, differs: bool = True) -> str:
    """Return in words what an interval of a difference says; below zero is better."""
    if not differs:
        return "equal everywhere"
    if difference.certainty is Certainty.CERTAIN:
        return "certainly better" if difference.below_zero else "certainly worse"
    return str(difference.certainty)
