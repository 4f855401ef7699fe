"""How the best gap of a run fell over what it spent."""

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from evo.analysis.progress import Point
from evo.core.errors import UserError
from evo.sweeps.runs import SweptRun


class SpendUnit(StrEnum):
    """What is spent."""

    CANDIDATES = "candidates"
    SECONDS = "seconds"
    DOLLARS = "dollars"
    TOKENS = "tokens"


def horizon(runs: Sequence[SweptRun], spend: SpendUnit) -> float:
    """Return how far curves go: the budget that all runs had, else what each of them has spent at least.

    A budget of candidates does not count the seeds, curves do: they go to the longest run's end.

    Raises:
        UserError: a run has spent nothing of this kind, or it is not known how much.
    """
    ends = [float(_spent(run.points[-1], spend, run)) for run in runs]
    if min(ends) <= 0:
        raise UserError(f"A run has spent no {spend}: choose another --spend.")
    budgets = {run.budget.get(spend) for run in runs}
    budget = budgets.pop() if len(budgets) == 1 else None
    if budget is None:
        return min(ends)
    return max(float(budget), *ends) if spend is SpendUnit.CANDIDATES else float(budget)


def gaps_at(run: SweptRun, spend: SpendUnit, marks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the best gap on train at each mark, in the unit of `spend`; before the first score there is that one.

    A run that ended earlier stays at its last gap.
    """
    spent = np.array([_spent(point, spend, run) for point in run.points])
    gaps = np.array([point.gap for point in run.points])
    return gaps[np.maximum(np.searchsorted(spent, marks, side="right") - 1, 0)]


def area(run: SweptRun, spend: SpendUnit, end: float) -> float:
    """Return the area under the curve up to `end`, as a share of it: the best gap in the mean over what was spent."""
    starts = [0.0, *(float(_spent(point, spend, run)) for point in run.points[1:])]
    edges = np.minimum(np.array([*starts, np.inf]), end)
    return float(np.sum(np.diff(edges) * [point.gap for point in run.points]) / end)


def _spent(point: Point, spend: SpendUnit, run: SweptRun) -> float:
    spent: float | None = getattr(point, spend)
    if spent is None:
        raise UserError(f"{run.folder.name} has calls of unknown price: choose another --spend than {spend}.")
    return spent
