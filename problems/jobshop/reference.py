"""References of job shops: published bounds where there are any, else what a search and lower bounds find out."""

import llvmlite
import numba
import numpy as np

from problems.contract import Array, Instance, Reference
from problems.jobshop import cpsat
from problems.jobshop.bound import lower_bound
from problems.jobshop.bounds import PUBLISHED
from problems.jobshop.kernel import dispatch
from problems.jobshop.schedule import makespan
from problems.jobshop.tabu import improved
from problems.kernels import plain

TINY = 36  # operations: 6 x 6 takes HiGHS about a second, 8 x 5 often more than twenty
SEARCHED = "best known: tabu search of {steps} steps from SPT/TWKR; bound: one machine with preemption"
VERSIONS = f"numba {numba.__version__}, llvmlite {llvmlite.__version__}, numpy {np.__version__}"


def reference(instance: Instance, steps: int, cpsat_work: float) -> Reference:
    """Return what is published of the instance, or what a search, HiGHS where it is tiny, and CP-SAT find out.

    `steps` are those of the tabu search, `cpsat_work` CP-SAT's own deterministic seconds, 0 for none of it.
    """
    known = PUBLISHED.get(instance.name)
    if known is not None:
        return Reference(known.upper, known.lower, known.upper == known.lower, known.source)
    durations, routes = instance.arrays
    found = searched(durations, routes, steps)
    if found.proven:
        return found
    if durations.size <= TINY:
        return by_highs(durations, routes, found)
    return cpsat.closer(durations, routes, found, cpsat_work) if cpsat_work else found


def searched(durations: Array, routes: Array, steps: int) -> Reference:
    """Return the best makespan of a tabu search that starts from SPT/TWKR, with the one-machine bound."""
    start = np.zeros(durations.shape, np.int64)
    plain(dispatch)(spt_twkr, durations, routes, False, start)
    bound = lower_bound(durations, routes)
    value = makespan(improved(start, durations, routes, steps, bound), durations, routes)
    return Reference(value, bound, value == bound, SEARCHED.format(steps=steps), versions=VERSIONS)


def spt_twkr(p: float, work_left: float, *_: float) -> float:
    """Return the shortest processing time per work remaining: the best of the classic rules."""
    return p / work_left


def by_highs(durations: Array, routes: Array, found: Reference) -> Reference:
    """Return the optimum that HiGHS proves of a tiny instance, or what was found where it does not."""
    from problems import highs  # loaded where it is needed: the sandbox needs no solver
    from problems.jobshop import mip

    start = mip.solved(durations, routes, int(found.value))
    if start is None:
        return found
    value = makespan(start, durations, routes)
    return Reference(value, value, True, "optimum, disjunctive model by HiGHS", versions=highs.VERSIONS)
