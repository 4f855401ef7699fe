"""Algorithms with counting become functions: the names that they may use, one call with its count, and its error.

CPython runs them as they stand, as the reference; numba compiles them (`numba/native.py`).
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import FunctionType

import numpy as np

from evaluators.cell.program import FILE
from evaluators.language.charging import CountedAlgorithm, with_counting
from evaluators.language.dialect import ALGORITHMS
from evaluators.language.numba import counting, kernels
from evaluators.language.reading import read_algorithm
from evaluators.outcome import FailureKind
from evaluators.work import RunError, over_budget
from problems import Array, Signature
from problems.kernels import plain

Solve = Callable[..., None]
COUNTERS = (counting.tick, counting.tally, counting.elements, counting.powers, counting.sorting, counting.length)
INJECTED = {name: f"{ALGORITHMS.reserved}f{index}" for index, name in enumerate(kernels.FUNCTIONS)}
BUILTINS = (len, range, abs, min, max, float, bool)


def namespace(counted: CountedAlgorithm, interpreted: bool = False) -> dict[str, object]:
    """Return the functions of a tree as Python has them, in a namespace that holds the language and nothing else.

    The library's functions are kernels there, or their slow twins where all is interpreted.
    """
    names: dict[str, object] = {"__builtins__": {}, "math": math, "np": np}
    names |= {function.__name__: function for function in BUILTINS}
    for name, function in kernels.FUNCTIONS.items():
        names[INJECTED[name]] = plain(function) if interpreted else function
    names |= {ALGORITHMS.reserved + each.__name__: each for each in COUNTERS}
    # The reader leaves only arithmetic, arrays, calls and control flow on names of this dictionary.
    exec(compile(counted.module, FILE, "exec"), names)
    return names


def function_of(names: Mapping[str, object], name: str) -> FunctionType:
    """Return a function of the algorithm."""
    function = names[name]
    assert isinstance(function, FunctionType), "the tree defines it"
    return function


@dataclass(frozen=True, slots=True)
class RunnableAlgorithm:
    """An algorithm that can be called; `lines` holds the last line of each block by its first."""

    solve: Solve
    counted: CountedAlgorithm

    def run(self, most: int | None, inputs: Sequence[Array], out: Array, spent: int = 0) -> int:
        """Let it fill `out`, and return how many operations it used; with those spent before, at most `most`.

        Raises:
            RunError: it failed, went over the limit, or wrote into an input.
        """
        copies = [array.copy() for array in inputs]
        left = None if most is None else max(0, most - spent)
        counting.reset(left)
        try:
            self.solve(*copies, out)
        except (ArithmeticError, LookupError, ValueError, MemoryError, counting.OverBudgetError) as error:
            raise self.failure_of(error, most) from None
        if not all(map(np.array_equal, copies, inputs)):
            raise RunError(FailureKind.RUNTIME_ERROR, "an input is changed: work on a copy, such as p.copy()")
        return counting.used(left)

    def failure_of(self, error: Exception, most: int | None) -> RunError:
        """Return the failure that an error amounts to."""
        if isinstance(error, counting.OverBudgetError):
            return over_budget(most or counting.BOUNDLESS, self.where())
        kind = FailureKind.MEMORY if isinstance(error, MemoryError) else FailureKind.RUNTIME_ERROR
        said = str(error).partition("\n")[0]  # numba adds a line that tells nothing
        return RunError(kind, f"{self.where()}{type(error).__name__}: {said}".rstrip(": "))

    def where(self) -> str:
        """Return the lines of the block that ran last."""
        first = counting.line()
        last = self.counted.lines.get(first, first)
        return f"line {first}: " if first == last else f"lines {first} to {last}: "


def interpret_algorithm(source: str, signature: Signature) -> RunnableAlgorithm:
    """Return an algorithm as CPython runs it; for trusted sources only.

    Raises:
        Refused: the source is no Python or not in the language.
    """
    counted = with_counting(read_algorithm(source, signature), INJECTED)
    return RunnableAlgorithm(function_of(namespace(counted, interpreted=True), counted.promised), counted)
