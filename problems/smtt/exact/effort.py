"""Searches on the same jobs that share a memory, and their limits."""

import math
import time
from dataclasses import dataclass, field

from problems.smtt.exact.decomposition import open_bound, search
from problems.smtt.exact.jobs import Ints, Jobs
from problems.smtt.exact.memo import Memo, empty, room
from problems.smtt.exact.prices import Prices
from problems.smtt.exact.stack import Stack, begin, stack_bytes, stack_for

SLICE = 4096  # nodes between two looks at the clock: some hundredths of a second
SLOTS = 2**15  # of the memory at first


@dataclass(frozen=True, slots=True)
class Limits:
    """When a search stops unfinished: the process' CPU clock in seconds, nodes in all, bytes of stack and memory."""

    until: float = math.inf
    nodes: float = math.inf
    memory: int = 2**30

    def fits(self, jobs: int) -> bool:
        """Return whether the stack of so many jobs takes at most half the memory."""
        return stack_bytes(jobs) <= self.memory // 2

    def leave(self, seconds: float) -> bool:
        """Return whether so many seconds of CPU time are left."""
        return time.process_time() + seconds < self.until

    def reached(self, nodes: int) -> bool:
        """Return whether a limit has been reached after so many nodes."""
        return nodes >= self.nodes or time.process_time() >= self.until


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A limit came first; `bound` is a lower bound of what was asked for, no more than the cut."""

    bound: int


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
        last = min(self.nodes + nodes, self.limits.nodes)
        while not self.slice(prices, int(min(SLICE, last - self.nodes))):
            if self.nodes >= last or self.limits.reached(self.nodes):
                return Unfinished(min(cut, open_bound(self.stack)))
        return int(self.stack.state[1])

    def exactly(self, prices: Prices, members: Ints, t: int, cut: int) -> int:
        """Return the optimum of these jobs from time t if below the cut, else a lower bound; without limits."""
        begin(self.stack, self.jobs, prices, members, t, cut)
        while not self.slice(prices, SLICE):
            pass
        return int(self.stack.state[1])

    def slice(self, prices: Prices, nodes: int) -> bool:
        """Go on for so many nodes, then see that the memory has room; return whether the search has ended."""
        ended = search(self.stack, self.memo, self.jobs, prices, nodes)
        if not ended:
            self.memo = room(self.memo, self.limits.memory // 2)
        return ended
