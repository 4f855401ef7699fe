"""Online bin packing by priorities of all bins at once: the form in which rules were published."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

import numpy as np

from problems.contract import Allowance, Array, Construction, Infeasible, Instance, Kind, Rule, Signature, Solution
from problems.obp.baselines import PRIORITIES, PRIORITY
from problems.obp.generator import InstanceSets
from problems.obp.problem import ARGUMENTS, RETURNS, TASK, BinPacking
from problems.own_files import OwnFiles

OPERATIONS = 200


class Exposure(StrEnum):
    """Which bins a candidate sees."""

    OPEN = "open"  # those opened so far and one empty bin
    ALL = "all"  # as many bins as items, as in the published notebooks


@dataclass(frozen=True, slots=True)
class ObpVector(BinPacking):
    """An algorithm fills in the priorities of the bins; it is called once for every item."""

    name: ClassVar[str] = "obp_vector"
    kind: ClassVar[Kind] = Kind.ALGORITHM
    signatures: ClassVar[tuple[Signature, ...]] = (PRIORITY,)
    baselines: ClassVar[Mapping[str, str]] = PRIORITIES
    seeds: ClassVar[tuple[str, ...]] = ("first fit", "best fit", "worst fit")

    # Each item is a call from Python: a fifth of what rules train on.
    train: InstanceSets | OwnFiles = (
        ("weibull", 100, 250, 6),
        ("weibull", 100, 1000, 2),
        ("uniform", 150, 120, 8),
        ("uniform", 150, 500, 3),
        ("full", 120, 250, 4),
    )
    validation: InstanceSets | OwnFiles = (
        ("weibull", 100, 400, 5),
        ("weibull", 100, 2000, 1),
        ("uniform", 150, 150, 10),
        ("uniform", 150, 400, 4),
        ("full", 180, 400, 4),
    )
    test: InstanceSets | OwnFiles = (
        ("weibull", 100, 1000, 5),
        ("weibull", 100, 5000, 1),
        ("uniform", 150, 120, 20),
        ("uniform", 150, 500, 10),
        *((kind, capacity, 1000, 2) for capacity in (200, 500) for kind in ("weibull", "uniform")),
    )
    exposure: str = Exposure.OPEN

    def __post_init__(self) -> None:
        BinPacking.__post_init__(self)
        if self.exposure not in tuple(Exposure):
            raise ValueError(f"Expected exposure {' or '.join(Exposure)}, got {self.exposure}.")

    @property
    def description(self) -> str:
        """The statement, with what is seen."""
        seen = "and one new, empty bin" if self.exposure == Exposure.OPEN else "and every empty one, n bins in all"
        return (
            f"{TASK} For every item an algorithm is called with its size and the room of each opened bin that "
            f"suffices, in the order of opening, {seen}; it fills in their priorities. The item goes into the bin of "
            "highest priority, ties to the first. Sizes and room have the same unit, but capacities differ between "
            f"instances. All calls together may use {OPERATIONS} n^2 operations."
        )

    def allowance(self, instance: Instance) -> Allowance:
        """Return 200·n² operations; work is in units of n²."""
        unit = instance.arrays[0].size ** 2
        return Allowance(unit=unit, most=OPERATIONS * unit)

    def arguments(self, _: Instance) -> tuple[Array, ...]:
        """Return arrays of the types that `construct` calls the algorithm with."""
        one = np.ones(1, dtype=np.int64)
        return one, one, np.zeros(1)

    def construct(self, functions: Sequence[Rule], instance: Instance) -> Solution:
        """Return the packing that the priorities make.

        Raises:
            Infeasible: a priority is no finite number.
        """
        sizes, capacity = instance.arrays
        return packed_by_priorities(functions[0], sizes, int(capacity[0]), self.exposes_all)

    @property
    def construction(self) -> Construction:
        """The packing."""
        return Construction(packed_by_priorities, ARGUMENTS, RETURNS, {"exposes_all": self.exposes_all})

    @property
    def exposes_all(self) -> bool:
        """Whether an algorithm sees every empty bin."""
        return self.exposure == Exposure.ALL


def packed_by_priorities(priority: Callable[..., object], sizes: Array, capacity: int, exposes_all: bool) -> Solution:
    """Return the bin of each item, in order of arrival: the one of highest priority, ties to the first.

    Raises:
        Infeasible: a priority is no finite number.
    """
    room = np.full(sizes.size, capacity, dtype=np.int64)
    out = np.zeros(sizes.size, dtype=np.int64)
    opened = 0
    for item in range(sizes.size):
        exposed = sizes.size if exposes_all else opened + 1
        offered = np.flatnonzero(room[:exposed] >= sizes[item])
        priorities = np.zeros(offered.size)
        priority(np.array([sizes[item]]), room[offered], priorities)  # copies: nothing else can be reached
        if not np.isfinite(priorities).all():
            raise Infeasible(f"A priority for item {item} is no finite number.")
        out[item] = offered[priorities.argmax()]
        room[out[item]] -= sizes[item]
        opened = max(opened, int(out[item]) + 1)
    return out
