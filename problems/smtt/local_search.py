"""Local search on sequences: descents by insertions and swaps, and an iterated local search (kernels).

Symbols, by position in the sequence: p processing time, d due date, c completion time, all int64 in time units. A
position k is late by max(0, c[k] - d[k]).
"""

import numpy as np

from problems.contract import Array
from problems.kernels import compiled
from problems.sequences import JobSequence
from problems.smtt.kernel import close_gap, spt_order, total_tardiness

MODULUS, MULTIPLIER = 2**31 - 1, 48271  # Park and Miller (1988): no product leaves int64
KICK_MOVES = 3
STRETCHES = (1.0, 1.1)  # MDD, and the weight of p in MDDC


@compiled
def late(completion: int, due: int) -> int:
    """Return the tardiness of one job."""
    return completion - due if completion > due else 0


@compiled
def best_insertion(i: int, p: Array, d: Array, c: Array) -> tuple[int, int]:
    """Return the change in total tardiness (negative: better) of the best move of position i, and where it goes."""
    own = late(c[i], d[i])
    best, place = 0, i
    others = 0
    for j in range(i - 1, -1, -1):  # earlier: the jobs passed get later
        others += late(c[j] + p[i], d[j]) - late(c[j], d[j])
        if others >= own:
            break
        change = others + late(c[j] - p[j] + p[i], d[i]) - own
        if change < best:
            best, place = change, j
    others = 0
    for j in range(i + 1, p.size):  # later: the jobs passed get earlier
        others += late(c[j] - p[i], d[j]) - late(c[j], d[j])
        change = others + late(c[j], d[i]) - own
        if change < best:
            best, place = change, j
    return best, place


@compiled
def best_swap(i: int, p: Array, d: Array, c: Array, tardiness: Array, tardy: Array) -> tuple[int, int]:
    """Return the change in total tardiness of the best swap of position i with a later one, and that position.

    `tardiness` and `tardy` (positions + 1) hold the total tardiness and the number of tardy jobs before a position:
    they bound what the jobs between can gain, and spare the sum over them for most pairs.
    """
    best, place = 0, i
    for j in range(i + 1, p.size):
        shift = p[j] - p[i]
        change = late(c[i] + shift, d[j]) - late(c[j], d[j]) + late(c[j], d[i]) - late(c[i], d[i])
        gain = 0
        if shift < 0:
            gain = tardiness[j] - tardiness[i + 1]
            if gain > -shift * (tardy[j] - tardy[i + 1]):
                gain = -shift * (tardy[j] - tardy[i + 1])
        if change - gain >= best:
            continue
        for k in range(i + 1, j):
            change += late(c[k] + shift, d[k]) - late(c[k], d[k])
        if change < best:
            best, place = change, j
    return best, place


@compiled
def insert(values: Array, i: int, j: int) -> None:
    """Move the entry at position i to position j; those between close up."""
    moved = values[i]
    for k in range(i, j):
        values[k] = values[k + 1]
    for k in range(i, j, -1):
        values[k] = values[k - 1]
    values[j] = moved


@compiled
def swap(values: Array, i: int, j: int) -> None:
    """Exchange two entries."""
    values[i], values[j] = values[j], values[i]


@compiled
def completions(p: Array) -> JobSequence:
    """Return the completion times by position."""
    c = np.empty(p.size, dtype=np.int64)
    t = 0
    for k in range(p.size):
        t += p[k]
        c[k] = t
    return c


@compiled
def insertion_pass(sequence: JobSequence, p: Array, d: Array, first: int, last: int) -> int:
    """Give positions first, ..., last - 1 in turn their best insertion; return the change in total tardiness."""
    total = 0
    c = completions(p)
    for i in range(first, last):
        change, j = best_insertion(i, p, d, c)
        if change < 0:
            insert(sequence, i, j)
            insert(p, i, j)
            insert(d, i, j)
            c = completions(p)
            total += change
    return total


@compiled
def swap_pass(sequence: JobSequence, p: Array, d: Array, first: int, last: int) -> int:
    """Give positions first, ..., last - 1 in turn their best swap with a later one; return the change in total."""
    total = 0
    c = completions(p)
    tardiness, tardy = lateness_before(c, d)
    for i in range(first, last):
        change, j = best_swap(i, p, d, c, tardiness, tardy)
        if change < 0:
            swap(sequence, i, j)
            swap(p, i, j)
            swap(d, i, j)
            c = completions(p)
            tardiness, tardy = lateness_before(c, d)
            total += change
    return total


@compiled
def lateness_before(c: Array, d: Array) -> tuple[JobSequence, JobSequence]:
    """Return the total tardiness, and the number of tardy jobs, of the positions before each; shape (jobs + 1,)."""
    tardiness = np.zeros(c.size + 1, dtype=np.int64)
    tardy = np.zeros(c.size + 1, dtype=np.int64)
    for k in range(c.size):
        lateness = late(c[k], d[k])
        tardiness[k + 1] = tardiness[k] + lateness
        tardy[k + 1] = tardy[k] + (lateness > 0)
    return tardiness, tardy


@compiled
def descend(sequence: JobSequence, p: Array, d: Array) -> None:
    """Improve a sequence in place until no insertion and no swap of two jobs lowers its total tardiness."""
    by_position, due, n = p[sequence], d[sequence], p.size
    while insertion_pass(sequence, by_position, due, 0, n) < 0 or swap_pass(sequence, by_position, due, 0, n) < 0:
        continue


@compiled
def iterate(sequence: JobSequence, p: Array, d: Array, kicks: int, reach: int, seed: int) -> int:
    """Improve a local optimum in place by kicks and descents, keeping what is not worse; return its total tardiness.

    A kick swaps a few jobs at random with one at most `reach` positions later. The same seed, the same result.
    """
    best = total_tardiness(sequence, p, d)
    state = seed % MODULUS + 1
    for _ in range(kicks):
        trial = sequence.copy()
        for _ in range(KICK_MOVES):
            state = state * MULTIPLIER % MODULUS
            i = state % sequence.size
            state = state * MULTIPLIER % MODULUS
            j = i + 1 + state % reach
            swap(trial, i, j if j < sequence.size else sequence.size - 1)
        descend(trial, p, d)
        value = total_tardiness(trial, p, d)
        if value <= best:
            best = value
            for k in range(sequence.size):  # a slice assignment takes a second to compile
                sequence[k] = trial[k]
    return best


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
