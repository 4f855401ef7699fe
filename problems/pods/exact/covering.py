"""Whole nodes by whole patterns: the integer program over the patterns that a better placement may use."""

import highspy
import numpy as np
import pulp

from problems.highs import found_solution, loaded
from problems.pods.exact.configuration import Relaxed
from problems.pods.exact.master import SCALE
from problems.pods.exact.model import SECONDS, Stage, count
from problems.pods.exact.patterns import Patterns, search
from problems.pods.generator import Integers

MOST_STEPS = 20_000_000  # of the search for patterns
MOST_PATTERNS = 8000
MOST_NODES = 2000  # of branch and bound


def useful_patterns(one: Stage, capacity: Integers, relaxed: Relaxed, target: int) -> Patterns | None:
    """Return the patterns of which a placement of `target` pods of the stage's level consists, None past the limits.

    The best price of a pattern less its own is lost for the bound, so it may be no more than is left above the target:
    fixing by reduced costs, as in Baldacci, Christofides and Mingozzi (2008).
    """
    found = np.zeros((MOST_PATTERNS, one.pods.size), dtype=np.bool_)
    least = relaxed.pattern - (relaxed.bound - target * SCALE)
    many, _ = search(relaxed.prices.pods, one.requests, capacity, least, False, MOST_STEPS, found)
    return found[:many] if many >= 0 else None


def cover(one: Stage, patterns: Patterns, nodes: int, target: int) -> Patterns | None:
    """Return patterns, one per node, that place `target` pods of the stage's level; none where that cannot be.

    None past the limit.
    """
    problem = pulp.LpProblem("pods", pulp.LpMaximize)
    used = [problem.add_variable(f"u_{p}", cat=pulp.LpBinary) for p in range(len(patterns))]
    placed = [problem.add_variable(f"y_{pod}", 0, 1) for pod in one.pods.tolist()]
    count(problem, one, placed)
    own = [y for y, mine in zip(placed, one.own, strict=True) if mine]
    problem += pulp.lpSum(own) >= target
    problem += pulp.lpSum(used) <= nodes
    for i, y in enumerate(placed):
        problem += y <= pulp.lpSum([used[p] for p in np.flatnonzero(patterns[:, i])])
    highs = loaded(problem, seconds=SECONDS, nodes=MOST_NODES)
    highs.setOptionValue("mip_max_improving_sols", 1)  # the first one is good enough
    highs.run()
    if highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        return patterns[:0]
    if not found_solution(highs):
        return None
    values = np.array(highs.getSolution().col_value)
    return patterns[values[[u.index for u in used]] > 0.5]
