"""The memory of subproblems: an open-addressed table with exact keys (kernels).

A subproblem is the jobs first, ..., last of EDD order whose SPT rank is at most that of the job `longest`, from time t:
Lawler's decomposition makes no others. The key holds all four numbers, so that no two subproblems are ever confused.
"""

from typing import NamedTuple

import numpy as np

from problems.kernels import unchecked
from problems.smtt.exact.jobs import Ints

ENTRY = 24  # bytes
PROBES = 4
EMPTY = -1
LOW = 2**31 - 1
MODULUS, MULTIPLIER = 2**31 - 1, 48271  # Park and Miller (1988): no product leaves int64


class Memo(NamedTuple):
    """Entries of three int64 words, each of shape (slots,), and how many slots are used, shape (1,).

    jobs: the first part of the key, or EMPTY; times: t << 31 | decision; values: value << 1 | exact. The decision is
    how many jobs stand before the longest; a value that is not exact is a lower bound.
    """

    jobs: Ints
    times: Ints
    values: Ints
    used: Ints


def empty(slots: int) -> Memo:
    """Return a table without entries; `slots` is a power of two."""
    times, values = (np.empty(slots, dtype=np.int64) for _ in range(2))
    return Memo(np.full(slots, EMPTY, dtype=np.int64), times, values, np.zeros(1, dtype=np.int64))


def room(memo: Memo, memory: int) -> Memo:
    """Return the table, or one twice as large with the same entries when it is half full and `memory` bytes allow."""
    slots = memo.jobs.size
    if 2 * memo.used[0] < slots or 2 * slots * ENTRY > memory:
        return memo
    larger = empty(2 * slots)
    copy_entries(memo, larger)
    return larger


@unchecked
def word(first: int, last: int, longest: int) -> int:
    """Return the first part of a key."""
    return (first << 42) | (last << 21) | longest


@unchecked
def slot_of(memo: Memo, jobs: int, t: int) -> int:
    """Return the slot that holds this subproblem, else an empty one, else the one to overwrite."""
    mixed = (jobs % MODULUS * MULTIPLIER + (jobs >> 31) * 69621 + t * 40692) % MODULUS
    home = mixed * MULTIPLIER % MODULUS
    for probe in range(PROBES):
        slot = (home + probe) & (memo.jobs.size - 1)
        if memo.jobs[slot] == EMPTY or holds(memo, slot, jobs, t):
            return slot
    return (home + (t & (PROBES - 1))) & (memo.jobs.size - 1)


@unchecked
def holds(memo: Memo, slot: int, jobs: int, t: int) -> bool:
    """Return whether the slot holds this subproblem."""
    held: bool = memo.jobs[slot] == jobs and memo.times[slot] >> 31 == t
    return held


@unchecked
def keep(memo: Memo, jobs: int, t: int, value: int, exact: bool, decision: int) -> None:
    """Enter what is known of a subproblem, over what was known."""
    slot = slot_of(memo, jobs, t)
    memo.used[0] += memo.jobs[slot] == EMPTY
    memo.jobs[slot] = jobs
    memo.times[slot] = (t << 31) | decision
    memo.values[slot] = (value << 1) | exact


@unchecked
def copy_entries(memo: Memo, larger: Memo) -> None:
    """Enter all entries of one table into another."""
    for slot in range(memo.jobs.size):
        if memo.jobs[slot] != EMPTY:
            t, decision = memo.times[slot] >> 31, memo.times[slot] & LOW
            keep(larger, memo.jobs[slot], t, memo.values[slot] >> 1, memo.values[slot] & 1 == 1, decision)
