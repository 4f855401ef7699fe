"""What a problem may add to the contract: counted work, time budgets, instructions, a reference method."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from problems.contract import Instance, Solution


@dataclass(frozen=True, slots=True)
class Allowance:
    """Counted work on one instance: `unit` operations are work 1, and a candidate may use `most` (None: no limit).

    `base` is charged to every candidate: what the problem's kernel does for it and another would do itself.
    """

    unit: int
    most: int | None = None
    base: int = 0

    def __post_init__(self) -> None:
        if self.unit < 1 or self.base < 0 or (self.most is not None and self.most < 1):
            raise ValueError(f"Expected unit and most >= 1 and base >= 0, got {self}.")


@runtime_checkable
class Counted(Protocol):
    """What a problem of rules or algorithms may add: work is counted, so that no noisy machine decides.

    Counted are the operators that run (`evaluators/costs.py`), not seconds; a candidate that needs more than the
    instance's allowance fails, and its mean work in units becomes the measure `work`.
    """

    def allowance(self, instance: Instance) -> Allowance:
        """Return what a candidate may use on an instance."""


@runtime_checkable
class Timed(Protocol):
    """What a problem of programs may add: a time budget for each instance, beside the limits of the whole job."""

    def seconds(self, instance: Instance) -> float:
        """Return the CPU seconds that a program may take on an instance.

        They are read after each answer in the process that runs the program: what never answers, or tampers with the
        clock, is ended by the limits of the job.
        """


@runtime_checkable
class ReferenceMethod(Protocol):
    """What a problem may add: the name and version of its `reference`, under which references are kept for all runs.

    Raise the version when an instance may get another value, bound or proof under the same settings, be it by other
    code or by another default of a setting. References of a problem without it are kept under a hash of its source.
    """

    @property
    def reference_method(self) -> str:
        """Name and version, such as "smtt exact 1"; no two methods share them."""


@runtime_checkable
class Instructed(Protocol):
    """What a problem may add: `instructions`, edits that carry knowledge of it, for language models to carry out.

    Each is one imperative sentence about one change of one candidate; from an interval in it, such as [0.5, 2.0], a
    number is drawn. Runs with and without them are told apart.
    """

    @property
    def instructions(self) -> tuple[str, ...]:
        """The edits, in no order."""


@runtime_checkable
class Lexicographic(Protocol):
    """What a problem of several objectives may add: `objective` is the first level, and these decide among its equals.

    All levels have the problem's sense and the instance's scale. Fitness is compared level by level: however much is
    won below, it makes up for nothing above.
    """

    @property
    def levels(self) -> tuple[str, ...]:
        """What each level counts, the first included, the most important first."""

    def lower_objectives(self, instance: Instance, solution: Solution) -> tuple[float, ...]:
        """Return the objectives of the levels below the first, of a solution that `objective` found feasible."""


@dataclass(frozen=True, slots=True)
class LiteralLimits:
    """What the literals of a program may hold, so that it cannot carry a stored solution.

    `numbers` counts numeric literals, truth values among them; `digits` their significant digits beyond the first of
    each; `letters` the letters of all strings. Docstrings are not counted, for no program can read them.
    """

    numbers: int
    digits: int
    letters: int

    def __post_init__(self) -> None:
        if min(self.numbers, self.digits, self.letters) < 0:
            raise ValueError(f"Expected limits >= 0, got {self}.")


@runtime_checkable
class Literals(Protocol):
    """What a problem of programs may add: limits to their literals, checked when the source is read."""

    @property
    def literal_limits(self) -> LiteralLimits:
        """What the literals of a program may hold."""
