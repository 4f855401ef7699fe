"""The linear program over the patterns so far; rows: one per pod, one for the nodes, one per level above."""

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from problems.highs import empty
from problems.pods.exact.model import Stage
from problems.pods.exact.patterns import Patterns
from problems.pods.generator import Integers

SCALE = 10**7


@dataclass(frozen=True, slots=True)
class Prices:
    """Of pods, of shape (pods,), and of levels down to the stage's own, whose price is 0; in 1/SCALE of a pod."""

    pods: Integers
    levels: Integers


class Master:
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

    def solve(self) -> Prices:
        """Return the prices, the duals of the rows."""
        self._highs.run()
        duals = np.rint(np.abs(np.array(self._highs.getSolution().row_dual)) * SCALE).astype(np.int64)
        return Prices(duals[: self._pods], np.append(duals[self._pods + 1 :], 0))
