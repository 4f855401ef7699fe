"""The linear program of cutting stock, with HiGHS: columns are generated, then bins are whole."""

from collections.abc import Sequence

import highspy
import numpy as np
from numpy.typing import NDArray

from problems.contract import Array
from problems.highs import LESS_THAN_ONE, empty, found_solution
from problems.obp.pricing import Pattern, best_pattern, dual_bound

EPSILON = 1e-7  # HiGHS's own feasibility tolerance


class Master:
    """The linear program: the fewest bins, each a pattern, that hold at least n items of every size w.

    Patterns are columns; `rounds` more may be made.
    """

    def __init__(self, w: Array, n: Array, capacity: int, patterns: Sequence[Pattern], rounds: int) -> None:
        self.w, self.n, self.capacity, self.rounds = w, n, capacity, rounds
        self.patterns: list[Pattern] = []
        self.highs = empty()
        for demand in n:
            self.highs.addRow(float(demand), highspy.kHighsInf, 0, [], [])
        for pattern in patterns:
            self.add(pattern)

    def add(self, pattern: Pattern) -> None:
        """Add a pattern."""
        rows = np.flatnonzero(pattern).astype(np.int32)
        values = pattern[rows].astype(np.float64)
        self.highs.addCol(1.0, 0.0, highspy.kHighsInf, rows.size, rows, values)
        self.patterns.append(pattern)

    def demand(self, n: Array) -> None:
        """Ask for other numbers of items; patterns with more than that are left out."""
        self.n = n
        for row, items in enumerate(n):
            self.highs.changeRowBounds(row, float(items), highspy.kHighsInf)
        for column, pattern in enumerate(self.patterns):
            self.highs.changeColBounds(column, 0.0, 0.0 if (pattern > n).any() else highspy.kHighsInf)

    def solve(self, enough: int | None = None) -> tuple[NDArray[np.float64], int]:
        """Solve with all patterns that help; return the bins of each, and the bound where one of `enough` ends it."""
        bound = 0
        while True:
            self.highs.run()
            found = self.highs.getSolution()
            u = np.maximum(0.0, np.array(found.row_dual))
            if enough is not None:
                bound = max(bound, dual_bound(u, self.w, self.n, self.capacity))
            pattern = best_pattern(u, self.w, self.n, self.capacity)
            done = u @ pattern <= 1.0 + EPSILON or self.rounds == 0
            if done or (enough is not None and bound >= enough):
                return np.array(found.col_value), bound
            self.rounds -= 1
            self.add(pattern)

    def solve_whole(self, bound: int, work: int) -> NDArray[np.float64] | None:
        """Solve for whole bins of the patterns at hand; None where nodes times patterns would exceed `work` first.

        A solution of `bound` bins is enough.
        """
        options = {"mip_max_nodes": work // len(self.patterns), "mip_rel_gap": 0.0, "mip_abs_gap": LESS_THAN_ONE}
        for name, value in {**options, "objective_target": bound + 0.5}.items():
            self.highs.setOptionValue(name, value)
        for column in range(len(self.patterns)):
            self.highs.changeColIntegrality(column, highspy.HighsVarType.kInteger)
        self.highs.run()
        return np.array(self.highs.getSolution().col_value) if found_solution(self.highs) else None
