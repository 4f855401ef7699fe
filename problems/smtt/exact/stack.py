"""The stack of the decomposition's search: frames by depth, and arenas in which each frame owns a row (kernels)."""

from typing import NamedTuple

import numpy as np

from problems.smtt.exact.jobs import Ints, Jobs
from problems.smtt.exact.prices import Prices, value_at
from problems.smtt.exact.times import SCALE
from problems.smtt.exact.unchecked import unchecked

NEW, NEXT, LEFT, RIGHT = range(4)  # what a frame does next: open, take a position, or receive a child's value
FRAME_FIELDS, ARENAS = 16, 5


class Stack(NamedTuple):
    """Frames by depth, from 1: each asks for the optimum of a subproblem if it is below its cut; int64.

    Its jobs are `members[start:stop]`, in the row of the frame below. Its own row holds them without the longest, k,
    and ends before `top`; a position of k is the number of jobs of the row that stand before it.
    """

    start: Ints
    stop: Ints
    t: Ints  # when the subproblem starts, and when it ends
    end: Ints
    cut: Ints
    stage: Ints
    jobs: Ints  # the memo's word
    longest: Ints
    size: Ints  # of the row
    top: Ints
    place: Ints  # the position at hand in the row's list, and how many are listed
    places: Ints
    left: Ints  # the left child's value
    best: Ints  # the least value so far, and its position
    decision: Ints
    refused: Ints  # the least bound of what was given up
    members: Ints  # arena: jobs in EDD order
    work: Ints  # arena: processing times of the jobs before this one
    own: Ints  # arena: λ of the jobs before this one
    position: Ints  # arena: positions by ascending bound
    bound: Ints  # arena: their bounds, in tardiness
    state: Ints  # depth of the top frame, value of the frame last closed, frames opened


def stack_for(jobs: int) -> Stack:
    """Return an empty stack with room for any search on so many jobs."""
    frames = (np.zeros(jobs + 2, dtype=np.int64) for _ in range(FRAME_FIELDS))
    arenas = (np.empty(arena_size(jobs), dtype=np.int64) for _ in range(ARENAS))
    return Stack._make([*frames, *arenas, np.zeros(3, dtype=np.int64)])


def arena_size(jobs: int) -> int:
    """Return the entries of an arena: rows of jobs + 1, jobs, ..., 1, when each child takes all jobs of the row."""
    return (jobs + 2) * (jobs + 3) // 2


def stack_bytes(jobs: int) -> int:
    """Return the memory that a stack takes at most."""
    return 8 * (ARENAS * arena_size(jobs) + FRAME_FIELDS * (jobs + 2))


@unchecked
def begin(stack: Stack, jobs: Jobs, prices: Prices, members: Ints, t: int, cut: int) -> None:
    """Ask for the optimum of these jobs, in EDD order, from time t."""
    stack.top[0] = write_row(stack, 0, members, -1, jobs, prices)
    stack.state[0] = 0
    demand(stack, 0, members.size, t, cut)


@unchecked
def write_row(stack: Stack, row: int, members: Ints, left_out: int, jobs: Jobs, prices: Prices) -> int:
    """Write a row of all members but one, with their sums; return its end."""
    work = own = 0
    for job in members:
        if job != left_out:
            stack.members[row], stack.work[row], stack.own[row] = job, work, own
            work += jobs.p[job]
            own += prices.own[job]
            row += 1
    stack.work[row], stack.own[row] = work, own
    return row + 1


@unchecked
def demand(stack: Stack, start: int, stop: int, t: int, cut: int) -> None:
    """Put a frame on the stack."""
    depth = stack.state[0] + 1
    stack.start[depth], stack.stop[depth], stack.t[depth], stack.cut[depth] = start, stop, t, cut
    stack.stage[depth] = NEW
    stack.state[0] = depth


@unchecked
def answer(stack: Stack, value: int) -> None:
    """Take the top frame off the stack, with a value that is exact if below its cut, else a lower bound."""
    stack.state[0] -= 1
    stack.state[1] = value


@unchecked
def units(scaled: int) -> int:
    """Return the least total tardiness that a scaled bound leaves."""
    return max(0, -((-scaled) // SCALE))


@unchecked
def scaled_bound(stack: Stack, prices: Prices, start: int, stop: int, t: int) -> int:
    """Return the prices' bound of members[start:stop] from time t, SCALE to a unit."""
    end = t + stack.work[stop] - stack.work[start]
    f = value_at(prices.base, prices.slope, prices.shift, end) - value_at(prices.base, prices.slope, prices.shift, t)
    bound: int = stack.own[stop] - stack.own[start] + f
    return bound
