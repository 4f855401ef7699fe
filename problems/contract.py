"""What every problem states, and what a problem may add: all of it in one place.

Stated are instances, the candidate's signature, the objective and what is known of the optimum (`Problem`). A problem
may add counted work, time budgets, instructions, lower levels of its objective, limits to literals, the version of its
reference method, tables and drawings of solutions, files of a user's own instances and solvers of them: a protocol
for each.
"""

import hashlib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol, runtime_checkable

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


class Direction(StrEnum):
    """Which value of a rule is chosen first."""

    SMALLEST = "smallest first"
    LARGEST = "largest first"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a candidate's function: its name, what it means, and its unit, such as "time units".

    `shared` says that it is the same for all alternatives that are compared in one decision, such as the current time:
    added to a priority it decides nothing.
    """

    name: str
    meaning: str
    shared: bool = False
    unit: str = ""

    @property
    def explanation(self) -> str:
        """The meaning with the unit behind it."""
        return f"{self.meaning} ({self.unit})" if self.unit else self.meaning


@dataclass(frozen=True, slots=True)
class Signature:
    """One function that a candidate must define, and what it must return.

    Of a rule that ranks alternatives, `direction` says which value is chosen first, and `ties` what is chosen among
    equal values, such as "the shorter job, then the lower index".
    """

    name: str
    parameters: tuple[Parameter, ...]
    returns: str
    direction: Direction | None = None
    ties: str = ""

    def __post_init__(self) -> None:
        names = [self.name, *(parameter.name for parameter in self.parameters)]
        for name in names:
            if not name.isidentifier():
                raise ValueError(f"Expected identifiers in a signature, got {name!r}.")
        if len(set(names)) != len(names):
            raise ValueError(f"Expected distinct names in the signature of {self.name}.")

    @property
    def ranking(self) -> str:
        """How the values of a rule decide, in words; empty where nothing is ranked."""
        parts = (self.direction or "", f"ties go to {self.ties}" if self.ties else "")
        return "; ".join(part for part in parts if part)

    def header(self) -> str:
        """Return the line `def name(a, b):`."""
        return f"def {self.name}({', '.join(parameter.name for parameter in self.parameters)}):"

    def definition(self, doc: str, body: Iterable[str]) -> str:
        """Return the source of such a function from its docstring and the lines of its body."""
        return "".join((self.header(), "\n", *(f"    {line}\n" for line in (f'"""{doc}"""', *body))))


@dataclass(frozen=True, slots=True)
class Factors:
    """What a user's fractions were multiplied by to be whole: numbers of the file, the objective, a solution's entries.

    Each is a power of ten, 1 where nothing was multiplied.
    """

    numbers: int = 1
    objective: int = 1
    solution: int = 1


def as_in_file(value: float, factor: int) -> float:
    """Return a number, which was multiplied by a factor, in the unit of the user's file: 3.5 for 35 and 10."""
    quotient = value / factor
    return value if factor == 1 else int(quotient) if quotient.is_integer() else quotient


@dataclass(frozen=True, slots=True)
class Instance:
    """One instance as plain read-only arrays; `scale` > 0 is the least denominator of its gap, in objective units.

    `labels` are what a user's file calls its parts, such as the jobs, in their order: for tables of solutions alone.
    `factors` are for what is written back to the user; all else is computed in the units of the arrays.
    """

    name: str
    family: str
    arrays: tuple[Array, ...]
    scale: float
    labels: tuple[str, ...] = field(default=(), compare=False)
    factors: Factors = field(default=Factors(), compare=False)

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
    """The fixed shape of an instance's solution, and whether its entries are integers (int64) or reals (float64).

    Of a program it may be `plain`: any value of numbers, truth values, texts, lists and dicts, of any length. Its
    entries are then the bytes of its JSON text, as integers (`problems.plain`); the shape says how long that may be.
    """

    shape: tuple[int, ...]
    integral: bool = True
    plain: bool = False

    def __post_init__(self) -> None:
        if self.plain and not self.integral:
            raise ValueError("Expected integral=True in the shape of plain solutions, got False.")

    @property
    def dtype(self) -> np.dtype[np.int64] | np.dtype[np.float64]:
        """The eight-byte type of one entry."""
        return np.dtype(np.int64) if self.integral else np.dtype(np.float64)

    @property
    def nbytes(self) -> int:
        """Bytes of one solution."""
        return 8 * math.prod(self.shape)

    def check(self, solution: Solution) -> None:
        """Raise Infeasible unless an untrusted solution has this shape and type."""
        if solution.dtype != self.dtype or solution.shape != self.shape:
            expected = f"{' x '.join(map(str, self.shape))} {'integers' if self.integral else 'reals'}"
            raise Infeasible(f"Expected {expected}, got an array of {solution.dtype} with shape {solution.shape}.")


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

        For a rule the problem's kernel calls them. For a program this is the call with the arguments it is promised
        (arrays of numbers, numbers, texts, lists, tuples and dicts of them), which is made in a process of its own. An
        algorithm gets the instance's arrays, which it must leave as they are, and an array of zeros to fill.
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


