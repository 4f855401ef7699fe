"""Seeds against length: the best gap of several runs, by how many they are and by how much each of them spends."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import comb

import numpy as np

from evo.sweeps.arms import SweepArm
from evo.sweeps.curves import SpendUnit, gaps_at, horizon
from evo.sweeps.runs import SweptRun

HALVINGS = 4
"""Lengths that are read from curves: all, a half, a quarter and an eighth of the spend."""


@dataclass(frozen=True, slots=True)
class SurfacePoint:
    """What `runs` runs reach that spend `length` each: the median, over choices of so many of `seeds`, of the best gap.

    With as many runs as seeds there is one choice.
    """

    runs: int
    length: float
    gap: float
    seeds: int

    @property
    def total(self) -> float:
        """What all of them spend."""
        return self.runs * self.length


@dataclass(frozen=True, slots=True)
class Surface:
    """The points of arms that differ by their budget alone.

    `grid` has each number of runs at each budget, or at fractions of the spend where there is one budget.
    `equal_totals` has, for what one long run and several of them spend, how this may be divided; it is read from the
    curves of the longest runs.
    """

    name: str
    grid: tuple[SurfacePoint, ...]
    equal_totals: tuple[SurfacePoint, ...]


def surfaces(arms: Sequence[SweepArm], spend: SpendUnit) -> tuple[Surface, ...]:
    """Return a surface for each group of arms that differ by their budget alone, none for those of one seed."""
    grouped: dict[str, list[SweepArm]] = {}
    for arm in arms:
        grouped.setdefault(arm.name_without(f"budget.{spend}"), []).append(arm)
    several = {name: [arm for arm in members if len(arm.runs) > 1] for name, members in grouped.items()}
    return tuple(_surface(name, members, spend) for name, members in several.items() if members)


def median_best(gaps: Sequence[float], count: int) -> float:
    """Return the median of the smallest gap over all choices of `count` among the gaps."""
    ranked = sorted(gaps)
    # The gap of rank m is the smallest of comb(n - 1 - m, count - 1) choices.
    choices = [comb(len(ranked) - 1 - rank, count - 1) for rank in range(len(ranked))]
    below = list(accumulate(choices))
    lower = next(gap for gap, chosen in zip(ranked, below, strict=True) if 2 * chosen >= below[-1])
    upper = next(gap for gap, chosen in zip(ranked, below, strict=True) if 2 * chosen > below[-1])
    return (lower + upper) / 2


def _surface(name: str, arms: Sequence[SweepArm], spend: SpendUnit) -> Surface:
    by_budget = {budget: list(arm.runs.values()) for arm in arms if (budget := _budget(arm, spend)) is not None}
    longest = by_budget[max(by_budget)] if by_budget else list(arms[0].runs.values())
    end = horizon(longest, spend)
    if len(by_budget) > 1:
        ends = {budget: [run.points[-1].gap for run in runs] for budget, runs in sorted(by_budget.items())}
    else:
        ends = {length: _gaps(longest, spend, length) for length in (end / 2**n for n in reversed(range(HALVINGS)))}
    grid = [_point(gaps, count, length) for length, gaps in ends.items() for count in _counts(len(gaps))]
    counts = _counts(len(longest))
    divided = [
        _point(_gaps(longest, spend, end * times / count), count, end * times / count)
        for times in counts[:-1]
        for count in counts
        if count >= times
    ]
    return Surface(name, tuple(sorted(grid, key=lambda point: (point.runs, point.length))), tuple(divided))


def _point(gaps: Sequence[float], count: int, length: float) -> SurfacePoint:
    return SurfacePoint(count, length, median_best(gaps, count), len(gaps))


def _gaps(runs: Sequence[SweptRun], spend: SpendUnit, length: float) -> list[float]:
    return [float(gaps_at(run, spend, np.array([length]))[0]) for run in runs]


def _budget(arm: SweepArm, spend: SpendUnit) -> float | None:
    """Return the budget that all runs of an arm had."""
    budgets = {run.budget.get(spend) for run in arm.runs.values()}
    return budgets.pop() if len(budgets) == 1 else None


def _counts(seeds: int) -> list[int]:
    """Return 1, 2, 4, … and all seeds."""
    return sorted({*(2**n for n in range(seeds.bit_length())), seeds})
