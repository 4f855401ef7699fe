"""Each kind of candidate as a function from an instance to its solution and the operations that it took."""

import gc
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from evaluators.cell.program import run_foreign
from evaluators.language import compile_algorithm, compile_rules
from evaluators.work import allowance, over_budget
from problems import Array, Instance, Runnable, Solution


@dataclass(frozen=True, slots=True)
class CountedSolution:
    """A solution and the operations counted for it; programs are not counted."""

    solution: Solution
    operations: int = 0


Solver = Callable[[Instance], CountedSolution]


@runtime_checkable
class Repeated(Protocol):
    """A problem whose algorithm is called many times on an instance, and not with the instance's arrays."""

    def arguments(self, like: Instance, /) -> tuple[Array, ...]:
        """Return arrays of the types that `construct` calls the algorithm with, the one that it fills last."""


def rule_solver(problem: Runnable, source: str) -> Solver:
    """Compile rules; an error of the kernel that a rule's failure caused is reported as the rule's own."""
    rules = compile_rules(source, problem.signatures)

    def solve(instance: Instance) -> CountedSolution:
        limit = allowance(problem, instance)
        rules.reset()
        solutions: list[Solution] = []
        error = run_foreign(lambda: solutions.append(problem.construct(rules.functions, instance)))
        rules.check()
        if error is not None:
            raise error
        operations = limit.base + rules.operations
        if limit.most is not None and operations > limit.most:
            raise over_budget(limit.most)
        return CountedSolution(solutions[0], operations)

    return solve


def algorithm_solver(problem: Runnable, source: str, like: Instance) -> Solver:
    """Compile an algorithm for instances with arrays of the types that `like` has."""
    gc.disable()  # a tenth of the time of compiling; the process ends soon
    algorithm = compile_algorithm(source, problem.signatures[0], arguments_like(problem, like))

    def solve(instance: Instance) -> CountedSolution:
        limit = allowance(problem, instance)
        operations = [limit.base]
        left = None if limit.most is None else limit.most - limit.base

        def called(*arrays: Array) -> Any:  # a rule returns a float, an algorithm nothing
            *inputs, out = arrays
            operations[0] += algorithm.run(left, inputs, out, operations[0] - limit.base)

        return CountedSolution(problem.construct((called,), instance), operations[0])

    return solve


def arguments_like(problem: Runnable, like: Instance) -> tuple[NDArray[np.generic], ...]:
    """Return arrays of the types that an algorithm is called with."""
    if isinstance(problem, Repeated):
        return problem.arguments(like)
    shape = problem.solution_shape(like)
    return (*like.arrays, np.zeros(shape.shape, dtype=shape.dtype))
