"""Lawler's decomposition, depth first, cut off by bounds and with a memory (kernels).

Lawler (1977): with the jobs in EDD order and k the longest, some optimum has before k just the jobs up to a position h,
for an h not before k's own place. Each h leaves two subproblems: those before k, and those after it. A subproblem is
asked for its optimum if that is below a cut; what it answers is exact if below the cut, and a lower bound else.

The search runs on a stack of its own, so that it can stop after some frames and go on later: frames by depth, and
arenas in which each frame owns a row.
"""

from typing import NamedTuple

import numpy as np

from problems.kernels import unchecked
from problems.smtt.exact.jobs import Ints, Jobs
from problems.smtt.exact.memo import Memo, holds, keep, slot_of, word
from problems.smtt.exact.prices import SCALE, Prices, value_at

NEW, NEXT, LEFT, RIGHT = range(4)  # what a frame does next: open, take a position, or receive a child's value
FRAME_FIELDS, ARENAS = 16, 5
OPEN = -1  # no value yet
NEVER = 2**61  # above every value


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


@unchecked
def opened(stack: Stack, memo: Memo, jobs: Jobs, prices: Prices) -> int:
    """Open the top frame; return its value where that is known at once (if not below the cut, a bound), else OPEN."""
    depth = stack.state[0]
    start, t = stack.start[depth], stack.t[depth]
    trim(stack, depth, jobs)
    stop = stack.stop[depth]
    if stop == start:
        return 0
    bound = scaled_bound(stack, prices, start, stop, t)
    if units(bound) >= stack.cut[depth]:
        return units(bound)
    longest, value = scanned(stack, depth, jobs)
    if value != OPEN:
        return value
    k = stack.members[longest]
    stack.jobs[depth], stack.longest[depth] = word(stack.members[start], stack.members[stop - 1], k), k
    slot = slot_of(memo, stack.jobs[depth], t)
    if holds(memo, slot, stack.jobs[depth], t):
        known: int = memo.values[slot] >> 1
        if memo.values[slot] & 1 or known >= stack.cut[depth]:
            return known
    row = stack.top[depth - 1]
    stack.top[depth] = write_row(stack, row, stack.members[start:stop], k, jobs, prices)
    stack.size[depth] = stop - start - 1
    list_positions(stack, depth, longest, bound, jobs, prices)
    stack.stage[depth] = NEXT
    return OPEN


@unchecked
def trim(stack: Stack, depth: int, jobs: Jobs) -> None:
    """Leave out jobs at the end that are in time whatever stands before them; set when the others end."""
    start, stop, t = stack.start[depth], stack.stop[depth], stack.t[depth]
    end = t + stack.work[stop] - stack.work[start]
    while stop > start and jobs.d[stack.members[stop - 1]] >= end:
        stop -= 1
        end = t + stack.work[stop] - stack.work[start]
    stack.stop[depth], stack.end[depth] = stop, end


@unchecked
def scanned(stack: Stack, depth: int, jobs: Jobs) -> tuple[int, int]:
    """Return where the longest job stands, and the optimum where EDD or SPT plainly gives it, else OPEN.

    EDD minimises the largest tardiness (Jackson, 1955), and so the total if one job is tardy.
    """
    start, stop = stack.start[depth], stack.stop[depth]
    before = stack.t[depth] - stack.work[start]
    tardy = total = 0
    longest = start
    for i in range(start, stop):
        job = stack.members[i]
        if jobs.rank[job] > jobs.rank[stack.members[longest]]:
            longest = i
        lateness = before + stack.work[i + 1] - jobs.d[job]
        tardy += lateness > 0
        total += max(0, lateness)
    if tardy <= 1:
        return longest, total
    return longest, all_tardy(stack, depth, jobs, stack.members[longest])


@unchecked
def all_tardy(stack: Stack, depth: int, jobs: Jobs, longest: int) -> int:
    """Return the total tardiness of SPT order if it has no job early, else OPEN.

    SPT minimises total lateness (Smith, 1956), which is then the total tardiness.
    """
    first, last = stack.members[stack.start[depth]], stack.members[stack.stop[depth] - 1]
    t, total = stack.t[depth], 0
    for rank in range(jobs.rank[longest] + 1):
        job = jobs.spt[rank]
        if first <= job <= last:
            t += jobs.p[job]
            if t < jobs.d[job]:
                return OPEN
            total += t - jobs.d[job]
    return total


@unchecked
def list_positions(stack: Stack, depth: int, longest: int, bound: int, jobs: Jobs, prices: Prices) -> None:
    """List the positions of the longest job k that may be optimal and have a bound below the cut, the least first.

    Kept is h, with C_h the end of the jobs up to it, if C_h < d of the next job and d_r + p_r <= C_h for the jobs r
    after k up to h (Potts and Van Wassenhove, 1982). Its bound is the subproblem's and what (1) of the prices leaves
    to k.
    """
    start, stop, before = stack.start[depth], stack.stop[depth], stack.t[depth] - stack.work[stack.start[depth]]
    places, refused, latest = 0, NEVER, 0
    for i in range(longest, stop):
        job, c = stack.members[i], before + stack.work[i + 1]
        if i > longest:
            latest = max(latest, jobs.d[job] + jobs.p[job])
        if latest > c or (i + 1 < stop and c >= jobs.d[stack.members[i + 1]]):
            continue
        here = units(bound + reduced_cost(stack.longest[depth], c, jobs, prices))
        if here < stack.cut[depth]:
            insert_position(stack, stack.top[depth - 1], places, i - start, here)
            places += 1
        else:
            refused = min(refused, here)
    stack.place[depth], stack.places[depth] = 0, places
    stack.refused[depth], stack.best[depth] = refused, NEVER


