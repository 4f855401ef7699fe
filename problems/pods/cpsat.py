"""Stages of pod packing by CP-SAT of OR-Tools, for references, where it is installed."""

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

import numpy as np

from problems.contract import Array, SolverError
from problems.cpsat import answer_apart, run_apart
from problems.pods.generator import LEVELS, Integers
from problems.pods.kernel import UNPLACED, Staged, placed

MISSING = "cpsat_work needs OR-Tools, which is not installed: pip install ortools, or set cpsat_work=0."
CAUTION = 1e-3  # bounds are reported as floats


def versions() -> str:
    """Return the version of OR-Tools.

    Raises:
        SolverError: it is not installed.
    """
    try:
        return f"ortools {version('ortools')}"
    except PackageNotFoundError:
        raise SolverError(MISSING) from None


def closer(arrays: Sequence[Array], found: Staged, work: float) -> Staged:
    """Return the better of what was found and what CP-SAT finds, with its bounds; arrays: cpu, mem, level, capacities.

    Raises:
        SolverError: OR-Tools is not installed, or its process failed.
    """
    versions()
    question = {
        "arrays": [array.tolist() for array in arrays],
        "known": found.placement.tolist(),
        "bounds": found.bounds,
        "work": work,
    }
    answer = run_apart(__name__, question)
    placement = np.array(answer["placement"], dtype=np.int64)
    return Staged(placement, tuple(placed(placement, *arrays).tolist()), tuple(answer["bounds"]))


def solved(
    arrays: Sequence[Sequence[int]], known: Sequence[int], bounds: Sequence[int], work: float
) -> dict[str, object]:
    """Maximise level by level, each with what the levels above place; deterministic.

    The bounds given hold as long as no level above has more pods than are known.
    """
    cpu, mem, level, cap_cpu, cap_mem = (np.array(values, dtype=np.int64) for values in arrays)
    placement, proved, old = np.array(known, dtype=np.int64), [], True
    for k in range(LEVELS):
        counts = placed(placement, cpu, mem, level, cap_cpu, cap_mem).tolist()
        bound = bounds[k] if old else int((level == k).sum())
        if bound > counts[k]:
            better, closer_bound = stage(cpu, mem, level, cap_cpu, cap_mem, placement, counts[: k + 1], work)
            old, placement, bound = old and better is placement, better, min(bound, closer_bound)
        proved.append(bound)
    return {"placement": placement.tolist(), "bounds": proved}


def stage(
    cpu: Array,
    mem: Array,
    level: Array,
    cap_cpu: Array,
    cap_mem: Array,
    known: Integers,
    counts: Sequence[int],
    work: float,
) -> tuple[Integers, int]:
    """Return a placement with more pods of the last level counted, or the known one itself, and the bound."""
    from ortools.sat.python import cp_model  # optional, and never in a process with highspy

    model, nodes = cp_model.CpModel(), range(cap_cpu.size)
    on = [[model.new_bool_var("") for _ in nodes] for _ in range(cpu.size)]
    of = [[x for row, own in zip(on, level.tolist(), strict=True) for x in row if own == k] for k in range(LEVELS)]
    for pod, row in enumerate(on):
        model.add_at_most_one(row)
        for node, x in enumerate(row):
            model.add_hint(x, int(known[pod]) == node)
    for asked, there in ((cpu, cap_cpu), (mem, cap_mem)):
        for node in nodes:
            model.add(sum(int(a) * row[node] for a, row in zip(asked, on, strict=True)) <= int(there[node]))
    *above, own_count = counts
    for k, count in enumerate(above):
        model.add(sum(of[k]) >= count)
    model.maximize(sum(of[len(above)]))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = work
    status = solver.solve(model)
    bound = int(np.floor(solver.best_objective_bound + CAUTION))
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE) or solver.objective_value < own_count + 0.5:
        return known, bound
    rows = [[node for node in nodes if solver.value(row[node])] for row in on]
    return np.array([row[0] if row else UNPLACED for row in rows], dtype=np.int64), bound


def main() -> None:
    """Answer in a process of its own."""
    answer_apart(solved)
