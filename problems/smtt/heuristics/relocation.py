"""Heuristics that move a job behind later ones, when those gain more than it loses.

By position k: work[k] is the processing time, late[k] the lateness (completion less due date; negative: early).
"""

import numpy as np

from problems.sequences import JobSequence
from problems.smtt.heuristics.dispatching import Times, corrected_due_dates, edd, mdd_index
from problems.smtt.heuristics.insertion import refresh, relocate


def net_benefit(work: Times, late: Times, i: int, j: int) -> int:
    """Return by how much the total tardiness falls when position i is moved to the later position j."""
    end = late[i]
    benefit = max(0, end)
    for k in range(i + 1, j + 1):
        end += work[k]
        benefit += max(0, min(work[i], late[k]))
    return int(benefit - max(0, end))


def best_relocation(work: Times, late: Times, j: int) -> tuple[int, int]:
    """Return the largest net benefit of moving an earlier position to position j, and the first such position.

    The jobs passed can gain no more than they are late, and each no more than the work of the one that moves: where
    this bound is too low, the sum over them is spared.
    """
    best, place = 0, j
    tardy = tardiness = passed = 0
    for i in range(j - 1, -1, -1):
        tardy += late[i + 1] > 0
        tardiness += max(0, late[i + 1])
        passed += work[i + 1]
        loss = max(0, late[i] + passed) - max(0, late[i])
        if min(tardiness, work[i] * tardy) - loss >= max(1, best):
            benefit = net_benefit(work, late, i, j)
            if benefit > 0 and benefit >= best:
                best, place = benefit, i
    return best, place


def augmented(p: Times, d: Times, start: JobSequence, out: JobSequence) -> None:
    """Append the jobs of a sequence one by one, after each moving to the end the job whose move gains most, if any."""
    work = np.zeros(p.size, dtype=np.int64)
    late = np.zeros(p.size, dtype=np.int64)
    for j in range(p.size):
        out[j] = start[j]
        refresh(p, d, out, work, late, j, j)
        benefit, place = best_relocation(work, late, j)
        if benefit > 0:
            relocate(out, place, j)
            refresh(p, d, out, work, late, place, j)


def augmented_edd(p: Times, d: Times, out: JobSequence) -> None:
    """EDD, augmented after Bean and Hall (1985): after each append, the best move of one earlier job to the end."""
    start = np.zeros(p.size, dtype=np.int64)
    edd(p, d, start)
    augmented(p, d, start, out)


def augmented_mdd(p: Times, d: Times, out: JobSequence) -> None:
    """MDD, augmented after Bean and Hall (1985): after each append, the best move of one earlier job to the end."""
    start = np.zeros(p.size, dtype=np.int64)
    mdd_index(p, d, start)
    augmented(p, d, start, out)


def augmented_mddc(p: Times, d: Times, out: JobSequence) -> None:
    """MDDC, augmented after Bean and Hall (1985), of Cetinkaya et al. (2025), arXiv 2510.24013.

    After each append, the best move of one earlier job to the end.
    """
    start = np.zeros(p.size, dtype=np.int64)
    corrected_due_dates(p, d, start)
    augmented(p, d, start, out)


def nbr(p: Times, d: Times, out: JobSequence) -> None:
    """Net benefit of relocation: Holsenback and Russell (1992), reconstructed.

    From EDD, the last position first: while the job there is tardy, the earlier job whose move behind it benefits the
    sequence most is moved there; where no move does, the position before it is next. The paper's listing may keep
    further conditions; this one gives the gap that is published for it.
    """
    work = np.zeros(p.size, dtype=np.int64)
    late = np.zeros(p.size, dtype=np.int64)
    edd(p, d, out)
    refresh(p, d, out, work, late, 0, p.size - 1)
    j = p.size - 1
    while j > 0:
        benefit, place = 0, j
        if late[j] > 0:
            benefit, place = best_relocation(work, late, j)
        if benefit > 0:
            relocate(out, place, j)
            refresh(p, d, out, work, late, place, j)
        else:
            j -= 1
