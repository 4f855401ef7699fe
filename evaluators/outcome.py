"""What an evaluation returns: an `Evaluation`, or a `Failure` that tells the author what to mend."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from evaluators.cell.lockdown import Isolation
from evaluators.cell.page import MESSAGE_BYTES
from problems import Split

__all__ = ["MESSAGE_BYTES", "Evaluation", "Facts", "Failure", "FailureKind", "Gap", "Isolation", "Outcome", "Seconds"]


class FailureKind(StrEnum):
    """Why a candidate has no score; TWIN: it is a duplicate, which behaves like an earlier one on the probe set."""

    REJECTED = "rejected"
    COMPILE_ERROR = "compile_error"
    RUNTIME_ERROR = "runtime_error"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    VIOLATION = "violation"
    INVALID_RESULT = "invalid_result"
    OVER_BUDGET = "over_budget"
    TWIN = "twin"


@dataclass(frozen=True, slots=True)
class Facts:
    """What reading a source yields: the hash of its normalised syntax and the number of its syntax nodes."""

    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Seconds:
    """What one evaluation took: compiling and running as the child reports them, CPU as the kernel accounts it."""

    compile: float = 0.0
    run: float = 0.0
    cpu: float = 0.0


@dataclass(frozen=True, slots=True)
class Gap:
    """Three aggregates of one instance set, as fractions: the smaller the better.

    `scaled` is the mean of the instances' gaps, `ratio` the sum of values over the sum of references less one, `mean`
    the mean relative gap over instances whose reference is at least their scale (None where there is none). Where some
    reference is not proven but all have a bound, `upper` holds the same measured from the bounds: the gap to the
    optimum lies between. `lower` holds the `scaled` of each level below the first of a lexicographic objective; a gap
    there is below zero where more was given up above.
    """

    scaled: float
    ratio: float | None
    mean: float | None
    upper: "Gap | None" = None
    lower: tuple[float, ...] = ()


def no_levels() -> NDArray[np.float64]:
    """Return the lower objectives of a problem that has none."""
    return np.zeros((0, 0))


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """The score of a candidate on one split; `values` and `gaps` have shape (instances,), in the order of the split.

    `lower_values`, of shape (instances, lower levels), are the objectives of the levels below the first. `repeats` says
    whether a program that was given the first instance again, with the same random seed, gave the same answer.
    """

    split: Split
    facts: Facts
    values: NDArray[np.float64]
    gaps: NDArray[np.float64]
    gap: Gap
    measures: Mapping[str, float]
    seconds: Seconds
    lower_values: NDArray[np.float64] = field(default_factory=no_levels)
    repeats: bool = True

    @property
    def fitness(self) -> float:
        """What archives compare: higher is better."""
        return -self.gap.scaled

    @property
    def lower(self) -> tuple[float, ...]:
        """The fitness of the levels below the first, which decide in turn among the equally fit."""
        return tuple(-gap for gap in self.gap.lower)

    @property
    def rank(self) -> tuple[float, ...]:
        """The gaps of all levels, the first one first: smaller is better."""
        return (self.gap.scaled, *self.gap.lower)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no score: the message (at most 4 KiB) names line or instance where it can.

    Characters that do not print, line ends excepted, stand in it as escapes of Python.
    """

    kind: FailureKind
    message: str
    instance: str | None = None
    facts: Facts | None = None
    seconds: Seconds = Seconds()

    def __post_init__(self) -> None:
        shown = (
            c if c == "\n" or c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in self.message
        )
        kept = "".join(shown).encode("utf-8", "replace")[:MESSAGE_BYTES].decode("utf-8", "ignore")
        object.__setattr__(self, "message", kept)


Outcome = Evaluation | Failure
