"""References: the best placement at hand, and what is proven of it level by level."""

import numpy as np

from problems.contract import Array, Instance, Reference, Rule, Solved
from problems.kernels import plain
from problems.pods import cpsat
from problems.pods.baselines import BASELINES, SCORE
from problems.pods.exact import VERSIONS, packing_instance, solve
from problems.pods.generator import LEVELS, Integers
from problems.pods.kernel import UNPLACED, default_queue, placed, schedule


def reference(instance: Instance, rounds: int, cpsat_work: float) -> Reference:
    """Return the pods placed on each level, and a bound on the first; see `solved`."""
    return solved(instance, rounds, cpsat_work).reference


def solved(instance: Instance, rounds: int, cpsat_work: float) -> Solved:
    """Return the best placement at hand and what is proven of it; deterministic.

    `rounds` are those of the local search, `cpsat_work` the deterministic seconds of CP-SAT on each level that is not
    proven without it, 0 for none of it.
    """
    cpu, mem, level, arrival, cap_cpu, cap_mem = instance.arrays
    arrays = (cpu, mem, level, cap_cpu, cap_mem)
    start = best_of_baselines(arrays, arrival)
    staged = solve(packing_instance(*arrays), start, rounds)
    method, versions = "staged: local search, patterns", VERSIONS
    if cpsat_work and staged.proven_levels < LEVELS:
        staged = cpsat.closer(arrays, staged, cpsat_work)
        method, versions = f"{method}, CP-SAT with {cpsat_work:g} units of work", f"{VERSIONS}, {cpsat.versions()}"
    first, *lower = (float(count) for count in staged.counts)
    proven = staged.proven_levels == LEVELS
    text = "every level proven" if proven else f"{staged.proven_levels} of {LEVELS} levels proven"
    best = Reference(first, float(staged.bounds[0]), proven, f"{method}; {text}", 0.0, versions, tuple(lower))
    return Solved(best, staged.placement)


def best_of_baselines(arrays: tuple[Array, ...], arrival: Array) -> Integers:
    """Return the placement of the best baseline, so that no reference is worse than any."""
    cpu, mem, level, cap_cpu, cap_mem = arrays
    placements = []
    for source in BASELINES.values():
        names: dict[str, Rule] = {}
        exec(source, {}, names)  # our own text, not a candidate's
        out = np.full(cpu.size, UNPLACED, dtype=np.int64)
        plain(schedule)(names[SCORE.name], default_queue(level, arrival), cpu, mem, level, cap_cpu, cap_mem, out)
        placements.append(out)
    return max(placements, key=lambda out: tuple(placed(out, *arrays)))