class Runnable(Protocol):
    """The part of a problem that runs candidates: what the sandbox is given of it (see `Problem` for each)."""

    @property
    def kind(self) -> Kind:
        """What a candidate is."""

    @property
    def signatures(self) -> tuple[Signature, ...]:
        """The functions a candidate defines."""

    @property
    def baselines(self) -> Mapping[str, str]:
        """Known heuristics, which are tried before anything else."""

    def solution_shape(self, instance: Instance) -> SolutionShape:
        """Return the shape that a solution of this instance has."""

    def construct(self, functions: Sequence[Rule], instance: Instance) -> Solution:
        """Build the solution by the candidate's functions."""


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

    Counted are the operators that run (`evaluators/work.py`), not seconds; a candidate that needs more than the
    instance's allowance fails, and its mean work in units becomes the measure `work`.
    """

    def allowance(self, instance: Instance) -> Allowance:
        """Return what a candidate may use on an instance."""


@runtime_checkable
class Timed(Protocol):
    """What a problem of programs may add: a time budget for each instance, beside the limits of the whole job."""

    def seconds(self, instance: Instance) -> float:
        """Return the CPU seconds that a program may take on an instance.

        They are measured from outside, from when the program is given the instance; its top level has the CPU seconds
        of the configuration.
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


@dataclass(frozen=True, slots=True)
class Construction:
    """How a candidate makes a solution, as one plain function that a file of its own can carry.

    `function` gets the candidate's functions, then the instance as integers and int64 arrays, which `arguments` names
    and explains (shape, unit), then `settings` by name. What it calls of this package must be functions, constants and
    numpy.
    """

    function: Callable[..., Solution]
    arguments: Mapping[str, str]
    returns: str
    settings: Mapping[str, object] = field(default_factory=dict)


@runtime_checkable
class Exportable(Protocol):
    """What a problem of rules or algorithms may add: an exported candidate then needs nothing but numpy."""

    @property
    def construction(self) -> Construction:
        """How its candidates make solutions, equal to what `construct` returns."""


@dataclass(frozen=True, slots=True)
class SolutionTable:
    """A solution as people read it: a row for each of its parts, numbers from 0."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int | float | str, ...], ...]


@runtime_checkable
class Tabulated(Protocol):
    """What a problem may add: its solutions as tables, such as the start and the end of each job."""

    def solution_table(self, instance: Instance, solution: Solution) -> SolutionTable:
        """Return a feasible solution as a table."""


@runtime_checkable
class Drawable(Protocol):
    """What a problem may add: its solutions as drawings, such as a Gantt chart."""

    def draw(self, instance: Instance, solution: Solution) -> str:
        """Return a drawing of a feasible solution: the text of one SVG that needs nothing else.

        It must be well-formed, hold no script and refer to nothing outside of it, and have at most a megabyte: of large
        instances it shows a summary. Words of the user's files, such as labels, are escaped. `problems.drawing` has
        what the shipped problems draw with.
        """


class UnreadableInstance(Exception):  # noqa: N818 - a fault of the user's file, said in one line
    """The file holds no instance of this problem; the message says where and what was expected."""


class InstanceWarning(UserWarning):
    """What in a user's file may be a slip, such as a column that is not read; the rest is read all the same."""


class SolverError(Exception):
    """A solver broke down; the message says which and how, and that nothing is known of the instance."""


@dataclass(frozen=True, slots=True)
class Solved:
    """A solution with the proof of its value: `reference.value` is the solution's own objective."""

    reference: Reference
    solution: Solution


Solver = Callable[[Instance, float], Solved]
"""Solves one instance within about so many seconds; at the limit it returns its best solution and a valid bound.

A method may have other limits, of the problem's settings, in place of a clock."""


@runtime_checkable
class Readable(Protocol):
    """A problem that reads a user's own instances from files."""

    def read_instances(self, file: Path) -> Sequence[Instance]:
        """Return the instances in a user's file.

        Raises:
            OSError: the file cannot be read.
            UnreadableInstance: it holds something else.
        """


@runtime_checkable
class Solvable(Readable, Protocol):
    """A problem that solves instances from files."""

    @property
    def solvers(self) -> Mapping[str, Solver]:
        """The methods by name, the one to prefer first."""

    @property
    def solution_name(self) -> str:
        """What a solution is called in JSON, such as sequence."""
