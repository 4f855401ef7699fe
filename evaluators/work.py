"""Counted work: what one operation costs, and work against what an instance allows.

The costs are the same for rules and algorithms, compiled or interpreted. An executed operator costs 1: arithmetic, a
comparison, `and`, `or`, `not`, `if else`, a call, a subscript, a pass of a loop. Names, constants and assignments are
free. An expression is charged whole, though `and`, `or` or `if else` may leave a part of it out: what is charged does
not depend on where a compiler puts its branches.
"""

from evaluators.outcome import FailureKind
from problems import Allowance, Counted, Instance, Runnable

DEAR = 10
# A call in a compiled rule takes 1 to 2 ns (erf, exp, log), 7 to 12 ns (tanh, sin, cbrt, atan2) or 19 ns (pow); an
# addition, and `%` too, well under 1 ns.
DEAR_FUNCTIONS = frozenset((
    "exp", "exp2", "expm1", "log", "log1p", "log2", "log10", "cbrt", "pow", "**", "sin", "cos", "tan", "asin", "acos",
    "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf", "erfc",
))  # fmt: skip
UNLIMITED = Allowance(unit=1)


def cost(name: str) -> int:
    """Return what an operator or library function costs on one number."""
    return DEAR if name in DEAR_FUNCTIONS else 1


class RunError(Exception):
    """A candidate of checked syntax failed while it ran; the message is fit for its author."""

    def __init__(self, kind: FailureKind, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def allowance(problem: Runnable, instance: Instance) -> Allowance:
    """Return what a candidate may use: no limit where the problem does not count."""
    return problem.allowance(instance) if isinstance(problem, Counted) else UNLIMITED


def over_budget(most: int, where: str = "") -> RunError:
    """Return the failure of a candidate that needs more than it may use."""
    message = f"{where}needs more than the {most:,} operations that this instance allows: do less work"
    return RunError(FailureKind.OVER_BUDGET, message)
