"""HiGHS set up one way, silent and on one thread: empty, or with a model that PuLP states."""

from importlib.metadata import version

import highspy
import pulp

HIGHSPY = f"highspy {version('highspy')}"
VERSIONS = f"pulp {pulp.__version__}, {HIGHSPY}"
LESS_THAN_ONE = 0.999  # of objectives in whole numbers: nothing better remains once the gap is below 1
TOLERANCE = 1e-6  # of HiGHS


def empty() -> highspy.Highs:
    """Return HiGHS without a model."""
    highs = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy is partly typed
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    return highs


def loaded(
    problem: pulp.LpProblem, gap: float = LESS_THAN_ONE, seconds: float | None = None, nodes: int | None = None
) -> highspy.Highs:
    """Return HiGHS with the model before its run; `gap` is absolute, None is no limit.

    PuLP's own `solve` calls a time-out optimal and knows no limit of nodes, so HiGHS itself is asked.
    """
    interface = pulp.HiGHS(msg=False, threads=1, timeLimit=seconds, gapRel=0.0, gapAbs=gap, mip_max_nodes=nodes)
    interface.createAndConfigureSolver(problem)
    interface.buildSolverModel(problem)
    highs: highspy.Highs = problem.solverModel
    return highs


def found_solution(highs: highspy.Highs) -> bool:
    """Whether the run left a feasible solution."""
    return bool(highs.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible)
