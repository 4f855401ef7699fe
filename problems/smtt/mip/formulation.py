"""What the models share: a PuLP problem whose variables hold a start, and which of them say the sequence."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulp


@dataclass(frozen=True, slots=True)
class Formulation:
    """A model; `places` are its choices, each a binary variable with a job and the position or time it has there."""

    problem: pulp.LpProblem
    places: Sequence[tuple[pulp.LpVariable, int, int]]


def real(problem: pulp.LpProblem, name: str, start: float) -> pulp.LpVariable:
    """Add a variable from 0 up with its value in the start."""
    variable = problem.add_variable(name, 0)
    variable.setInitialValue(start)
    return variable


def choice(problem: pulp.LpProblem, name: str, start: bool) -> pulp.LpVariable:
    """Add a binary variable with its value in the start."""
    variable = problem.add_variable(name, cat=pulp.LpBinary)
    variable.setInitialValue(int(start))
    return variable


def fixed(problem: pulp.LpProblem, constant: float) -> list[pulp.LpAffineExpression]:
    """Return the terms of an objective that make a constant: PuLP hands HiGHS none, so it is a variable's."""
    if not constant:
        return []
    one = problem.add_variable("one", 1, 1)
    one.setInitialValue(1)
    return [constant * one]
