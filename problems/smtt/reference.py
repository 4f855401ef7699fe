"""The best known value of an instance: the best of several local searches, and simple lower bounds."""

import numpy as np

from problems.contract import Array, Reference
from problems.kernels import compiled
from problems.sequences import JobSequence
from problems.smtt.descent import descend, iterate
from problems.smtt.kernel import close_gap, spt_order, total_tardiness

STRETCHES = (1.0, 1.1)  # MDD, and the weight of p in MDDC
LEAST_KICKS, MOST_KICKS, KICKED_JOBS = 20, 100, 5000  # the fewer jobs, the more kicks


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


def searched(p: Array, d: Array) -> int:
    """Return the total tardiness of the best sequence that local search finds; deterministic."""
    sequences = starts(p, d)
    for sequence in sequences:
        descend(sequence, p, d)
    best = min(sequences, key=lambda sequence: total_tardiness(sequence, p, d))
    kicks = min(MOST_KICKS, max(LEAST_KICKS, KICKED_JOBS // p.size))
    return iterate(best, p, d, kicks, max(1, p.size // 2), 0)


def lower_bound(p: Array, d: Array) -> int:
    """Return the largest of three lower bounds of total tardiness."""
    spt, edd = p[spt_order(p, d)].cumsum(), np.lexsort((p, d))
    matching = np.maximum(0, spt - d[edd]).sum()  # the k-th completion, at the earliest, against the k-th due date
    lateness = spt.sum() - d.sum()  # SPT minimises total lateness, Smith (1956)
    largest = np.maximum(0, p[edd].cumsum() - d[edd]).max()  # EDD minimises the largest tardiness, Jackson (1955)
    return int(max(matching, lateness, largest))


def best_known(p: Array, d: Array) -> Reference:
    """Return the best value at hand, proven where it meets the lower bound."""
    value, bound = searched(p, d), lower_bound(p, d)
    method = "best known: insertion and swap descents from MDD and stretched MDD, then iterated local search"
    return Reference(value=float(value), bound=float(bound), proven=value == bound, method=method)
