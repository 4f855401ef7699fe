"""Counted work and measured time against what an instance allows."""

from evaluators.outcome import FailureKind
from problems import Allowance, Counted, Instance, Problem, Timed

UNLIMITED = Allowance(unit=1)


class RunError(Exception):
    """A candidate of checked syntax failed while it ran; the message is fit for its author."""

    def __init__(self, kind: FailureKind, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def allowance(problem: Problem, instance: Instance) -> Allowance:
    """Return what a candidate may use: no limit where the problem does not count."""
    return problem.allowance(instance) if isinstance(problem, Counted) else UNLIMITED


def over_budget(most: int, where: str = "") -> RunError:
    """Return the failure of a candidate that needs more than it may use."""
    message = f"{where}needs more than the {most:,} operations that this instance allows: do less work"
    return RunError(FailureKind.OVER_BUDGET, message)


def check_time(problem: Problem, instance: Instance, seconds: float) -> None:
    """Raise RunError (TIMEOUT) when a program took more CPU seconds than the problem allows on the instance."""
    if isinstance(problem, Timed) and seconds > problem.seconds(instance):
        allowed = f"{problem.seconds(instance):g} s that each instance allows"
        raise RunError(FailureKind.TIMEOUT, f"took {seconds:.3f} s of CPU time, more than the {allowed}")
