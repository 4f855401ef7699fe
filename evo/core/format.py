"""Gaps as people read them: per cent, an interval where an optimum is not proven, each aggregate by its name."""

from collections.abc import Sequence

from evaluators import Gap, RefutedReference
from evaluators.statistics import Interval

INTERVALS = "95 % intervals: Student's t, widened on the side of the longer tail; none of fewer than 6 values"
"""How the intervals of means and differences are made, for notes."""

AGGREGATES = ("mean gap", "ratio of sums", "mean over references ≥ scale")
"""What `Gap.scaled`, `Gap.ratio` and `Gap.mean` are called everywhere."""


def percent(value: float | None, digits: int = 3) -> str:
    """Return a fraction as per cent, nothing for None."""
    return "" if value is None else f"{value:.{digits}%}"


def points(value: float, digits: int = 3) -> str:
    """Return a difference of gaps in percentage points, with its sign."""
    return f"{100 * value:+.{digits}f}".replace("-", "−")


def interval(least: float | None, most: float | None, digits: int = 3) -> str:
    """Return one figure, or both ends of an interval where they differ in print."""
    low, high = percent(least, digits), percent(most, digits)
    return low if high in ("", low) else f"{low[:-1]}–{high}"


def ends(interval: Interval, digits: int = 2) -> str:
    """Return the ends of an interval of fractions in per cent, nothing where there are too few values."""
    return f"[{100 * interval.low:.{digits}f}, {100 * interval.high:.{digits}f}]" if interval.known else ""


def by_level(gaps: Sequence[float], digits: int = 3) -> str:
    """Return the gaps of the levels of an objective, the first one first."""
    return " / ".join(percent(gap, digits) for gap in gaps)


def spread(gap: Gap, digits: int = 3) -> tuple[str, str, str]:
    """Return the three aggregates in the order of `AGGREGATES`; nothing where there is none.

    The first has a figure for each level of a lexicographic objective.
    """
    least = (gap.scaled, gap.ratio, gap.mean)
    most = (None, None, None) if gap.upper is None else (gap.upper.scaled, gap.upper.ratio, gap.upper.mean)
    scaled, ratio, mean = (interval(low, high, digits) for low, high in zip(least, most, strict=True))
    return " / ".join([scaled, *(percent(level, digits) for level in gap.lower)]), ratio, mean


def refutation(refuted: Sequence[RefutedReference]) -> str:
    """Return one sentence that says which reference is beaten, and of how many others this is true; empty for none."""
    if not refuted:
        return ""
    first, *others = refuted
    more = f", and {len(others)} more" if others else ""
    return (
        f"refuted: the {first.claim} {first.bound:.12g} of {first.instance} ({first.split}) is beaten by a verified "
        f"solution of {first.value:.12g}{more}; gaps to such references say nothing: mend the problem's `reference` "
        "or `objective` (`evo check` tries both)"
    )


def named(gap: Gap, digits: int = 3) -> str:
    """Return the aggregates in one line, each named."""
    figures = zip(AGGREGATES, spread(gap, digits), strict=True)
    return ", ".join(f"{name} {figure}" for name, figure in figures if figure)
