"""The models of one stage: most pods of one level, with as many of each higher level as are known to fit.

A stage leaves out the pods of lower levels, which it would not place. PuLP states the models, HiGHS solves them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pulp
from numpy.typing import NDArray

from problems.highs import TOLERANCE, loaded
from problems.pods.generator import Integers

SECONDS = 600.0  # of one run


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: the pods that take part with their requests, of shape (pods, 2), and levels, and what is kept above.

    `kept` holds the counts of the levels above; the stage's own level follows on them.
    """

    pods: Integers
    requests: Integers
    level: Integers
    kept: tuple[int, ...]

    @property
    def own(self) -> NDArray[np.bool_]:
        """Which of the pods are of the stage's own level."""
        return np.asarray(self.level == len(self.kept))


def stage(requests: Integers, level: Integers, kept: Sequence[int]) -> Stage:
    """Return the stage that follows on those whose counts are kept."""
    pods = np.flatnonzero(level <= len(kept))
    return Stage(pods, requests[pods], level[pods], tuple(kept))


def aggregate_bound(one: Stage, capacities: Integers) -> int:
    """Return how many pods of the stage's level fit where all nodes are one."""
    problem = pulp.LpProblem("pods", pulp.LpMaximize)
    chosen = [problem.add_variable(f"y_{pod}", cat=pulp.LpBinary) for pod in one.pods.tolist()]
    count(problem, one, chosen)
    for asked, there in zip(one.requests.T, capacities.sum(axis=0), strict=True):
        problem += pulp.lpDot(asked.tolist(), chosen) <= int(there)
    highs = loaded(problem, seconds=SECONDS)
    highs.run()
    return rounded_down(highs.getInfo().mip_dual_bound)


def count(problem: pulp.LpProblem, one: Stage, chosen: Sequence[pulp.LpVariable]) -> None:
    """Maximise the chosen pods of the stage's level and keep those of the levels above."""
    of = [[y for y, own in zip(chosen, one.level, strict=True) if own == k] for k in range(len(one.kept) + 1)]
    problem += pulp.lpSum(of[-1])
    for known, above in zip(one.kept, of[:-1], strict=True):
        if above:
            problem += pulp.lpSum(above) >= known


def rounded_down(bound: float) -> int:
    """Return the most pods that a dual bound leaves possible; PuLP makes HiGHS minimise the negative."""
    return math.floor(-bound + TOLERANCE)
