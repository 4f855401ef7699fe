"""Single machine total tardiness, 1||ΣTj."""

from problems.smtt.algorithm import SmttAlgorithm
from problems.smtt.problem import Smtt
from problems.smtt.program import SmttProgram

__all__ = ["Smtt", "SmttAlgorithm", "SmttProgram"]
