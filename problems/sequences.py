"""What problems share whose solution is a sequence of jobs: the check of untrusted sequences, and their order."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from problems.contract import Array, Infeasible, SolutionShape
from problems.kernels import compiled

JobSequence = NDArray[np.int64]


def permutation(solution: Array, jobs: int) -> JobSequence:
    """Return a private copy of an untrusted solution that names each of the jobs 0, ..., jobs-1 once.

    Raises:
        Infeasible: it does not; the message names the position and the entry.
    """
    SolutionShape((jobs,)).check(solution)
    sequence = solution.astype(np.int64)
    position = first_fault(sequence)
    if position < 0:
        return sequence
    job = int(sequence[position])
    if 0 <= job < jobs:
        raise Infeasible(f"Job {job} at position {position} stands earlier in the sequence too.")
    raise Infeasible(f"Expected job indices 0 to {jobs - 1}, got {job} at position {position}.")


def filled(algorithm: Callable[..., object], *instance: Array) -> JobSequence:
    """Return the sequence of job indices that an algorithm fills in."""
    out = np.zeros(instance[0].size, dtype=np.int64)
    algorithm(*instance, out)
    return out


@compiled
def first_fault(sequence: Array) -> int:
    """Return the first position whose entry is no job or repeats one; -1 in a permutation."""
    seen = np.zeros(sequence.size, dtype=np.bool_)
    for position in range(sequence.size):
        job = sequence[position]
        if job < 0 or job >= sequence.size or seen[job]:
            return position
        seen[job] = True
    return -1


@compiled
def ordered_share(keys: Array, sequence: Array) -> float:
    """Return the share, of the pairs with distinct keys, that stand in ascending order; 1 without such pairs.

    This is Kendall's tau moved to [0, 1]; the plain double loop beats sorting at the sizes at hand.
    """
    ascending = descending = 0
    ordered = keys[sequence]
    for i in range(ordered.size):
        for j in range(i + 1, ordered.size):
            ascending += ordered[i] < ordered[j]
            descending += ordered[i] > ordered[j]
    if ascending + descending == 0:
        return 1.0
    return ascending / (ascending + descending)
