"""An instance solved to proven optimality, or as far as the limits let."""

import math
import time
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from problems.contract import Array
from problems.sequences import JobSequence
from problems.smtt.exact.decomposition import units
from problems.smtt.exact.incumbent import descended, modified_due_dates
from problems.smtt.exact.jobs import Jobs, checked_jobs, ranked, reduced
from problems.smtt.exact.limits import SolveLimits
from problems.smtt.exact.memo import copy_entries, empty
from problems.smtt.exact.prices import Prices, affordable, least_prices, priced, value_at
from problems.smtt.exact.search import SLOTS, DecompositionSearch, Unfinished, fits, rebuilt
from problems.smtt.kernel import total_tardiness

COARSE_PERIODS = 24
# Of each attempt: its prices' periods by job (at least the coarse ones), and the nodes after which the next one begins.
ATTEMPTS = ((0.0, 3_000), (0.25, 4_000_000), (0.5, math.inf))


@dataclass(frozen=True, slots=True)
class Proof:
    """The best sequence with its total tardiness, and what is proven of the optimum.

    `bound` is the proven lower bound, `value` itself if proven. `root_bound` is that of the prices, or a plainer one:
    weaker, and checkable without the search. `seconds` is processor time, without that of loading kernels.
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
    """What is known of a reduced instance: the best sequence, two lower bounds, nodes."""

    sequence: JobSequence
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

    `time_limit` is in seconds of this process' processor time, looked at some hundred times a second. At most
    half of what is left goes to the first descent, a quarter of the rest to better prices. A search that ends while its
    sequence is not yet built proves the bound, and the best sequence built stands beside it. `memory` is in bytes; too
    many jobs for it get prices and no search. Without a time limit the result depends on the instance alone.

    Raises:
        ValueError: what `checked_jobs` refuses.
    """
    p, d = checked_jobs(p, d)
    load_kernels()
    began = time.process_time()
    nodes = math.inf if node_limit is None else node_limit
    reduction = reduced(p, d)
    found = solved(reduction.jobs, SolveLimits(began + time_limit, nodes, memory))
    sequence = np.concatenate((reduction.first, reduction.order[found.sequence]))
    value = total_tardiness(sequence, p, d)
    bound = found.bound + reduction.constant
    root_bound = found.root_bound + reduction.constant
    if bound > value:
        raise RuntimeError(f"The bound {bound} lies above a sequence of {value}: the proof is wrong.")
    seconds = time.process_time() - began
    return Proof(value, sequence, bound, root_bound, value == bound, found.nodes, seconds)


def solved(jobs: Jobs, limits: SolveLimits) -> Findings:
    """Return what the limits let find out about a reduced instance."""
    sequence, bound = modified_due_dates(jobs), bound_of_ends(jobs)
    if limits.over() or total_tardiness(sequence, jobs.p, jobs.d) == 0:
        return Findings(sequence, bound, bound, 0)
    prices = priced(jobs, affordable(COARSE_PERIODS, jobs.p.size, limits), limits)
    bound = max(bound, bound_of_all(jobs, prices))
    searchable = fits(jobs.p.size, limits)
    sequence = descended(sequence, jobs, limits.half() if searchable else limits)
    if not searchable or total_tardiness(sequence, jobs.p, jobs.d) == 0:
        return Findings(sequence, bound, bound, 0)
    return searched(DecompositionSearch(jobs, limits), prices, sequence, bound)


def searched(search: DecompositionSearch, prices: Prices, sequence: JobSequence, root_bound: int) -> Findings:
    """Return the optimum, or a better bound where a limit comes first, by attempts with better and better prices."""
    jobs, limits = search.jobs, search.limits
    everything, value = np.arange(jobs.p.size), total_tardiness(sequence, jobs.p, jobs.d)
    bound, periods = 0, COARSE_PERIODS
    for density, nodes in ATTEMPTS:
        if limits.reached(search.nodes):
            break
        wanted = affordable(round(density * jobs.p.size), jobs.p.size, limits)
        if wanted > periods:
            prices, periods = priced(jobs, wanted, limits), wanted
            root_bound = max(root_bound, bound_of_all(jobs, prices))
        answer = search.within(prices, everything, value, nodes)
        if not isinstance(answer, Unfinished):
            if answer < value:
                built = rebuilt(search, prices, answer, sequence)
                sequence = min(sequence, built, key=lambda known: total_tardiness(known, jobs.p, jobs.d))
            return Findings(sequence, answer, root_bound, search.nodes)
        bound = max(bound, answer.bound)
    return Findings(sequence, max(bound, root_bound), root_bound, search.nodes)


def bound_of_ends(jobs: Jobs) -> int:
    """Return the lower bound for jobs that end when SPT order ends as many, each with as many due dates passed.

    No k jobs end sooner than the k shortest, and both ascending is the cheapest assignment (Chu, 1992).
    """
    return int(np.maximum(0, jobs.p[jobs.spt].cumsum() - jobs.d).sum())


def bound_of_all(jobs: Jobs, prices: Prices) -> int:
    """Return the lower bound of all jobs from time 0."""
    f = value_at(prices.base, prices.slope, prices.shift, jobs.p.sum())
    return units(prices.own.sum() + f)


@lru_cache
def load_kernels() -> None:
    """Load every kernel from the disk cache, or compile it, by a small instance that needs them all."""
    p, d = np.array([6, 3, 9, 4, 8, 5], dtype=np.int64), np.array([11, 12, 13, 20, 22, 24], dtype=np.int64)
    jobs = ranked(p, d)
    sequence = descended(modified_due_dates(jobs), jobs, SolveLimits())
    prices = priced(jobs, 3)
    bound_of_all(jobs, prices)
    search = DecompositionSearch(jobs, SolveLimits())
    search.within(prices, np.arange(p.size), int(d.sum()), 1)
    value = search.exactly(prices, np.arange(p.size), 0, int(d.sum()))
    assert isinstance(value, int), "nothing limits this search"
    rebuilt(search, prices, value, sequence)
    copy_entries(search.memo, empty(2 * SLOTS))
    least_prices(p, d, prices.base, prices.slope, 0, int(p.sum()))
