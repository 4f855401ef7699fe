"""Opening a subproblem: what is known of it at once, and else where its longest job may stand (kernels)."""

from problems.smtt.exact.jobs import Jobs
from problems.smtt.exact.memo import Memo, holds, slot_of, word
from problems.smtt.exact.prices import Prices, value_at
from problems.smtt.exact.stack import NEXT, Stack, scaled_bound, units, write_row
from problems.smtt.exact.times import SCALE
from problems.smtt.exact.unchecked import unchecked

OPEN = -1  # no value yet
NEVER = 2**61  # above every value


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
