"""What is to be solved: instances, signatures, objectives, baselines. Knows nothing of candidates, LLMs or archives."""

from problems.contract import (
    Array,
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
)
from problems.optional import Allowance, Counted, Instructed, Lexicographic, LiteralLimits, Literals, Timed
from problems.solving import Solvable, Solved, Solver, SolverError, UnreadableInstance

__all__ = [
    "Allowance",
    "Array",
    "Counted",
    "Infeasible",
    "Instance",
    "Instructed",
    "Kind",
    "Lexicographic",
    "LiteralLimits",
    "Literals",
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
    "SolverError",
    "Split",
    "Timed",
    "UnreadableInstance",
]
