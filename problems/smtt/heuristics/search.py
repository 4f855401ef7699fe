"""Descents by insertions and swaps, and an iterated local search: the strongest heuristics here, and the dearest.

By position, as in the descent by insertions: work, late, tail, shortest; besides, crowd[k] is how many of position k
and all later ones are tardy.
"""

import numpy as np

from problems.sequences import JobSequence
from problems.smtt.heuristics.decomposition import decompose, decomposition_mdd
from problems.smtt.heuristics.dispatching import Times, edd, mdd, write
from problems.smtt.heuristics.insertion import insert_all, insertion_pass, refresh, refresh_tail
from problems.smtt.heuristics.interchange import exchange, total_tardiness
from problems.smtt.heuristics.relocation import augmented_mddc, nbr

MODULUS = 2147483647  # Park and Miller (1988): no product leaves int64
MULTIPLIER = 48271
KICKS = 20
STEPS = 4  # of MDD's loop, times n squared: with the few passes after it that stays in budget class B
FEW_PASSES = 6
KICK_SWAPS = 3


def refresh_crowd(late: Times, crowd: Times, j: int) -> None:
    """Bring the number of tardy positions from each on up to date; that after position j is."""
    for k in range(j, -1, -1):
        crowd[k] = crowd[k + 1] + (late[k] > 0)


def best_swap(work: Times, late: Times, tail: Times, crowd: Times, i: int) -> tuple[int, int]:
    """Return the change in total tardiness of the best swap of position i with a later one, and that one.

    Those between start later by `shift`, or earlier if it is negative: what they lose at least, or gain at most, spares
    the sum over them for most pairs.
    """
    least, place = 0, i
    passed = 0
    for j in range(i + 1, work.size):
        shift = work[j] - work[i]
        passed += work[j]
        change = max(0, late[j] - passed + shift) - max(0, late[j]) + max(0, late[i] + passed) - max(0, late[i])
        bound = shift * (crowd[i + 1] - crowd[j])
        if shift < 0:
            bound = max(bound, tail[j] - tail[i + 1])
        if change + bound < least:
            for k in range(i + 1, j):
                change += max(0, late[k] + shift) - max(0, late[k])
            if change < least:
                least, place = change, j
    return least, place


def swap_pass(
    p: Times, d: Times, sequence: JobSequence, work: Times, late: Times, tail: Times, shortest: Times, crowd: Times
) -> bool:
    """Swap each position in turn with the later one that lowers the total tardiness most; return whether any moved."""
    moved = False
    refresh_crowd(late, crowd, p.size - 1)
    for i in range(p.size):
        change, j = best_swap(work, late, tail, crowd, i)
        if change < 0:
            exchange(sequence, i, j)
            refresh(p, d, sequence, work, late, i, j)
            refresh_tail(work, late, tail, shortest, j)
            refresh_crowd(late, crowd, j)
            moved = True
    return moved


def descend(p: Times, d: Times, sequence: JobSequence) -> None:
    """Improve a sequence until no insertion and no swap lowers its total tardiness."""
    work = np.zeros(p.size, dtype=np.int64)
    late = np.zeros(p.size, dtype=np.int64)
    tail = np.zeros(p.size + 1, dtype=np.int64)
    shortest = np.full(p.size + 1, p.max())
    crowd = np.zeros(p.size + 1, dtype=np.int64)
    refresh(p, d, sequence, work, late, 0, p.size - 1)
    refresh_tail(work, late, tail, shortest, p.size - 1)
    moved = True
    while moved:
        moved = insertion_pass(p, d, sequence, work, late, tail, shortest)
        if not moved:
            moved = swap_pass(p, d, sequence, work, late, tail, shortest, crowd)


def mdd_insertion_swap(p: Times, d: Times, out: JobSequence) -> None:
    """MDD, then a descent by insertions and, where none is left, swaps of two jobs."""
    mdd(p, d, out)
    descend(p, d, out)


def nbr_insertion_swap(p: Times, d: Times, out: JobSequence) -> None:
    """NBR of Holsenback and Russell (1992), then a descent by insertions and, where none is left, swaps."""
    nbr(p, d, out)
    descend(p, d, out)


def augmented_mddc_insertion(p: Times, d: Times, out: JobSequence) -> None:
    """AugMDDC of Cetinkaya et al. (2025), then a descent by insertions."""
    augmented_mddc(p, d, out)
    insert_all(p, d, out, p.size)


def decomposition_mdd_insertion_swap(p: Times, d: Times, out: JobSequence) -> None:
    """DEC/MDD of Potts and Van Wassenhove (1991), then a descent by insertions and, where none is left, swaps."""
    decomposition_mdd(p, d, out)
    descend(p, d, out)


def decomposition_insertion(p: Times, d: Times, out: JobSequence) -> None:
    """DEC/MDD of Potts and Van Wassenhove (1991) with bounded work, then insertions in at most six passes."""
    edd(p, d, out)
    decompose(p, d, STEPS * p.size * p.size, out)
    insert_all(p, d, out, FEW_PASSES)


def kick(sequence: JobSequence, state: int) -> int:
    """Swap a few jobs, drawn by Lehmer's generator, with ones at most half a sequence later; return its state."""
    last = sequence.size - 1
    for _ in range(KICK_SWAPS):
        state = state * MULTIPLIER % MODULUS
        i = state % sequence.size
        state = state * MULTIPLIER % MODULUS
        exchange(sequence, i, min(last, i + 1 + state % max(1, sequence.size // 2)))
    return state


def iterated_local_search(p: Times, d: Times, out: JobSequence) -> None:
    """Iterated local search, Lourenço, Martin and Stützle (2003): kicks and descents from MDD, keeping the better.

    A descent goes by insertions and, where none is left, swaps; one that ends no worse is gone on from.
    """
    mdd_insertion_swap(p, d, out)
    least = total_tardiness(p, d, out)
    state = 1
    for _ in range(KICKS):
        trial = out.copy()
        state = kick(trial, state)
        descend(p, d, trial)
        total = total_tardiness(p, d, trial)
        if total <= least:
            least = total
            write(trial, out)
