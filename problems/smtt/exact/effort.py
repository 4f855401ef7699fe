"""Searches on the same jobs that share a memory, and their limits."""

import math
from dataclasses import dataclass, field

from problems.smtt.exact.decomposition import open_bound, search
from problems.smtt.exact.jobs import Ints, Jobs
from problems.smtt.exact.limits import Limits
from problems.smtt.exact.memo import Memo, empty, room
from problems.smtt.exact.prices import Prices
from problems.smtt.exact.stack import Stack, begin, stack_bytes, stack_for

SLICE = 4096  # nodes between two looks at the room in memory
LOOK = 2**18  # nodes x jobs between two looks at the clock: some hundredths of a second
SLOTS = 2**15  # of the memory at first


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A limit came first; `bound` is a lower bound of what was asked for, no more than the cut."""

    bound: int


def fits(jobs: int, limits: Limits) -> bool:
    """Return whether the stack of so many jobs takes at most half the memory."""
    return stack_bytes(jobs) <= limits.memory // 2


@dataclass(slots=True)
class Search:
    """Searches on the same jobs, one after the other; what one learns the next ones know, whatever their prices."""

    jobs: Jobs
    limits: Limits
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
