"""Lawler's decomposition, depth first, cut off by bounds and with a memory (kernels).

Lawler (1977): with the jobs in EDD order and k the longest, some optimum has before k just the jobs up to a position h,
for an h not before k's own place. Each h leaves two subproblems: those before k, and those after it. A subproblem is
asked for its optimum if that is below a cut; what it answers is exact if below the cut, and a lower bound else.

The search runs on a stack of its own, so that it can stop after some frames and go on later.
"""

from problems.smtt.exact.jobs import Jobs
from problems.smtt.exact.memo import Memo, keep
from problems.smtt.exact.prices import Prices
from problems.smtt.exact.stack import LEFT, NEW, NEXT, RIGHT, Stack, answer, demand, scaled_bound, units
from problems.smtt.exact.subproblem import OPEN, opened
from problems.smtt.exact.unchecked import unchecked


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
