"""When a job may start that has a position: the arcs of a better sequence, told apart by the number of jobs before."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from problems.contract import Array
from problems.sequences import JobSequence
from problems.smtt.mip.arcs import Arcs


@dataclass(frozen=True, slots=True)
class Starts:
    """`some` says whether a job may have a position, `earliest` and `latest` when it may start there.

    All have shape (jobs, positions); times are in time units, and mean nothing where `some` is false.
    """

    some: NDArray[np.bool_]
    earliest: JobSequence
    latest: JobSequence


def starts_by_position(p: Array, left: Arcs, sequence: JobSequence, value: int) -> Starts:
    """Return the starts in sequences below `value`, and those of the known sequence.

    An arc stays at a position if the cheapest path through it, of as many arcs as there are jobs, is cheap enough.
    """
    n, work = p.size, int(p.sum())
    end = left.start + np.asarray(p, dtype=np.int64)[left.job]
    before, after = np.full(
        (2, n + 1, work + 1), np.inf
    )  # the least reduced cost of k arcs up to t, from t with k done
    before[0, 0] = after[n, work] = 0.0
    for k in range(n):
        np.minimum.at(before[k + 1], end, before[k, left.start] + left.cost)
        np.minimum.at(after[n - 1 - k], left.start, after[n - k, end] + left.cost)
    earliest, latest = np.full((n, n), work), np.full((n, n), -1)
    known = p[sequence].cumsum() - p[sequence]
    earliest[sequence, np.arange(n)] = latest[sequence, np.arange(n)] = known
    for k in range(n):
        kept = before[k, left.start] + left.cost + after[k + 1, end] <= value - 1 - left.bound
        np.minimum.at(earliest[:, k], left.job[kept], left.start[kept])
        np.maximum.at(latest[:, k], left.job[kept], left.start[kept])
    return Starts(latest >= 0, earliest, latest)
