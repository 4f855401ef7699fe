"""Single machine total tardiness, 1||ΣTj."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from problems.smtt.algorithm import SmttAlgorithm
    from problems.smtt.problem import Smtt
    from problems.smtt.program import SmttProgram

__all__ = ["Smtt", "SmttAlgorithm", "SmttProgram"]

_MODULES = {"Smtt": "problem", "SmttAlgorithm": "algorithm", "SmttProgram": "program"}


def __getattr__(name: str) -> object:
    """Import a class when it is asked for: the texts of the algorithms cost each process of a run 0.13 s."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
