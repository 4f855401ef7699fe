"""Lawler's decomposition with a memory and without bounds: an independent check of the optimum (kernels).

It shares neither prices nor cuts nor search with the solver: plain recursion over the positions of the longest job,
all of them (Lawler, 1977; for some sixty jobs) or those that Potts and Van Wassenhove (1982) leave (to two hundred).
"""

import numpy as np

from problems.contract import Array
from problems.kernels import compiled
from problems.smtt.exact.jobs import Ints, Jobs, checked_jobs, reduced
from problems.smtt.exact.memo import Memo, empty, holds, keep, slot_of, word

SLOTS = 2**20


def pure_lawler(p: Array, d: Array, *, every_position: bool = False, slots: int = SLOTS) -> int:
    """Return the least total tardiness; `slots`, a power of two, bound the memory. Raises what `checked_jobs` does."""
    reduction = reduced(*checked_jobs(p, d))
    jobs = reduction.jobs
    return reduction.constant + optimum(jobs, np.arange(jobs.p.size), 0, every_position, empty(slots))


@compiled
def optimum(jobs: Jobs, members: Ints, t: int, every_position: bool, memo: Memo) -> int:
    """Return the least total tardiness of these jobs, in EDD order, from time t."""
    if in_time(jobs, members, t):
        return 0
    longest = longest_place(jobs, members)
    k = members[longest]
    key = word(members[0], members[-1], k)
    slot = slot_of(memo, key, t)
    if holds(memo, slot, key, t):
        known: int = memo.values[slot] >> 1
        return known
    best, c, latest = 2**61, t + jobs.p[members[:longest]].sum(), 0
    for h in range(longest, members.size):
        c += jobs.p[members[h]]
        if h > longest:
            latest = max(latest, jobs.d[members[h]] + jobs.p[members[h]])
        if not every_position and (latest > c or (h + 1 < members.size and c >= jobs.d[members[h + 1]])):
            continue
        before = np.concatenate((members[:longest], members[longest + 1 : h + 1]))
        value = max(0, c - jobs.d[k]) + optimum(jobs, before, t, every_position, memo)
        if value < best:
            value += optimum(jobs, members[h + 1 :], c, every_position, memo)
        best = min(best, value)
    keep(memo, key, t, best, True, 0)
    return best


@compiled
def in_time(jobs: Jobs, members: Ints, t: int) -> bool:
    """Return whether EDD order has no tardy job."""
    for job in members:
        t += jobs.p[job]
        if t > jobs.d[job]:
            return False
    return True


@compiled
def longest_place(jobs: Jobs, members: Ints) -> int:
    """Return where the job of the highest SPT rank stands."""
    longest = 0
    for i in range(members.size):
        if jobs.rank[members[i]] > jobs.rank[members[longest]]:
            longest = i
    return longest
