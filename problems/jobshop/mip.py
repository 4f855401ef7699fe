"""The disjunctive model of the job shop, solved by HiGHS through PuLP: for tiny instances."""

import math
from itertools import combinations

import highspy
import numpy as np
import pulp
from numpy.typing import NDArray

from problems.contract import Array
from problems.highs import TOLERANCE, loaded
from problems.jobshop.schedule import places

NODES = 200_000  # a limit in nodes, not seconds: the same answer each time


def solved_within(durations: Array, routes: Array, most: int, seconds: float) -> tuple[NDArray[np.int64] | None, int]:
    """Return the start times of the best schedule that is found in so many wall seconds, if any, and a proven bound."""
    problem, start = disjunctive(durations, routes, most)
    highs = loaded(problem, seconds=seconds)
    highs.run()
    bound = math.ceil(highs.getInfo().mip_dual_bound - TOLERANCE)
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None, max(0, bound)
    values = highs.getSolution().col_value
    found = np.array([[round(values[variable.index]) for variable in row] for row in start], dtype=np.int64)
    return found, max(0, bound)


def solved(durations: Array, routes: Array, most: int, nodes: int = NODES) -> NDArray[np.int64] | None:
    """Return the start times of an optimal schedule, None where the limit of nodes came first.

    `most` is a makespan that is reached.
    """
    problem, start = disjunctive(durations, routes, most)
    highs = loaded(problem, nodes=nodes)
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    values = highs.getSolution().col_value
    return np.array([[round(values[variable.index]) for variable in row] for row in start], dtype=np.int64)


def disjunctive(durations: Array, routes: Array, most: int) -> tuple[pulp.LpProblem, list[list[pulp.LpVariable]]]:
    """Return the model of Manne (1960), M chosen by pair, and its start times."""
    n, m = durations.shape
    problem = pulp.LpProblem("jobshop", pulp.LpMinimize)
    last = problem.add_variable("makespan", 0, most)
    start = [[problem.add_variable(f"s_{j}_{k}", 0, most) for k in range(m)] for j in range(n)]
    problem += last
    for times, p in zip(start, durations.tolist(), strict=True):
        for time, duration, after in zip(times, p, (*times[1:], last), strict=True):
            problem += after >= time + duration
    place = places(routes)
    for machine in range(m):
        for i, j in combinations(range(n), 2):
            order = problem.add_variable(f"o_{machine}_{i}_{j}", cat=pulp.LpBinary)
            for a, b, late in ((i, j, 1 - order), (j, i, order)):
                duration = int(durations[a, place[a, machine]])
                ends = start[a][place[a, machine]] + duration
                problem += start[b][place[b, machine]] >= ends - (most + duration) * late
    return problem, start
