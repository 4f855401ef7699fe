"""Heuristics that take a job out and put it where the total tardiness is least.

By position k: work[k] is the processing time, late[k] the lateness (completion less due date; negative: early). Of
position k and all later ones, tail[k] is the tardiness and shortest[k] the least work; both have one entry more.
"""

import numpy as np

from problems.sequences import JobSequence
from problems.smtt.heuristics.dispatching import Times, edd, mdd

PASSES = 10  # more are hardly ever wanted below 500 jobs, and there they gain hundredths of a per cent


def relocate(sequence: JobSequence, i: int, j: int) -> None:
    """Move the entry at position i to position j; those between close up."""
    moved = sequence[i]
    for k in range(i, j):
        sequence[k] = sequence[k + 1]
    for k in range(i, j, -1):
        sequence[k] = sequence[k - 1]
    sequence[j] = moved


def refresh(p: Times, d: Times, sequence: JobSequence, work: Times, late: Times, i: int, j: int) -> None:
    """Bring work and lateness of the positions i to j up to date; those before are."""
    t = 0
    if i > 0:
        t = late[i - 1] + d[sequence[i - 1]]
    for k in range(i, j + 1):
        job = sequence[k]
        t += p[job]
        work[k] = p[job]
        late[k] = t - d[job]


def refresh_tail(work: Times, late: Times, tail: Times, shortest: Times, j: int) -> None:
    """Bring tardiness and least work from each position on up to date; those after position j are."""
    for k in range(j, -1, -1):
        tail[k] = tail[k + 1] + max(0, late[k])
        shortest[k] = min(shortest[k + 1], work[k])


def best_earlier(work: Times, late: Times, i: int) -> tuple[int, int]:
    """Return the change in total tardiness of the best move of position i to an earlier one, and that one.

    The jobs passed only lose, so the scan ends where they lose what the moved one can gain.
    """
    own, moved = late[i], work[i]
    least, place = 0, i
    change = -max(0, own)
    j = i - 1
    while j >= 0 and own > 0 and change < least:
        change += max(0, late[j] + moved) - max(0, late[j])
        own -= work[j]
        if change + max(0, own) < least:
            least, place = change + max(0, own), j
        j -= 1
    return least, place


def best_later(work: Times, late: Times, tail: Times, shortest: Times, i: int) -> tuple[int, int]:
    """Return the change in total tardiness of the best move of position i to a later one, and that one.

    The moved one only loses, so the scan ends where it loses what the jobs not yet passed can gain: at most their
    tardiness, and each of them at most the work of the moved one, which if late loses the work of each.
    """
    own, moved = late[i], work[i]
    least, place = 0, i
    change = -max(0, own)
    for j in range(i + 1, work.size):
        if own >= 0 and moved <= shortest[j]:
            break
        own += work[j]
        if change + max(0, own) - tail[j] >= least:
            break
        change -= max(0, min(moved, late[j]))
        if change + max(0, own) < least:
            least, place = change + max(0, own), j
    return least, place


def insertion_pass(
    p: Times, d: Times, sequence: JobSequence, work: Times, late: Times, tail: Times, shortest: Times
) -> bool:
    """Move the job of each position in turn to where it lowers the total tardiness most; return whether any moved.

    Where one left, the job that takes its position is next.
    """
    moved = False
    i = 0
    while i < sequence.size:
        earlier, low = best_earlier(work, late, i)
        later, high = best_later(work, late, tail, shortest, i)
        if min(earlier, later) < 0:
            place = low if earlier <= later else high
            relocate(sequence, i, place)
            refresh(p, d, sequence, work, late, min(i, place), max(i, place))
            refresh_tail(work, late, tail, shortest, max(i, place))
            moved = True
        else:
            i += 1
    return moved


def insert_all(p: Times, d: Times, sequence: JobSequence, passes: int) -> None:
    """Repeat insertion passes until no insertion lowers the total tardiness, or there were that many."""
    work = np.zeros(p.size, dtype=np.int64)
    late = np.zeros(p.size, dtype=np.int64)
    tail = np.zeros(p.size + 1, dtype=np.int64)
    shortest = np.full(p.size + 1, p.max())
    refresh(p, d, sequence, work, late, 0, p.size - 1)
    refresh_tail(work, late, tail, shortest, p.size - 1)
    for _ in range(passes):
        if not insertion_pass(p, d, sequence, work, late, tail, shortest):
            break


def edd_insertion(p: Times, d: Times, out: JobSequence) -> None:
    """EDD, then a descent: each job in turn is inserted where the total tardiness falls most, until none moves."""
    edd(p, d, out)
    insert_all(p, d, out, p.size)


def mdd_insertion(p: Times, d: Times, out: JobSequence) -> None:
    """MDD, then a descent: each job in turn is inserted where the total tardiness falls most, in at most ten passes."""
    mdd(p, d, out)
    insert_all(p, d, out, PASSES)


def neh(p: Times, d: Times, out: JobSequence) -> None:
    """Insertion in EDD order: each job goes where the jobs so far are least tardy, ties to the latest such place.

    The construction of Nawaz, Enscore and Ham (1983), which is for flow shops, with due dates in place of work.
    """
    work = np.zeros(p.size, dtype=np.int64)
    late = np.zeros(p.size, dtype=np.int64)
    edd(p, d, out)
    for i in range(out.size):
        refresh(p, d, out, work, late, i, i)
        change, place = best_earlier(work, late, i)
        if change < 0:
            relocate(out, i, place)
            refresh(p, d, out, work, late, place, i)
