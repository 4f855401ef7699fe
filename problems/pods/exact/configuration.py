"""The configuration model of one stage: alike nodes are filled by whole patterns, generated as they are wanted.

Max Σ y_i over the pods i of the stage's level, where y_i <= 1, y_i <= Σ_p a_ip λ_p, Σ_p λ_p <= nodes, and Σ y_i >= kept
for each level above: Gilmore and Gomory (1961) with two resources. Prices are duals in 1/SCALE of a pod; since they are
integers and any prices give a bound, no rounding of the linear program can make it wrong.
"""

from dataclasses import dataclass

import numpy as np

from problems.pods.exact.master import SCALE, Master, Prices
from problems.pods.exact.model import Stage
from problems.pods.exact.patterns import Patterns, search
from problems.pods.generator import Integers

MOST_STEPS = 500_000  # of one search for patterns
MOST_COLUMNS = 3000
RISES = (SCALE // 1000, SCALE // 100_000, 1)  # how far from best a pattern may be, one after the other


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The end of the relaxation: a bound in 1/SCALE of a pod, its prices, and the best price of a pattern."""

    bound: int
    prices: Prices
    pattern: int


def relax(one: Stage, capacity: Integers, nodes: int, known: Patterns, enough: int) -> Relaxed | None:
    """Return the least bound of the relaxation, or the first that rounds down to `enough`; None past the limits."""
    master = Master(one, nodes, known)
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


def lagrangian(one: Stage, prices: Prices, nodes: int, pattern: int) -> int:
    """Return Σ max(0, gain_i - π_i) + nodes · (best pattern), less what is kept above at its price."""
    gain = np.where(one.own, SCALE, prices.levels[one.level])
    kept = int(prices.levels[:-1] @ np.array(one.kept, dtype=np.int64))
    return int(np.maximum(0, gain - prices.pods).sum()) + nodes * pattern - kept
