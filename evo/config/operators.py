"""The operators of a configuration: those of the chosen author that the problem has a use for."""

from collections.abc import Mapping

from evo.core.records import Operator
from evo.core.validation import build, mapping
from problems import Instructed, Problem


def operators(group: Mapping[str, object], author: str, problem: Problem) -> tuple[Operator, ...]:
    """Return the operators of an author; one that tells a problem's own instructions needs a problem with some."""
    every = [
        build(Operator, {"name": name, **mapping(values, f"operator.{name}")}, f"operator.{name}")
        for name, values in group.items()
    ]
    instructed = isinstance(problem, Instructed) and len(problem.instructions) > 0
    return tuple(one for one in every if one.author == author and (instructed or not one.knowledge))
