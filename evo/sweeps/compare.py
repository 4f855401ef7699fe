"""Arms compared: gaps, paired differences with intervals, and the best gap over what was spent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluators.statistics import FEWEST, Interval, crossed_interval, mean_interval
from evo.analysis.calls import ReplyCounts
from evo.core.errors import UserError
from evo.core.format import INTERVALS
from evo.sweeps.arms import SweepArm
from evo.sweeps.curves import SpendUnit, area, gaps_at, horizon
from evo.sweeps.runs import SweptRun
from evo.sweeps.surface import Surface, surfaces
from problems import Split

FRACTIONS = (0.1, 0.25, 0.5, 1.0)
MARKS = 100
"""Points of a drawn curve."""


@dataclass(frozen=True, slots=True)
class GapRange:
    """Mean and ends of the runs' gaps."""

    mean: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class GapCurve:
    """The mean best gap on train at each mark of spend, and its interval if seeds suffice; all of shape (marks,)."""

    marks: NDArray[np.float64]
    mean: NDArray[np.float64]
    low: NDArray[np.float64] | None
    high: NDArray[np.float64] | None


@dataclass(frozen=True, slots=True)
class ArmFigures:
    """What there is to say of an arm.

    `differences` are to the first arm, by split, over `pairs` common seeds; None where there is nothing to pair.
    `over_spend` is the best gap at each of `FRACTIONS`. `replies` are those of
    each run, by seed.
    """

    name: str
    seeds: tuple[int, ...]
    gaps: Mapping[Split, GapRange]
    pairs: int
    differences: Mapping[Split, Interval | None]
    over_spend: tuple[Interval, ...]
    area: Interval
    curve: GapCurve
    replies: Mapping[int, ReplyCounts]


@dataclass(frozen=True, slots=True)
class SweepComparison:
    """All arms, the one that the others are compared with first; `end` is the spend that 100 % stands for."""

    arms: tuple[ArmFigures, ...]
    surfaces: tuple[Surface, ...]
    spend: SpendUnit
    end: float
    notes: tuple[str, ...]


def compare(
    arms: Sequence[SweepArm], spend: SpendUnit = SpendUnit.CANDIDATES, against: str | None = None
) -> SweepComparison:
    """Compare every arm with the first, or with the one whose name is, or alone contains, `against`.

    Raises:
        UserError: no arm, or several are called so, or what is spent is not known.
    """
    base = arms[0] if against is None else _named(arms, against)
    every = [base, *(arm for arm in arms if arm is not base)]
    end = horizon([run for arm in arms for run in arm.runs.values()], spend)
    figures = tuple(_figures(arm, base, spend, end) for arm in every)
    return SweepComparison(figures, surfaces(every, spend), spend, end, _notes(every, base))


def _named(arms: Sequence[SweepArm], name: str) -> SweepArm:
    exact = [arm for arm in arms if arm.name == name]
    fitting = exact or [arm for arm in arms if name in arm.name]
    if len(fitting) != 1:
        raise UserError(f"Expected --against one of: {', '.join(arm.name for arm in arms)}; got {name!r}.")
    return fitting[0]


def _figures(arm: SweepArm, base: SweepArm, spend: SpendUnit, end: float) -> ArmFigures:
    runs = list(arm.runs.values())
    common = sorted(arm.runs.keys() & base.runs.keys())
    pairs = [(arm.runs[seed], base.runs[seed]) for seed in common]
    at = np.array([gaps_at(run, spend, np.array(FRACTIONS) * end) for run in runs])
    return ArmFigures(
        name=arm.name,
        seeds=tuple(arm.runs),
        gaps={split: _spread(runs, split) for split in Split if all(split in run.gaps for run in runs)},
        pairs=0 if arm is base else len(pairs),
        differences={split: None if arm is base else _difference(pairs, split) for split in Split},
        over_spend=tuple(mean_interval(column) for column in at.T),
        area=mean_interval(np.array([area(run, spend, end) for run in runs])),
        curve=_curve(runs, spend, np.linspace(0, end, MARKS + 1)),
        replies={seed: run.replies for seed, run in arm.runs.items()},
    )


def _spread(runs: Sequence[SweptRun], split: Split) -> GapRange:
    gaps = [run.gaps[split].mean for run in runs]
    return GapRange(float(np.mean(gaps)), min(gaps), max(gaps))


def _difference(pairs: Sequence[tuple[SweptRun, SweptRun]], split: Split) -> Interval | None:
    """Return the difference paired by seed, and by instance where all runs had the same ones."""
    both = [(one.gaps[split], other.gaps[split]) for one, other in pairs if split in one.gaps and split in other.gaps]
    if not both:
        return None
    if len({gaps.instances for pair in both for gaps in pair}) == 1:
        return crossed_interval(np.array([one.each - other.each for one, other in both]))
    return mean_interval(np.array([one.mean - other.mean for one, other in both]))


def _curve(runs: Sequence[SweptRun], spend: SpendUnit, marks: NDArray[np.float64]) -> GapCurve:
    gaps = np.array([gaps_at(run, spend, marks) for run in runs])
    if len(runs) < FEWEST:
        return GapCurve(marks, gaps.mean(axis=0), None, None)
    intervals = [mean_interval(column) for column in gaps.T]
    low, high = (np.array([getattr(one, end) for one in intervals]) for end in ("low", "high"))
    return GapCurve(marks, gaps.mean(axis=0), low, high)


def _notes(arms: Sequence[SweepArm], base: SweepArm) -> tuple[str, ...]:
    notes = [f"{INTERVALS}; over seeds, of differences over instances as well"]
    fewest = min(len(arm.runs) for arm in arms)
    if fewest < FEWEST:
        notes.append(f"an arm has {fewest} seed{'s' * (fewest > 1)}: fewer than {FEWEST} are too few to tell")
    if unpaired := [arm.name for arm in arms if not arm.runs.keys() & base.runs.keys()]:
        notes.append(f"no seed in common with {base.name}: {', '.join(unpaired)}")
    problems = {run.settings["problem"] for arm in arms for run in arm.runs.values()}
    if len(problems) > 1:
        notes.append(f"the arms solve different problems ({', '.join(sorted(problems))}): their gaps do not compare")
    return tuple(notes)
