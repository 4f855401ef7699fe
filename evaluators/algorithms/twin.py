"""The plain-Python twin of compiled algorithms: CPython runs the counted tree; for trusted sources only."""

from evaluators.algorithms.instrument import counted
from evaluators.algorithms.reading import read_algorithm
from evaluators.algorithms.running import Running, function_of, loaded
from problems import Signature


def interpret_algorithm(source: str, signature: Signature) -> Running:
    """Return an algorithm as CPython runs it.

    Raises:
        Refused: the source is no Python or not in the language.
    """
    found = counted(read_algorithm(source, signature))
    return Running(function_of(loaded(found, interpreted=True), found.promised), found)
