"""The sequences that local search starts from."""

import numpy as np

from problems.contract import Array
from problems.kernels import compiled
from problems.sequences import JobSequence
from problems.smtt.kernel import close_gap, spt_order

STRETCHES = (1.0, 1.1)  # MDD, and the weight of p in MDDC


@compiled
def modified_due_dates(p: Array, d: Array, order: JobSequence, stretch: float) -> JobSequence:
    """Return the schedule of least max(t + stretch · p, d): MDD for stretch 1 (Baker and Bertrand, 1982)."""
    waiting, processing, due = order.copy(), p[order], d[order]
    out = np.empty_like(order)
    t = 0
    for left in range(order.size, 0, -1):
        chosen = 0
        for k in range(1, left):
            if max(t + stretch * processing[k], due[k]) < max(t + stretch * processing[chosen], due[chosen]):
                chosen = k
        out[order.size - left] = waiting[chosen]
        t += processing[chosen]
        close_gap(waiting, processing, due, chosen, left)
    return out


def starts(p: Array, d: Array) -> list[JobSequence]:
    """Return the sequences that local search starts from."""
    order = spt_order(p, d)
    return [modified_due_dates(p, d, order, stretch) for stretch in STRETCHES]
