"""Algorithms: whole procedures in checked array syntax, counted and compiled, or run by plain Python alike."""

from evaluators.algorithms.execution import RunnableAlgorithm, interpret_algorithm
from evaluators.algorithms.language import LANGUAGE, LANGUAGE_IN_SHORT
from evaluators.algorithms.native import compile_algorithm, warm
from evaluators.algorithms.reading import facts, read_algorithm
from evaluators.algorithms.versions import LANGUAGE_VERSION, changed_constructs

__all__ = [
    "LANGUAGE",
    "LANGUAGE_IN_SHORT",
    "LANGUAGE_VERSION",
    "RunnableAlgorithm",
    "changed_constructs",
    "compile_algorithm",
    "facts",
    "interpret_algorithm",
    "read_algorithm",
    "warm",
]
