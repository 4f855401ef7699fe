"""The decomposition heuristics of Potts and Van Wassenhove (1991).

Lawler (1977): some optimal sequence has the longest job at a position h of the EDD order, no earlier than EDD puts it,
with those that EDD puts up to h before it and all others behind it. The heuristics choose h by an estimate of the two
parts, then go on in each of them. A part is a slice of the sequence, its jobs in EDD order; t is when it starts.
"""

import numpy as np

from problems.sequences import JobSequence
from problems.smtt.heuristics.dispatching import Times, edd
from problems.smtt.heuristics.insertion import relocate

UNBOUNDED = 9223372036854775807


def longest(p: Times, d: Times, jobs: JobSequence, t: int) -> int:
    """Return the position of the longest job of a part, the last such one; -1 where at most one job is tardy.

    There EDD is optimal: what it leaves is the largest tardiness, which it minimises, Jackson (1955).
    """
    place = tardy = 0
    for k in range(jobs.size):
        t += p[jobs[k]]
        tardy += t > d[jobs[k]]
        if p[jobs[k]] >= p[jobs[place]]:
            place = k
    return place if tardy > 1 else -1


def positions(p: Times, d: Times, jobs: JobSequence, k: int, end: int, places: JobSequence) -> int:
    """Write where the longest job of a part may go, now at k and ending at `end`, and return how many places.

    Potts and Van Wassenhove (1982): only where its end, C, is before the due date of the job that EDD puts next, and
    no job that it is put behind, of processing time p' and due date d', has d' + p' > C.
    """
    count = 0
    latest = end
    for h in range(k, jobs.size):
        if h > k:
            end += p[jobs[h]]
            latest = max(latest, d[jobs[h]] + p[jobs[h]])
        if latest <= end and (h + 1 == jobs.size or end < d[jobs[h + 1]]):
            places[count] = h
            count += 1
    return count


def edd_estimate(p: Times, d: Times, jobs: JobSequence, k: int, h: int, end: int) -> int:
    """Return the change in total tardiness when, in EDD order, the job that ends at `end` moves from k to h."""
    change = -max(0, end - d[jobs[k]])
    for r in range(k + 1, h + 1):
        end += p[jobs[r]]
        change -= max(0, min(p[jobs[k]], end - d[jobs[r]]))
    return int(change + max(0, end - d[jobs[k]]))


def mdd_total(p: Times, d: Times, waiting: JobSequence, t: int, steps: Times) -> int:
    """Return the total tardiness of MDD, ties to the earlier due date, and put the jobs, in EDD order, in its order.

    None that is due after the smallest max(t + p, d) so far can be the next. What it looks at is taken off steps[0].
    """
    total = 0
    for first in range(waiting.size):
        chosen = first
        smallest = max(t + p[waiting[first]], d[waiting[first]])
        k = first + 1
        while k < waiting.size and d[waiting[k]] < smallest:
            if t + p[waiting[k]] < smallest:
                chosen = k
                smallest = max(t + p[waiting[k]], d[waiting[k]])
            k += 1
        steps[0] -= k + chosen - 2 * first
        job = waiting[chosen]
        relocate(waiting, chosen, first)
        t += p[job]
        total += max(0, t - d[job])
    return total


def mdd_estimate(p: Times, d: Times, jobs: JobSequence, k: int, h: int, t: int, steps: Times) -> int:
    """Return the total tardiness of a part, started at t, with its job k moved to h and MDD before and behind it."""
    sequence = jobs.copy()
    relocate(sequence, k, h)
    end = t + p[sequence[: h + 1]].sum()
    total = mdd_total(p, d, sequence[:h], t, steps) + mdd_total(p, d, sequence[h + 1 :], end, steps)
    return int(total + max(0, end - d[jobs[k]]))


def chosen_place(p: Times, d: Times, jobs: JobSequence, k: int, t: int, steps: Times) -> int:
    """Return the place of least estimate for the longest job of a part, now at k; ties go to the earliest.

    The estimate is MDD's while steps[0] > 0, then EDD's.
    """
    places = np.zeros(jobs.size, dtype=np.int64)
    end = t + p[jobs[: k + 1]].sum()
    count = positions(p, d, jobs, k, end, places)
    best, least = 0, 0
    by_mdd = steps[0] > 0
    for c in range(count):
        if count > 1:
            if by_mdd:
                estimate = mdd_estimate(p, d, jobs, k, places[c], t, steps)
            else:
                estimate = edd_estimate(p, d, jobs, k, places[c], end)
            if c == 0 or estimate < least:
                best, least = c, estimate
    return int(places[best])


def decompose(p: Times, d: Times, allowed: int, sequence: JobSequence) -> None:
    """Decompose a sequence in EDD order; the parts still to be done wait on a stack.

    The positions are estimated by MDD until about so many steps of it are used up, then by EDD.
    """
    steps = np.full(1, allowed)
    firsts = np.zeros(p.size + 1, dtype=np.int64)
    lasts = np.full(p.size + 1, p.size - 1)
    times = np.zeros(p.size + 1, dtype=np.int64)
    depth = 1
    while depth > 0:
        depth -= 1
        first, last, t = firsts[depth], lasts[depth], times[depth]
        jobs = sequence[first : last + 1]
        k = longest(p, d, jobs, t)
        if k >= 0:
            h = chosen_place(p, d, jobs, k, t, steps)
            relocate(jobs, k, h)
            firsts[depth], lasts[depth], times[depth] = first, first + h - 1, t
            end = t + p[jobs[: h + 1]].sum()
            firsts[depth + 1], lasts[depth + 1], times[depth + 1] = first + h + 1, last, end
            depth += 2


def decomposition_edd(p: Times, d: Times, out: JobSequence) -> None:
    """DEC/EDD of Potts and Van Wassenhove (1991): decomposition at the position that EDD of the parts makes best."""
    edd(p, d, out)
    decompose(p, d, 0, out)


def decomposition_mdd(p: Times, d: Times, out: JobSequence) -> None:
    """DEC/MDD of Potts and Van Wassenhove (1991): decomposition at the position that MDD of the parts makes best."""
    edd(p, d, out)
    decompose(p, d, UNBOUNDED, out)
