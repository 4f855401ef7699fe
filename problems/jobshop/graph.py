"""Schedules of the job shop as graphs: heads, tails, critical paths, moves on a machine (kernels but for `network`).

Operations are numbered v = job * m + place in the job, so v - 1 and v + 1 are the neighbours in the job; -1 is none. A
network is an int64 array of shape (rows, operations); p are its durations, at least 1, r the heads (earliest starts),
q the tails (the longest way from the end of an operation to the end of all).
"""

import numpy as np

from problems.contract import Array
from problems.jobshop.schedule import Times, by_machine, machine_order, places
from problems.kernels import compiled

P, BEFORE, AFTER, R, Q = range(5)  # BEFORE and AFTER are the neighbours on the machine
PATH, ORDER, MOVED, HEADS = range(5, 9)  # room for a critical path, a topological order, and operations on the move
ROWS = 9


def network(start: Array, durations: Array, routes: Array) -> Times:
    """Return the network of a feasible schedule, without heads and tails."""
    n, m = durations.shape
    net = np.zeros((ROWS, n * m), np.int64)
    net[P], net[BEFORE], net[AFTER] = durations.ravel(), -1, -1
    place = places(routes)
    order = machine_order(by_machine(start, place), by_machine(start + durations, place))
    for machine, jobs in enumerate(order):
        operations = jobs * m + place[jobs, machine]
        net[AFTER, operations[:-1]], net[BEFORE, operations[1:]] = operations[1:], operations[:-1]
    return net


@compiled
def end(net: Times, v: int) -> int:
    """Return when an operation ends, 0 for none."""
    return net[R, v] + net[P, v] if v >= 0 else 0


@compiled
def rest(net: Times, v: int) -> int:
    """Return the longest way from the start of an operation to the end of all, 0 for none."""
    return net[Q, v] + net[P, v] if v >= 0 else 0


@compiled
def job_before(v: int, m: int) -> int:
    """Return the operation before it in the job, -1 for none."""
    return v - 1 if v % m > 0 else -1


@compiled
def job_after(v: int, m: int) -> int:
    """Return the operation after it in the job, -1 for none."""
    return v + 1 if v % m < m - 1 else -1


@compiled
def heads_and_tails(net: Times, m: int) -> int:
    """Fill in heads, tails and a topological order of an acyclic network; return the makespan."""
    size = net.shape[1]
    order, missing = net[ORDER], net[Q]  # until the tails are filled in: how many neighbours must come first
    count = 0
    for v in range(size):
        missing[v] = (v % m > 0) + (net[BEFORE, v] >= 0)
        if missing[v] == 0:
            order[count] = v
            count += 1
    value = done = 0
    while done < count:
        v = order[done]
        done += 1
        net[R, v] = max(end(net, job_before(v, m)), end(net, net[BEFORE, v]))
        value = max(value, end(net, v))
        for w in (job_after(v, m), net[AFTER, v]):
            if w >= 0:
                missing[w] -= 1
                if missing[w] == 0:
                    order[count] = w
                    count += 1
    for position in range(size - 1, -1, -1):
        v = order[position]
        net[Q, v] = max(rest(net, job_after(v, m)), rest(net, net[AFTER, v]))
    return value


@compiled
def critical_path(net: Times, m: int, value: int) -> int:
    """Write a longest path into PATH and return its length; where it parts it stays on the machine."""
    v = 0
    while net[R, v] > 0 or rest(net, v) < value:
        v += 1
    length = 0
    while v >= 0:
        net[PATH, length] = v
        length += 1
        follows = net[AFTER, v]
        if follows < 0 or rest(net, follows) < net[Q, v]:
            follows = job_after(v, m) if net[Q, v] > 0 else -1
        v = follows
    return length


@compiled
def around(net: Times, i: int, j: int) -> tuple[int, int]:
    """Return what stands on the machine before and after the places i to j (or j to i) of the path."""
    return net[BEFORE, net[PATH, min(i, j)]], net[AFTER, net[PATH, max(i, j)]]


@compiled
def move(net: Times, i: int, j: int) -> int:
    """Write into MOVED the operations between two places of the path, that at i moved to j; return how many."""
    path, moved = net[PATH], net[MOVED]
    low, count = min(i, j), abs(i - j) + 1
    shift = 1 if i < j else -1
    for offset in range(count):
        k = low + offset
        moved[offset] = path[i] if k == j else path[k + shift]
    return count


@compiled
def estimate(net: Times, m: int, i: int, j: int) -> int:
    """Return about the longest path through the operations between two places once that at i has moved to j.

    Heads and tails are those of Balas and Vazacopoulos (1998), section 2.
    """
    first, last = around(net, i, j)
    count = move(net, i, j)
    ended = end(net, first)
    for position in range(count):
        v = net[MOVED, position]
        net[HEADS, position] = max(end(net, job_before(v, m)), ended)
        ended = net[HEADS, position] + net[P, v]
    longest, way = 0, rest(net, last)
    for position in range(count - 1, -1, -1):
        v = net[MOVED, position]
        way = max(rest(net, job_after(v, m)), way) + net[P, v]
        longest = max(longest, net[HEADS, position] + way)
    return longest


@compiled
def carry_out(net: Times, i: int, j: int) -> None:
    """Move the operation at place i of the path to place j; heads and tails stay as they are."""
    left, last = around(net, i, j)
    for position in range(move(net, i, j)):
        v = net[MOVED, position]
        net[BEFORE, v] = left
        if left >= 0:
            net[AFTER, left] = v
        left = v
    net[AFTER, left] = last
    if last >= 0:
        net[BEFORE, last] = left
