"""Job shops by CP-SAT of OR-Tools, for references, where it is installed."""

from importlib.metadata import version
from importlib.util import find_spec

import numpy as np

from problems.contract import Array, Reference
from problems.cpsat import answer_apart, run_apart
from problems.jobshop.schedule import makespan

MISSING = "cpsat_work > 0 needs OR-Tools: pip install ortools"
CAUTION = 0.999  # bounds are reported as floats


def check_installed() -> None:
    """Raise ValueError unless OR-Tools is installed; does not load it."""
    if find_spec("ortools") is None:
        raise ValueError(MISSING)


def closer(durations: Array, routes: Array, best: Reference, work: float) -> Reference:
    """Return the better makespan and bound of what was found and what CP-SAT finds within so much work.

    Raises:
        SolverError: its process failed.
    """
    start, least = schedule(durations, routes, int(best.value), work)
    value = best.value if start is None else min(best.value, makespan(start, durations, routes))
    bound = min(value, max(best.bound or 0.0, least))
    method = f"{'optimum' if value == bound else 'best known'}: tabu search, then CP-SAT with {work:g} units of work"
    return Reference(value, bound, value == bound, method, versions=versions())


def schedule(durations: Array, routes: Array, most: int, work: float) -> tuple[Array | None, int]:
    """Return the start times that CP-SAT finds at or below `most`, if any, and its bound.

    Raises:
        SolverError: its process failed.
    """
    question = {"durations": durations.tolist(), "routes": routes.tolist(), "most": most, "work": work}
    answer = run_apart(__name__, question)
    return np.array(answer["start"], dtype=np.int64) if answer["start"] else None, int(answer["bound"])


def versions() -> str:
    """Return the version of OR-Tools."""
    return f"ortools {version('ortools')}"


def solved(durations: list[list[int]], routes: list[list[int]], most: int, work: float) -> dict[str, object]:
    """Return the start times that CP-SAT finds at or below `most` (none: empty) and its bound; deterministic."""
    from ortools.sat.python import cp_model  # optional, and never in a process with highspy

    model = cp_model.CpModel()
    last = model.new_int_var(0, most, "makespan")
    start = [[model.new_int_var(0, most, "") for _ in row] for row in durations]
    on_machine: dict[int, list[cp_model.IntervalVar]] = {}
    for times, row, machines in zip(start, durations, routes, strict=True):
        for k, (time, p, machine) in enumerate(zip(times, row, machines, strict=True)):
            on_machine.setdefault(machine, []).append(model.new_fixed_size_interval_var(time, p, ""))
            model.add((times[k + 1] if k + 1 < len(times) else last) >= time + p)
    for intervals in on_machine.values():
        model.add_no_overlap(intervals)
    model.minimize(last)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = work
    status = solver.solve(model)
    solved = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    values = [[solver.value(time) for time in times] for times in start] if solved else []
    return {"start": values, "bound": int(np.ceil(solver.best_objective_bound - CAUTION))}


def main() -> None:
    """Answer in a process of its own."""
    answer_apart(solved)
