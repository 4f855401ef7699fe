"""The optimal sequence, rebuilt from the decisions that the search left in its memory."""

from dataclasses import dataclass

import numpy as np

from problems.sequences import JobSequence
from problems.smtt.exact.effort import Search, Unfinished
from problems.smtt.exact.jobs import Ints, Jobs
from problems.smtt.exact.memo import LOW, holds, slot_of, word
from problems.smtt.exact.prices import Prices
from problems.smtt.kernel import total_tardiness


@dataclass(frozen=True, slots=True)
class Piece:
    """Jobs in EDD order that run from time t at this total tardiness, which is optimal."""

    members: Ints
    t: int
    value: int


def rebuilt(search: Search, prices: Prices, value: int, known: JobSequence) -> JobSequence:
    """Return a sequence of all jobs whose total tardiness is the value, which the search has found to be optimal.

    Decisions that were overwritten are searched for again. Where a limit comes first, the jobs that are not settled
    stand as in the sequence known.
    """
    place = known.argsort()
    sequence: list[int] = []
    waiting: list[Piece | JobSequence] = [Piece(np.arange(search.jobs.p.size), 0, value)]
    while waiting:
        piece = waiting.pop()
        if isinstance(piece, Piece):
            found = parts(search, prices, piece)
            waiting.extend(reversed(found or [piece.members[place[piece.members].argsort()]]))
        else:
            sequence.extend(piece.tolist())
    return np.array(sequence, dtype=np.int64)


def parts(search: Search, prices: Prices, piece: Piece) -> list[Piece | JobSequence]:
    """Return what a piece consists of, in the order of time: sequences that are settled, and smaller pieces.

    Nothing is returned where a limit comes first.
    """
    if search.limits.over():
        return []
    piece, tail = trimmed(search.jobs, piece)
    simple = simply_optimal(search.jobs, piece)
    if simple is not None:
        return [simple, tail]
    split = halves(search, prices, piece)
    return [*split, tail] if split else []


def halves(search: Search, prices: Prices, piece: Piece) -> list[Piece | JobSequence]:
    """Return the piece before the longest job, that job, and the piece after it, or nothing at a limit."""
    p, d, rank, _ = search.jobs
    members, t = piece.members, piece.t
    k = members[rank[members].argmax()]
    position = decision(search, prices, piece, k)
    if isinstance(position, Unfinished):
        return []
    rest = members[members != k]
    before, after = rest[:position], rest[position:]
    c = t + int(p[before].sum() + p[k])
    left = search.exactly(prices, before, t, piece.value + 1)
    if isinstance(left, Unfinished):
        return []
    right = piece.value - left - max(0, c - int(d[k]))
    return [Piece(before, t, left), np.array([k]), Piece(after, c, right)]


def trimmed(jobs: Jobs, piece: Piece) -> tuple[Piece, JobSequence]:
    """Return the piece without the jobs at its end that are in time whatever stands before them, and those jobs."""
    members = piece.members
    ends = piece.t + jobs.p[members].cumsum()
    kept = members.size
    while kept and jobs.d[members[kept - 1]] >= ends[kept - 1]:
        kept -= 1
    return Piece(members[:kept], piece.t, piece.value), members[kept:]


def simply_optimal(jobs: Jobs, piece: Piece) -> JobSequence | None:
    """Return EDD or SPT order if it has the piece's value."""
    members = piece.members
    for order in (members, members[jobs.rank[members].argsort()]):
        if total_tardiness(order, jobs.p, jobs.d - piece.t) == piece.value:
            return order
    return None


def decision(search: Search, prices: Prices, piece: Piece, longest: int) -> int | Unfinished:
    """Return how many jobs of the piece stand before its longest."""
    jobs = word(int(piece.members[0]), int(piece.members[-1]), int(longest))
    slot = slot_of(search.memo, jobs, piece.t)
    if not (holds(search.memo, slot, jobs, piece.t) and search.memo.values[slot] & 1):
        answer = search.exactly(prices, piece.members, piece.t, piece.value + 1)
        if isinstance(answer, Unfinished):
            return answer
        slot = slot_of(search.memo, jobs, piece.t)
    return int(search.memo.times[slot] & LOW)
