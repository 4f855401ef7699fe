"""What every problem states: instances, the candidate's signature, the objective, what is known of the optimum."""

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.int64] | NDArray[np.float64]
Solution = Array
Rule = Callable[..., float]


class Infeasible(Exception):  # noqa: N818 - the field's word, and not an error of ours
    """The solution breaks a constraint; the message says which, for the author of the candidate."""


class Sense(StrEnum):
    """Whether a smaller or a larger objective is better."""

    MINIMISE = "minimise"
    MAXIMISE = "maximise"


class Kind(StrEnum):
    """What a candidate is: scalar functions called by the problem's kernel, a compiled procedure, a whole program."""

    RULE = "rule"
    ALGORITHM = "algorithm"
    PROGRAM = "program"


class Split(StrEnum):
    """Disjoint instance sets: search sees train, validation picks the winner, test is scored once."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a candidate's function: its name and what it means, with the unit.

    `shared` says that it is the same for all alternatives that are compared in one decision, such as the current time:
    added to a priority it decides nothing.
    """

    name: str
    meaning: str
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """One function that a candidate must define, and what it must return."""

    name: str
    parameters: tuple[Parameter, ...]
    returns: str

    def __post_init__(self) -> None:
        names = [self.name, *(parameter.name for parameter in self.parameters)]
        for name in names:
            if not name.isidentifier():
                raise ValueError(f"Expected identifiers in a signature, got {name!r}.")
        if len(set(names)) != len(names):
            raise ValueError(f"Expected distinct names in the signature of {self.name}.")

    def header(self) -> str:
        """Return the line `def name(a, b):`."""
        return f"def {self.name}({', '.join(parameter.name for parameter in self.parameters)}):"


@dataclass(frozen=True, slots=True)
class Instance:
    """One instance as plain read-only arrays; `scale` > 0 is the least denominator of its gap, in objective units."""

    name: str
    family: str
    arrays: tuple[Array, ...]
    scale: float

    def __post_init__(self) -> None:
        if not self.scale > 0:
            raise ValueError(f"Expected scale > 0 in instance {self.name}, got {self.scale}.")
        for array in self.arrays:
            array.flags.writeable = False

    def digest(self) -> str:
        """Return the sha256 of shapes, types and contents: equal data give equal digests, whatever the name."""
        hashed = hashlib.sha256()
        for array in self.arrays:
            hashed.update(f"{array.dtype.str}{array.shape};".encode())
            hashed.update(np.ascontiguousarray(array).tobytes())
        return hashed.hexdigest()


@dataclass(frozen=True, slots=True)
class SolutionShape:
    """The fixed shape of an instance's solution, and whether its entries are integers (int64) or reals (float64)."""

    shape: tuple[int, ...]
    integral: bool = True

    @property
    def dtype(self) -> np.dtype[np.int64] | np.dtype[np.float64]:
        """The eight-byte type of one entry."""
        return np.dtype(np.int64) if self.integral else np.dtype(np.float64)

    @property
    def nbytes(self) -> int:
        """Bytes of one solution."""
        return 8 * math.prod(self.shape)


@dataclass(frozen=True, slots=True)
class Reference:
    """The best known objective of an instance, the dual bound if any, and whether the value is proven optimal.

    `seconds` is the CPU time that it took and `versions` the libraries that its method rests on, such as
    "highspy 1.11.0": a record, no part of what is compared. `lower` are the values of the lower levels of a
    lexicographic objective (`problems.Lexicographic`), reached together with `value`; then `proven` says that each
    level is optimal among the solutions that are best on those above, and `bound` is of the first level alone.
    """

    value: float
    bound: float | None
    proven: bool
    method: str
    seconds: float = field(default=0.0, compare=False)
    versions: str = field(default="", compare=False)
    lower: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.proven and self.bound != self.value:
            raise ValueError(f"Expected bound == value in a proven reference, got {self.bound} and {self.value}.")


class Problem(Protocol):
    """A problem: one class, in a module of its own, built from one YAML file.

    `baselines` maps a name to source text written the way a candidate is written; `seeds` names those that a search
    starts from. Everything is deterministic: the same problem built twice has the same instances.
    """

    @property
    def name(self) -> str:
        """The name that runs, tables and configurations use."""

    @property
    def kind(self) -> Kind:
        """What a candidate is."""

    @property
    def sense(self) -> Sense:
        """Whether the objective is minimised."""

    @property
    def description(self) -> str:
        """The statement for people and prompts: what is decided, when it is feasible, what is minimised."""

    @property
    def signatures(self) -> tuple[Signature, ...]:
        """The functions a candidate defines; a program defines exactly one."""

    @property
    def baselines(self) -> Mapping[str, str]:
        """Known heuristics as candidates."""

    @property
    def seeds(self) -> tuple[str, ...]:
        """The baselines that a search starts from."""

    @property
    def measures(self) -> Mapping[str, str]:
        """The behavioural measures and what each means, with its range."""

    def instances(self, split: Split) -> Sequence[Instance]:
        """Return the instances of a split, always the same."""

    def solution_shape(self, instance: Instance) -> SolutionShape:
        """Return the shape that a solution of this instance has."""

    def construct(self, functions: Sequence[Rule], instance: Instance) -> Solution:
        """Build the solution by the candidate's functions (in the order of `signatures`); runs in the sandbox.

        For a rule the problem's kernel calls them; for a program this is the call with the arguments it is promised;
        an algorithm gets the instance's arrays, which it must leave as they are, and an array of zeros to fill.
        """

    def objective(self, instance: Instance, solution: Solution) -> float:
        """Return the objective of a solution that is of the right shape and type but otherwise not trusted.

        Raises:
            Infeasible: the solution breaks a constraint.
        """

    def behaviour(self, instance: Instance, solution: Solution) -> Mapping[str, float]:
        """Return the measures of one feasible solution."""

    def reference(self, instance: Instance) -> Reference:
        """Compute the best value at hand; deterministic, and dear enough to be kept."""
