"""An instance solved to proven optimality, or as far as the limits let."""

import math
import time
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from problems.contract import Array
from problems.sequences import JobSequence
from problems.smtt.descent import insertion_pass, swap_pass
from problems.smtt.exact.effort import SLOTS, Limits, Search, Unfinished
from problems.smtt.exact.jobs import Jobs, checked_jobs, ranked, reduced
from problems.smtt.exact.memo import copy_entries, empty
from problems.smtt.exact.prices import Prices, least_prices, priced, value_at
from problems.smtt.exact.rebuild import rebuilt
from problems.smtt.exact.stack import units
from problems.smtt.kernel import spt_order, total_tardiness
from problems.smtt.starts import modified_due_dates

COARSE_PERIODS = 24
# Of each attempt: its prices' periods by job (at least the coarse ones), and the nodes after which the next one begins.
SECONDS_OF_PRICES = 2e-8  # by job and period squared, in the interior point method
ATTEMPTS = ((0.0, 3_000), (0.25, 4_000_000), (0.5, math.inf))


@dataclass(frozen=True, slots=True)
class Proof:
    """The best sequence with its total tardiness, and what is proven of the optimum.

    `bound` is the proven lower bound, `value` itself if proven. `root_bound` is that of the prices: weaker, and
    checkable without the search. `seconds` is processor time, without that of loading kernels.
    """

    value: int
    sequence: JobSequence
    bound: int
    root_bound: int
    proven: bool
    nodes: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Findings:
    """What is known of a reduced instance: the best sequence and its value, two lower bounds, nodes."""

    sequence: JobSequence
    value: int
    bound: int
    root_bound: int
    nodes: int


def solve(
    p: Array,
    d: Array,
    *,
    time_limit: float = math.inf,
    node_limit: int | None = None,
    memory: int = 1 << 30,
) -> Proof:
    """Return an optimal sequence of 1||ΣTj with the proof of its value, or the best one when a limit comes first.

    `time_limit` is in seconds of this process' processor time, looked at every some thousand nodes and before prices
    that would take longer; the first descent, the first prices and building the sequence again are not cut short.
    `memory` is in bytes; too many jobs for it get prices and no search. Without a time limit the result depends on the
    instance alone.

    Raises:
        ValueError: what `checked_jobs` refuses.
    """
    p, d = checked_jobs(p, d)
    load_kernels()
    began = time.process_time()
    nodes = math.inf if node_limit is None else node_limit
    reduction = reduced(p, d)
    found = solved(reduction.jobs, Limits(began + time_limit, nodes, memory))
    sequence = np.concatenate((reduction.first, reduction.order[found.sequence]))
    value = total_tardiness(sequence, p, d)
    bound = found.bound + reduction.constant
    root_bound = found.root_bound + reduction.constant
    if bound > value:
        raise RuntimeError(f"The bound {bound} lies above a sequence of {value}: the proof is wrong.")
    seconds = time.process_time() - began
    return Proof(value, sequence, bound, root_bound, value == bound, found.nodes, seconds)


def solved(jobs: Jobs, limits: Limits) -> Findings:
    """Return what the limits let find out about a reduced instance."""
    sequence, value = local_optimum(jobs, limits)
    if value == 0:
        return Findings(sequence, 0, 0, 0, 0)
    search = Search(jobs, limits) if limits.fits(jobs.p.size) else None
    bound = root_bound = 0
    for density, nodes in ATTEMPTS:
        periods = max(COARSE_PERIODS, round(density * jobs.p.size))
        if density and not limits.leave(SECONDS_OF_PRICES * jobs.p.size * periods**2):
            break
        prices = priced(jobs, periods)
        root_bound = max(root_bound, bound_of_all(jobs, prices))
        if search is None or limits.reached(search.nodes):
            break
        answer = search.within(prices, np.arange(jobs.p.size), value, nodes)
        if not isinstance(answer, Unfinished):
            if answer < value:
                sequence, value = rebuilt(search, prices, answer), answer
            return Findings(sequence, value, value, root_bound, search.nodes)
        bound = max(bound, answer.bound)
        if limits.reached(search.nodes):
            break
    return Findings(sequence, value, max(bound, root_bound), root_bound, search.nodes if search else 0)


def local_optimum(jobs: Jobs, limits: Limits) -> tuple[JobSequence, int]:
    """Return the sequence of a descent by insertions and swaps from MDD, and its total tardiness."""
    sequence = modified_due_dates(jobs.p, jobs.d, spt_order(jobs.p, jobs.d), 1.0)
    p, d = jobs.p[sequence], jobs.d[sequence]
    while insertion_pass(sequence, p, d) < 0 or (not limits.reached(0) and swap_pass(sequence, p, d) < 0):
        if limits.reached(0):
            break
    return sequence, total_tardiness(sequence, jobs.p, jobs.d)


def bound_of_all(jobs: Jobs, prices: Prices) -> int:
    """Return the lower bound of all jobs from time 0."""
    f = value_at(prices.base, prices.slope, prices.shift, jobs.p.sum())
    return units(prices.own.sum() + f)


@lru_cache
def load_kernels() -> None:
    """Load every kernel from the disk cache, or compile it, by a small instance that needs them all."""
    p, d = np.array([6, 3, 9, 4, 8, 5], dtype=np.int64), np.array([11, 12, 13, 20, 22, 24], dtype=np.int64)
    jobs = ranked(p, d)
    local_optimum(jobs, Limits())
    prices = priced(jobs, 3)
    bound_of_all(jobs, prices)
    search = Search(jobs, Limits())
    search.within(prices, np.arange(p.size), int(d.sum()), 1)
    value = search.exactly(prices, np.arange(p.size), 0, int(d.sum()))
    rebuilt(search, prices, value)
    copy_entries(search.memo, empty(2 * SLOTS))
    least_prices(p, d, prices.base, prices.slope, 0, int(p.sum()))
