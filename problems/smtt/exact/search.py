"""Searches on the same jobs that share a memory, their limits, and the optimal sequence that their memory holds."""

import math
from dataclasses import dataclass, field

import numpy as np

from problems.sequences import JobSequence
from problems.smtt.exact.decomposition import Stack, begin, open_bound, search, stack_bytes, stack_for
from problems.smtt.exact.jobs import Ints, Jobs
from problems.smtt.exact.limits import SolveLimits
from problems.smtt.exact.memo import LOW, Memo, empty, holds, room, slot_of, word
from problems.smtt.exact.prices import Prices
from problems.smtt.kernel import total_tardiness

SLICE = 4096  # nodes between two looks at the room in memory
LOOK = 2**18  # nodes x jobs between two looks at the clock: some hundredths of a second
SLOTS = 2**15  # of the memory at first


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A limit came first; `bound` is a lower bound of what was asked for, no more than the cut."""

    bound: int


def fits(jobs: int, limits: SolveLimits) -> bool:
    """Return whether the stack of so many jobs takes at most half the memory."""
    return stack_bytes(jobs) <= limits.memory // 2


@dataclass(slots=True)
class DecompositionSearch:
    """Searches on the same jobs, one after the other; what one learns the next ones know, whatever their prices."""

    jobs: Jobs
    limits: SolveLimits
    stack: Stack = field(init=False)
    memo: Memo = field(init=False)

    def __post_init__(self) -> None:
        self.stack = stack_for(self.jobs.p.size)
        self.memo = empty(SLOTS)

    @property
    def nodes(self) -> int:
        """Subproblems opened so far."""
        return int(self.stack.state[2])

    def within(self, prices: Prices, members: Ints, cut: int, nodes: float) -> int | Unfinished:
        """Return the optimum of these jobs from time 0 if below the cut, else a lower bound; stop after `nodes`."""
        begin(self.stack, self.jobs, prices, members, 0, cut)
        return self.finished(prices, cut, self.nodes + nodes)

    def exactly(self, prices: Prices, members: Ints, t: int, cut: int) -> int | Unfinished:
        """Return the optimum of these jobs from time t if below the cut, else a lower bound."""
        begin(self.stack, self.jobs, prices, members, t, cut)
        return self.finished(prices, cut, math.inf)

    def finished(self, prices: Prices, cut: int, last: float) -> int | Unfinished:
        """Go on until the search ends or there are `last` nodes in all, or a limit is reached."""
        last = min(last, self.limits.nodes)
        while self.nodes < last and not self.limits.over():
            if self.slice(prices, min(self.nodes + SLICE, last)):
                return int(self.stack.state[1])
        return Unfinished(min(cut, open_bound(self.stack)))

    def slice(self, prices: Prices, last: float) -> bool:
        """Go on to `last` nodes in all and see that the memory has room; return whether the search has ended.

        The time is looked at oftener; the memory is not, so that it grows at the same nodes on any machine.
        """
        look = max(1, LOOK // self.jobs.p.size)
        while self.nodes < last and not self.limits.over():
            if search(self.stack, self.memo, self.jobs, prices, int(min(look, last - self.nodes))):
                return True
        self.memo = room(self.memo, self.limits.memory // 2)
        return False


@dataclass(frozen=True, slots=True)
class OptimalPart:
    """Jobs in EDD order that run from time t at this total tardiness, which is optimal."""

    members: Ints
    t: int
    value: int


def rebuilt(search: DecompositionSearch, prices: Prices, value: int, known: JobSequence) -> JobSequence:
    """Return a sequence of all jobs whose total tardiness is the value, which the search has found to be optimal.

    Decisions that were overwritten are searched for again. Where a limit comes first, the jobs that are not settled
    stand as in the sequence known.
    """
    place = known.argsort()
    sequence: list[int] = []
    waiting: list[OptimalPart | JobSequence] = [OptimalPart(np.arange(search.jobs.p.size), 0, value)]
    while waiting:
        piece = waiting.pop()
        if isinstance(piece, OptimalPart):
            found = parts(search, prices, piece)
            waiting.extend(reversed(found or [piece.members[place[piece.members].argsort()]]))
        else:
            sequence.extend(piece.tolist())
    return np.array(sequence, dtype=np.int64)


def parts(search: DecompositionSearch, prices: Prices, piece: OptimalPart) -> list[OptimalPart | JobSequence]:
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


def halves(search: DecompositionSearch, prices: Prices, piece: OptimalPart) -> list[OptimalPart | JobSequence]:
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
    return [OptimalPart(before, t, left), np.array([k]), OptimalPart(after, c, right)]


def trimmed(jobs: Jobs, piece: OptimalPart) -> tuple[OptimalPart, JobSequence]:
    """Return the piece without the jobs at its end that are in time whatever stands before them, and those jobs."""
    members = piece.members
    ends = piece.t + jobs.p[members].cumsum()
    kept = members.size
    while kept and jobs.d[members[kept - 1]] >= ends[kept - 1]:
        kept -= 1
    return OptimalPart(members[:kept], piece.t, piece.value), members[kept:]


def simply_optimal(jobs: Jobs, piece: OptimalPart) -> JobSequence | None:
    """Return EDD or SPT order if it has the piece's value."""
    members = piece.members
    for order in (members, members[jobs.rank[members].argsort()]):
        if total_tardiness(order, jobs.p, jobs.d - piece.t) == piece.value:
            return order
    return None


def decision(search: DecompositionSearch, prices: Prices, piece: OptimalPart, longest: int) -> int | Unfinished:
    """Return how many jobs of the piece stand before its longest."""
    jobs = word(int(piece.members[0]), int(piece.members[-1]), int(longest))
    slot = slot_of(search.memo, jobs, piece.t)
    if not (holds(search.memo, slot, jobs, piece.t) and search.memo.values[slot] & 1):
        answer = search.exactly(prices, piece.members, piece.t, piece.value + 1)
        if isinstance(answer, Unfinished):
            return answer
        slot = slot_of(search.memo, jobs, piece.t)
    return int(search.memo.times[slot] & LOW)
