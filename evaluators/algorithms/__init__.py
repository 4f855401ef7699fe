"""Algorithms: whole procedures in checked array syntax, counted and compiled, or run by plain Python alike."""

from evaluators.algorithms.language import LANGUAGE, LANGUAGE_IN_SHORT
from evaluators.algorithms.native import compile_algorithm, warm
from evaluators.algorithms.reading import facts, read_algorithm
from evaluators.algorithms.running import Running
from evaluators.algorithms.twin import interpret_algorithm

__all__ = [
    "LANGUAGE",
    "LANGUAGE_IN_SHORT",
    "Running",
    "compile_algorithm",
    "facts",
    "interpret_algorithm",
    "read_algorithm",
    "warm",
]
