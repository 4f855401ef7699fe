"""The models of one stage: most pods of one level, with as many of each higher level as are known to fit.

A stage leaves out the pods of lower levels, which it would not place. PuLP states the models, HiGHS solves them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version

import highspy
import numpy as np
import pulp
from numpy.typing import NDArray

from problems.pods.generator import Integers

VERSIONS = f"pulp {pulp.__version__}, highspy {version('highspy')}"
LESS_THAN_ONE = 0.999  # counts are integers: nothing better remains once the gap is below 1
TOLERANCE = 1e-6  # of HiGHS


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
    highs = loaded(problem)
    highs.run()
    return rounded_down(highs.getInfo().mip_dual_bound)


def count(problem: pulp.LpProblem, one: Stage, chosen: Sequence[pulp.LpVariable]) -> None:
    """Maximise the chosen pods of the stage's level and keep those of the levels above."""
    of = [[y for y, own in zip(chosen, one.level, strict=True) if own == k] for k in range(len(one.kept) + 1)]
    problem += pulp.lpSum(of[-1])
    for known, above in zip(one.kept, of[:-1], strict=True):
        if above:
            problem += pulp.lpSum(above) >= known


def loaded(problem: pulp.LpProblem, nodes: int | None = None, seconds: float = 600.0) -> highspy.Highs:
    """Return HiGHS with the model, as PuLP sets it up, before its run; `nodes` of branch and bound at most."""
    interface = pulp.HiGHS(msg=False, threads=1, timeLimit=seconds, gapRel=0.0, gapAbs=LESS_THAN_ONE)
    interface.createAndConfigureSolver(problem)
    interface.buildSolverModel(problem)
    highs: highspy.Highs = problem.solverModel
    if nodes is not None:
        highs.setOptionValue("mip_max_nodes", nodes)
    return highs


def rounded_down(bound: float) -> int:
    """Return the most pods that a dual bound leaves possible; PuLP makes HiGHS minimise the negative."""
    return math.floor(-bound + TOLERANCE)
