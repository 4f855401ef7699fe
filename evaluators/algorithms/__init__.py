"""Algorithms: whole procedures in checked array syntax, counted and compiled, or run by plain Python alike."""

from evaluators.algorithms.execution import RunnableAlgorithm, interpret_algorithm
from evaluators.algorithms.language import LANGUAGE, LANGUAGE_IN_SHORT
from evaluators.algorithms.native import compile_algorithm, warm
from evaluators.algorithms.reading import facts, read_algorithm

__all__ = [
    "LANGUAGE",
    "LANGUAGE_IN_SHORT",
    "RunnableAlgorithm",
    "compile_algorithm",
    "facts",
    "interpret_algorithm",
    "read_algorithm",
    "warm",
]
