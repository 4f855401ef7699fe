"""A tabu search for the job shop: operations move to the ends of the blocks of a critical path (kernels).

The neighbourhood N6 of Balas and Vazacopoulos (1998) within the tabu search of Nowicki and Smutnicki (1996); where it
gets stuck it takes random moves from the best schedule. The network is that of `graph`; places are those of its path.
"""

import numpy as np

from problems.contract import Array
from problems.jobshop.generator import A, M
from problems.jobshop.graph import (
    AFTER,
    PATH,
    R,
    carry_out,
    critical_path,
    end,
    estimate,
    heads_and_tails,
    job_after,
    job_before,
    network,
    rest,
)
from problems.jobshop.schedule import Times
from problems.kernels import compiled

PATIENCE, KICKS = 3000, 30  # steps without a better schedule, then so many random moves from the best one
TENURE = 10  # a move is not undone for TENURE to 2 TENURE - 1 steps
FAR = 2**62


def improved(start: Array, durations: Array, routes: Array, steps: int, bound: int) -> Times:
    """Return the start times of the best schedule found in so many steps from a feasible one; ends at the bound.

    Durations are at least 1; the same arguments give the same schedule.
    """
    best: Times = search(network(start, durations, routes), durations.shape[1], steps, bound)[R]
    return best.reshape(durations.shape)


@compiled
def search(net: Times, m: int, steps: int, bound: int) -> Times:
    """Return the network of the best schedule found; its heads are start times."""
    value = least = heads_and_tails(net, m)
    best = net.copy()
    tabu = np.zeros((net.shape[1], net.shape[1] // m), np.int64)
    state, idle, kicks = 1, 0, 0
    for step in range(1, steps + 1):
        if least <= bound:
            break
        state = state * A % M
        length = critical_path(net, m, value)
        i, j = chosen(net, m, length, tabu, step, least, state // 64, kicks > 0)
        if i < 0:
            break
        forbid(net, m, i, j, tabu, step + TENURE + state % TENURE)
        carry_out(net, i, j)
        value = heads_and_tails(net, m)
        idle, kicks = idle + 1, max(0, kicks - 1)
        if value < least:
            least, idle = value, 0
            best[:] = net
        elif idle == PATIENCE:
            value, idle, kicks = least, 0, KICKS
            net[:] = best
    return best


@compiled
def chosen(
    net: Times, m: int, length: int, tabu: Times, step: int, least: int, chance: int, at_random: bool
) -> tuple[int, int]:
    """Return the move (from, to) of least estimate that is not tabu; (-1, -1) without any move.

    A tabu move is taken where it promises a new best, or, by `chance`, where all are tabu.
    """
    lowest, moves = FAR, 0
    i = j = some_i = some_j = -1
    first = 0
    while first < length:
        last = block_end(net, length, first)
        for k in range(2 * (last - first)):
            source, target = (first + k // 2, last) if k % 2 == 0 else (first + k // 2 + 1, first)
            if not is_move(net, m, length, source, target):
                continue
            moves += 1
            if chance % moves == 0:
                some_i, some_j = source, target
            value = estimate(net, m, source, target)
            if value < lowest and (value < least or not is_tabu(net, m, source, target, tabu, step)):
                lowest, i, j = value, source, target
        first = last + 1
    return (some_i, some_j) if at_random or i < 0 else (i, j)


@compiled
def block_end(net: Times, length: int, first: int) -> int:
    """Return the last place of the block of a path, on one machine, that starts at a place."""
    last = first
    while last + 1 < length and net[AFTER, net[PATH, last]] == net[PATH, last + 1]:
        last += 1
    return last


@compiled
def is_move(net: Times, m: int, length: int, i: int, j: int) -> bool:
    """Return whether an operation may move to the other end of its block (no cycle), and whether that may help.

    Before the first block and behind the last one it cannot, Nowicki and Smutnicki (1996); the conditions against
    cycles are those of Balas and Vazacopoulos (1998), propositions 2.2 and 2.3.
    """
    u, v = net[PATH, i], net[PATH, j]
    if i < j:
        return j < length - 1 and rest(net, v) >= rest(net, job_after(u, m))
    return j > 0 and end(net, v) >= end(net, job_before(u, m))


@compiled
def forbid(net: Times, m: int, i: int, j: int, tabu: Times, until: int) -> None:
    """Forbid, until a step, to undo the order that the move from i to j sets up."""
    for k in range(min(i, j), max(i, j) + 1):
        if k != i:
            before, after = (i, k) if i < j else (k, i)
            tabu[net[PATH, before], net[PATH, after] // m] = until  # the first is not to stand before the other again


@compiled
def is_tabu(net: Times, m: int, i: int, j: int, tabu: Times, step: int) -> bool:
    """Return whether the move from i to j sets up an order that is forbidden."""
    for k in range(min(i, j), max(i, j) + 1):
        if k != i:
            before, after = (k, i) if i < j else (i, k)
            if tabu[net[PATH, before], net[PATH, after] // m] >= step:
                return True
    return False
