"""The disjunctive model of the job shop, solved by HiGHS through PuLP: for tiny instances."""

from importlib.metadata import version
from itertools import combinations

import highspy
import numpy as np
import pulp
from numpy.typing import NDArray

from problems.contract import Array
from problems.jobshop.schedule import places

NODES = 200_000  # a limit in nodes, not seconds: the same answer each time
LESS_THAN_ONE = 0.999  # makespans are integers: nothing better remains once the gap is below 1
VERSIONS = f"pulp {pulp.__version__}, highspy {version('highspy')}"


def solved(durations: Array, routes: Array, most: int) -> NDArray[np.int64] | None:
    """Return the start times of an optimal schedule, None where the limit of nodes came first.

    `most` is a makespan that is reached.
    """
    problem, start = disjunctive(durations, routes, most)
    interface = pulp.HiGHS(msg=False, threads=1, gapRel=0.0, gapAbs=LESS_THAN_ONE, mip_max_nodes=NODES)
    problem.solve(interface)
    if problem.solverModel.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return np.array([[round(variable.value()) for variable in row] for row in start], dtype=np.int64)


def disjunctive(durations: Array, routes: Array, most: int) -> tuple[pulp.LpProblem, list[list[pulp.LpVariable]]]:
    """Return the model of Manne (1960), M chosen by pair, and its start times."""
    n, m = durations.shape
    problem = pulp.LpProblem("jobshop", pulp.LpMinimize)
    last = pulp.LpVariable("makespan", 0, most)
    start = [[pulp.LpVariable(f"s_{j}_{k}", 0, most) for k in range(m)] for j in range(n)]
    problem += last
    for times, p in zip(start, durations.tolist(), strict=True):
        for time, duration, after in zip(times, p, (*times[1:], last), strict=True):
            problem += after >= time + duration
    place = places(routes)
    for machine in range(m):
        for i, j in combinations(range(n), 2):
            order = pulp.LpVariable(f"o_{machine}_{i}_{j}", cat=pulp.LpBinary)
            for a, b, late in ((i, j, 1 - order), (j, i, order)):
                duration = int(durations[a, place[a, machine]])
                ends = start[a][place[a, machine]] + duration
                problem += start[b][place[b, machine]] >= ends - (most + duration) * late
    return problem, start
