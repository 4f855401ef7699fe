"""The configuration model of one stage: alike nodes are filled by whole patterns, generated as they are wanted.

Max Σ y_i over the pods i of the stage's level, where y_i <= 1, y_i <= Σ_p a_ip λ_p, Σ_p λ_p <= nodes, and Σ y_i >= kept
for each level above: Gilmore and Gomory (1961) with two resources. Prices are duals in 1/SCALE of a pod; since they are
integers and any prices give a bound, no rounding of the linear program can make it wrong.
"""

from dataclasses import dataclass

import highspy
import numpy as np
import pulp
from numpy.typing import NDArray

from problems.highs import empty, found_solution, loaded
from problems.pods.exact.patterns import Patterns, search
from problems.pods.exact.stage import SECONDS, Stage, count
from problems.pods.generator import Integers

SCALE = 10**7
MOST_STEPS = 500_000  # of one search for patterns
MOST_COLUMNS = 3000
RISES = (SCALE // 1000, SCALE // 100_000, 1)  # how far from best a pattern may be, one after the other
COVER_STEPS = 20_000_000  # of the search for patterns
MOST_PATTERNS = 8000
MOST_NODES = 2000  # of branch and bound


@dataclass(frozen=True, slots=True)
class PatternPrices:
    """Of pods, of shape (pods,), and of levels down to the stage's own, whose price is 0; in 1/SCALE of a pod."""

    pods: Integers
    levels: Integers


class ConfigurationMaster:
    """Holds the linear program in HiGHS between the columns that are added."""

    def __init__(self, one: Stage, nodes: int, known: Patterns) -> None:
        self._highs = empty()
        self._pods = one.pods.size
        self._known: set[bytes] = set()
        self._add_rows(one, nodes)
        for i, own in enumerate(one.level.tolist()):
            rows = [i] if own == len(one.kept) else [i, self._pods + 1 + own]
            self._add_column(-float(own == len(one.kept)), 1.0, rows, [1.0] * len(rows))
        for pattern in known:
            self.add(pattern)

    def _add_rows(self, one: Stage, nodes: int) -> None:
        upper = [0.0] * self._pods + [float(nodes)]  # y_i - Σ a_ip λ_p <= 0, then Σ λ_p <= nodes
        bounds = [(-highspy.kHighsInf, most) for most in upper]
        bounds += [(float(kept), highspy.kHighsInf) for kept in one.kept]
        for low, high in bounds:
            self._highs.addRow(low, high, 0, np.array([], dtype=np.int32), np.array([], dtype=np.float64))

    def _add_column(self, cost: float, upper: float, rows: list[int], entries: list[float]) -> None:
        self._highs.addCol(cost, 0.0, upper, len(rows), np.array(rows, dtype=np.int32), np.array(entries))

    def add(self, pattern: NDArray[np.bool_]) -> bool:
        """Add a pattern; False where it is there already."""
        if pattern.tobytes() in self._known:
            return False
        self._known.add(pattern.tobytes())
        pods = np.flatnonzero(pattern).tolist()
        self._add_column(0.0, highspy.kHighsInf, [*pods, self._pods], [-1.0] * len(pods) + [1.0])
        return True

    def solve(self) -> PatternPrices:
        """Return the prices, the duals of the rows."""
        self._highs.run()
        duals = np.rint(np.abs(np.array(self._highs.getSolution().row_dual)) * SCALE).astype(np.int64)
        return PatternPrices(duals[: self._pods], np.append(duals[self._pods + 1 :], 0))


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The end of the relaxation: a bound in 1/SCALE of a pod, its prices, and the best price of a pattern."""

    bound: int
    prices: PatternPrices
    pattern: int


def relax(one: Stage, capacity: Integers, nodes: int, known: Patterns, enough: int) -> Relaxed | None:
    """Return the least bound of the relaxation, or the first that rounds down to `enough`; None past the limits."""
    master = ConfigurationMaster(one, nodes, known)
    best: Relaxed | None = None
    rises = list(RISES)
    for _ in range(MOST_COLUMNS):
        prices = master.solve()
        found = np.zeros((1, one.pods.size), dtype=np.bool_)
        count, pattern = search(prices.pods, one.requests, capacity, 1, rises[0], MOST_STEPS, found)
        if count < 0:
            return best
        pattern += rises[0] - 1
        bound = lagrangian(one, prices, nodes, pattern)
        if best is None or bound < best.bound:
            best = Relaxed(bound, prices, pattern)
        if bound // SCALE <= enough:
            return best
        if not master.add(found[0]):
            rises = rises[1:]
        if not rises:
            return best
    return best


def lagrangian(one: Stage, prices: PatternPrices, nodes: int, pattern: int) -> int:
    """Return Σ max(0, gain_i - π_i) + nodes · (best pattern), less what is kept above at its price."""
    gain = np.where(one.own, SCALE, prices.levels[one.level])
    kept = int(prices.levels[:-1] @ np.array(one.kept, dtype=np.int64))
    return int(np.maximum(0, gain - prices.pods).sum()) + nodes * pattern - kept


def useful_patterns(one: Stage, capacity: Integers, relaxed: Relaxed, target: int) -> Patterns | None:
    """Return the patterns of which a placement of `target` pods of the stage's level consists, None past the limits.

    The best price of a pattern less its own is lost for the bound, so it may be no more than is left above the target:
    fixing by reduced costs, as in Baldacci, Christofides and Mingozzi (2008).
    """
    patterns = np.zeros((MOST_PATTERNS, one.pods.size), dtype=np.bool_)
    least = relaxed.pattern - (relaxed.bound - target * SCALE)
    many, _ = search(relaxed.prices.pods, one.requests, capacity, least, False, COVER_STEPS, patterns)
    return patterns[:many] if many >= 0 else None


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
