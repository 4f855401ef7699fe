"""What a problem adds that solves a user's own instances to proven optimality; optional."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from problems.contract import Instance, Reference, Solution


class UnreadableInstance(Exception):  # noqa: N818 - a fault of the user's file, said in one line
    """The file holds no instance of this problem; the message says where and what was expected."""


class SolverError(Exception):
    """A solver broke down; the message says which and how, and that nothing is known of the instance."""


@dataclass(frozen=True, slots=True)
class Solved:
    """A solution with the proof of its value: `reference.value` is the solution's own objective."""

    reference: Reference
    solution: Solution


Solver = Callable[[Instance, float], Solved]
"""Solves one instance within about so many seconds; at the limit it returns its best solution and a valid bound."""


@runtime_checkable
class Solvable(Protocol):
    """A problem that solves instances from files."""

    @property
    def solvers(self) -> Mapping[str, Solver]:
        """The methods by name, the one to prefer first."""

    def read_instances(self, file: Path) -> Sequence[Instance]:
        """Return the instances in a user's file.

        Raises:
            OSError: the file cannot be read.
            UnreadableInstance: it holds something else.
        """
