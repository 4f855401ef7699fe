"""A problem of programs that is stated by one function, which scores a program's solution of an instance.

Instances and solutions are plain values: numbers, truth values, texts, lists and dicts. A subclass states the rest;
`evo.problem` writes it.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from problems.contract import (
    Infeasible,
    Instance,
    Kind,
    Parameter,
    Reference,
    Rule,
    Sense,
    Signature,
    Solution,
    SolutionShape,
    Split,
)
from problems.plain import WORD, as_words, plain_value


class ScoredProblem:
    """What all such problems share; `values` holds the instances of each split.

    `score` returns the objective of a solution; it raises Infeasible, or anything else, where that is none. A gap is
    relative to what the fittest of the baselines reaches, or to what `best_known` returns; below zero a program is
    better. `result_bytes` bound the JSON text of a solution.
    """

    kind: ClassVar[Kind] = Kind.PROGRAM
    measures: ClassVar[Mapping[str, str]] = {}
    name: ClassVar[str]
    sense: ClassVar[Sense]
    description: ClassVar[str]
    baselines: ClassVar[Mapping[str, str]]
    seeds: ClassVar[tuple[str, ...]]
    reference_method: ClassVar[str]
    values: ClassVar[Mapping[str, Sequence[object]]]
    score: ClassVar[Callable[[Any, Any], float]]
    best_known: ClassVar[Callable[[Any], float] | None] = None
    scale: ClassVar[float] = 1.0
    result_bytes: ClassVar[int] = 65_536
    signatures: ClassVar[tuple[Signature, ...]] = (
        Signature("solve", (Parameter("instance", "one instance: plain values"),), "a solution of plain values"),
    )

    def instances(self, split: Split) -> Sequence[Instance]:
        """Return the instances of a split."""
        return [
            Instance(f"{self.name}-{split}-{place}", "", (as_words(value),), self.scale)
            for place, value in enumerate(self.values[split])
        ]

    def solution_shape(self, instance: Instance) -> SolutionShape:  # noqa: ARG002 the same for all
        """Return the room that a solution has."""
        return SolutionShape((-(-self.result_bytes // WORD),), plain=True)

    def construct(self, functions: Sequence[Rule], instance: Instance) -> Solution:
        """Return what the program answers."""
        solution: Any = functions[0](plain_value(instance.arrays[0]))
        return solution  # type: ignore[no-any-return] # an array, by the shape

    def objective(self, instance: Instance, solution: Solution) -> float:
        """Return the score; raises Infeasible where there is none."""
        return self._scored(plain_value(instance.arrays[0]), plain_value(solution))

    def behaviour(self, instance: Instance, solution: Solution) -> Mapping[str, float]:  # noqa: ARG002 none is stated
        """Return no measures."""
        return {}

    def reference(self, instance: Instance) -> Reference:
        """Return the best known value, or the best that a baseline, which is the user's own code, reaches."""
        words = instance.arrays[0]  # each gets a value of its own, which it may change
        if self.best_known is not None:
            value = type(self).best_known(plain_value(words))  # type: ignore[misc]
            return Reference(float(value), None, False, "best known")
        least = min if self.sense is Sense.MINIMISE else max
        reached = [
            self._scored(plain_value(words), answer_of(source, plain_value(words)))
            for source in self.baselines.values()
        ]
        return Reference(least(reached), None, False, "baseline")

    def _scored(self, instance: object, solution: object) -> float:
        try:
            value = float(type(self).score(solution, instance))
        except Infeasible:
            raise
        except Exception as error:  # noqa: BLE001 a user's function meets an answer that nobody trusts
            words = " ".join(str(error).split())
            raise Infeasible(f"{type(error).__name__}: {words}" if words else type(error).__name__) from None
        if not math.isfinite(value):
            raise Infeasible(f"the score is {value}")
        return value


def answer_of(source: str, instance: object) -> object:
    """Return what a program of the user's own answers, run here, as plain values."""
    names: dict[str, Any] = {"__name__": "baseline"}
    exec(compile(source, "<baseline>", "exec"), names)
    answer = names["solve"](instance)
    return plain_value(as_words(getattr(answer, "tolist", lambda: answer)()))
