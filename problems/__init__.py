"""What is to be solved: instances, signatures, objectives, baselines. Knows nothing of candidates, LLMs or archives."""

from problems.contract import (
    Allowance,
    Array,
    Counted,
    Infeasible,
    Instance,
    Kind,
    Parameter,
    Problem,
    Reference,
    Rule,
    Sense,
    Signature,
    Solution,
    SolutionShape,
    Split,
    Timed,
)
from problems.solving import Solvable, Solved, Solver, UnreadableInstance

__all__ = [
    "Allowance",
    "Array",
    "Counted",
    "Infeasible",
    "Instance",
    "Kind",
    "Parameter",
    "Problem",
    "Reference",
    "Rule",
    "Sense",
    "Signature",
    "Solution",
    "SolutionShape",
    "Solvable",
    "Solved",
    "Solver",
    "Split",
    "Timed",
    "UnreadableInstance",
]