@unchecked
def reduced_cost(job: int, c: int, jobs: Jobs, prices: Prices) -> int:
    """Return T_j(c) - λ_j + f(c - p_j) - f(c), which is never negative."""
    f = value_at(prices.base, prices.slope, prices.shift, c)
    f -= value_at(prices.base, prices.slope, prices.shift, c - jobs.p[job])
    reduced: int = SCALE * max(0, c - jobs.d[job]) - prices.own[job] - f
    return reduced


@unchecked
def insert_position(stack: Stack, row: int, places: int, position: int, bound: int) -> None:
    """Put a position into a row's list, which has so many, behind those of the same bound."""
    i = row + places
    while i > row and stack.bound[i - 1] > bound:
        stack.bound[i], stack.position[i] = stack.bound[i - 1], stack.position[i - 1]
        i -= 1
    stack.bound[i], stack.position[i] = bound, position


@unchecked
def search(stack: Stack, memo: Memo, jobs: Jobs, prices: Prices, nodes: int) -> bool:
    """Open at most so many frames more; return whether the stack is empty, its value being in the state."""
    last = stack.state[2] + nodes
    while stack.state[0] > 0:
        depth = stack.state[0]
        if stack.stage[depth] == NEW:
            if stack.state[2] == last:
                return False
            stack.state[2] += 1
            value = opened(stack, memo, jobs, prices)
            if value != OPEN:
                answer(stack, value)
        elif stack.stage[depth] == NEXT:
            go_on(stack, memo, jobs, prices)
        elif stack.stage[depth] == LEFT:
            receive_left(stack, jobs, prices)
        else:
            receive_right(stack, jobs)
    return True


@unchecked
def go_on(stack: Stack, memo: Memo, jobs: Jobs, prices: Prices) -> None:
    """Ask for the jobs before k in its next position, or answer when no further one can be better."""
    depth = stack.state[0]
    row, cut = stack.top[depth - 1], current_cut(stack, depth)
    if stack.place[depth] < stack.places[depth]:
        bound = stack.bound[row + stack.place[depth]]
        if bound < cut:
            middle, c, tardiness = at_hand(stack, depth, jobs)
            rest = units(scaled_bound(stack, prices, middle, row + stack.size[depth], c))
            stack.stage[depth] = LEFT
            demand(stack, row, middle, stack.t[depth], cut - tardiness - rest)
            return
        stack.refused[depth] = min(stack.refused[depth], bound)
    exact = stack.best[depth] < stack.cut[depth]
    value = stack.best[depth] if exact else stack.refused[depth]
    keep(memo, stack.jobs[depth], stack.t[depth], value, exact, stack.decision[depth])
    answer(stack, value)


@unchecked
def current_cut(stack: Stack, depth: int) -> int:
    """Return what a position must be below to matter."""
    cut: int = min(stack.cut[depth], stack.best[depth])
    return cut


@unchecked
def at_hand(stack: Stack, depth: int, jobs: Jobs) -> tuple[int, int, int]:
    """Return of the position at hand: where the row splits, when k ends, and k's tardiness."""
    row = stack.top[depth - 1]
    middle = row + stack.position[row + stack.place[depth]]
    c = stack.t[depth] + stack.work[middle] + jobs.p[stack.longest[depth]]
    return middle, c, max(0, c - jobs.d[stack.longest[depth]])


@unchecked
def receive_left(stack: Stack, jobs: Jobs, prices: Prices) -> None:
    """Take the value of the jobs before k, and ask for those after it if that may still be of use."""
    depth = stack.state[0]
    middle, c, tardiness = at_hand(stack, depth, jobs)
    stop, cut = stack.top[depth - 1] + stack.size[depth], current_cut(stack, depth)
    stack.left[depth] = stack.state[1]
    least = stack.left[depth] + tardiness + units(scaled_bound(stack, prices, middle, stop, c))
    if least < cut:
        stack.stage[depth] = RIGHT
        demand(stack, middle, stop, c, cut - tardiness - stack.left[depth])
    else:
        leave(stack, depth, least)


@unchecked
def receive_right(stack: Stack, jobs: Jobs) -> None:
    """Take the value of the jobs after k: the position at hand is settled."""
    depth = stack.state[0]
    middle, _, tardiness = at_hand(stack, depth, jobs)
    value = stack.left[depth] + tardiness + stack.state[1]
    if value < current_cut(stack, depth):
        stack.best[depth], stack.decision[depth] = value, middle - stack.top[depth - 1]
    leave(stack, depth, value)


@unchecked
def leave(stack: Stack, depth: int, least: int) -> None:
    """Go on to the next position; the one at hand costs no less than `least`."""
    stack.refused[depth] = min(stack.refused[depth], least)
    stack.place[depth] += 1
    stack.stage[depth] = NEXT


@unchecked
def open_bound(stack: Stack) -> int:
    """Return a lower bound of the whole problem while its frame, the first, is open; 0 before it was opened."""
    if stack.stage[1] == NEW:
        return 0
    bound: int = min(stack.refused[1], stack.best[1])
    if stack.place[1] < stack.places[1]:
        bound = min(bound, stack.bound[stack.top[0] + stack.place[1]])
    return bound
