"""What the tasks share: an instance is a number of points and a start seed; a program has CPU seconds to place them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from problems.contract import (
    Instance,
    Kind,
    Parameter,
    Rule,
    Sense,
    Signature,
    Solution,
    SolutionShape,
    SolutionTable,
    Split,
)
from problems.settings import check_seed, check_splits, of_split, random_numbers

Sizes = tuple[int, ...]
SECONDS = "It may take `seconds` of CPU time in all on one call, measured by time.process_time, on one thread."


def signature(returns: str) -> Signature:
    """Return the function that a program defines."""
    parameters = (
        Parameter("n", "number of points, a Python int", unit="points"),
        Parameter("seed", "start seed, a Python int: the only source of randomness to use", unit="seed"),
        Parameter(
            "seconds", "CPU time that this call may take, a float; a call that takes longer fails", unit="seconds"
        ),
    )
    return Signature("construct", parameters, returns)


@dataclass(frozen=True, slots=True)
class PointPlacement:
    """Instances by their numbers of points; a number that stands twice in a split comes with two start seeds.

    `known` are the numbers for which there is a reference, `coordinates` how many reals give a point.
    """

    kind: ClassVar[Kind] = Kind.PROGRAM
    sense: ClassVar[Sense] = Sense.MAXIMISE
    prefix: ClassVar[str]
    scale: ClassVar[float]
    known: ClassVar[frozenset[int]]
    coordinates: ClassVar[int]

    seed: int = 1
    train: Sizes = ()
    validation: Sizes = ()
    test: Sizes = ()
    instance_seconds: float = 2.0

    def __post_init__(self) -> None:
        check_seed(self.seed)
        if not 0 < self.instance_seconds <= 600:
            raise ValueError(f"Expected 0 < instance_seconds <= 600, got {self.instance_seconds}.")
        check_splits(self, self.checked_sizes)

    def checked_sizes(self, name: str, sizes: Sequence[int]) -> Sizes:
        """Return numbers of points from a configuration as a tuple; raises ValueError unless all are known."""
        if not isinstance(sizes, Sequence) or not all(isinstance(n, int) for n in sizes):
            raise ValueError(f"Expected a list of whole numbers in {name}, got {sizes}.")
        if not sizes or not self.known.issuperset(sizes):
            known = ", ".join(map(str, sorted(self.known)))
            raise ValueError(f"Expected some of {known} in {name}, got {tuple(sizes)}.")
        return tuple(sizes)

    def instances(self, split: Split) -> Sequence[Instance]:
        """Return the instances of a split; arrays: number of points and start seed, each int64 of shape (1,)."""
        met: Counter[int] = Counter()
        drawn: list[Instance] = []
        for n in of_split(self, split):
            drawn.append(self.instance(split, n, met[n]))
            met[n] += 1
        return tuple(drawn)

    def solution_shape(self, instance: Instance) -> SolutionShape:
        """A solution holds the coordinates of each point."""
        return SolutionShape((points_of(instance), self.coordinates), integral=False)

    def instance(self, split: Split, n: int, occurrence: int) -> Instance:
        """Return one instance, its start seed drawn for the split, the number and its occurrence alone."""
        start = np.array([random_numbers(self.seed, split, n, occurrence).integers(2**31)], dtype=np.int64)
        name = f"{self.prefix}-{self.seed}-{split}-n{n}-{occurrence}"
        return Instance(name, f"n={n}", (np.array([n], dtype=np.int64), start), self.scale)

    def seconds(self, _: Instance) -> float:
        """Return the CPU seconds that a program may take on each instance."""
        return self.instance_seconds

    def construct(self, functions: Sequence[Rule], instance: Instance) -> Solution:
        """Return what the program answers, as an array."""
        n, seed = (int(array[0]) for array in instance.arrays)
        return np.asarray(functions[0](n, seed, self.instance_seconds), dtype=np.float64)

    def solution_table(self, _: Instance, solution: Solution) -> SolutionTable:
        """Return the coordinates, a row for each point."""
        columns = ("point", *("x", "y", "z")[: self.coordinates])
        return SolutionTable(columns, tuple((k, *point) for k, point in enumerate(solution.tolist())))


def points_of(instance: Instance) -> int:
    """Return the number of points of an instance."""
    return int(instance.arrays[0][0])
