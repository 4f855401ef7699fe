"""Single machine total tardiness, 1||ΣTj: whole algorithms are searched for, within a budget of counted work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from problems.contract import Allowance, Construction, Instance, Kind, Parameter, Rule, Signature, Solution
from problems.own_files import OwnFiles, has_files
from problems.sequences import filled
from problems.smtt.baselines import TIME
from problems.smtt.generator import Sizes
from problems.smtt.heuristics import ALGORITHMS
from problems.smtt.problem import (
    ARGUMENTS,
    MULTIPLES,
    RETURNS,
    TASK,
    TotalTardiness,
    allowance_of_algorithm,
    multiple_of,
    without_range,
)

SOLVE = Signature(
    name="solve",
    parameters=(
        Parameter("p", "processing times, 1 to 100: read-only int64 array of shape (n,)", unit=TIME),
        Parameter("d", "due dates, may be negative: read-only int64 array of shape (n,)", unit=TIME),
        Parameter("out", "int64 array of shape (n,), zeros: to be filled with the sequence, each job index 0, ..., n-1 "
                  "once, the first to run first", unit="jobs"),
    ),
    returns="nothing",
)  # fmt: skip

LEAST_CLASS: Mapping[str, str] = {
    **dict.fromkeys(("AugEDD", "MDD+insertion", "DEC/MDD+insertion"), "B"),
    **dict.fromkeys(("NBR", "DEC/MDD", "AugMDD", "AugMDDC", "EDD+insertion", "AugMDDC+insertion"), "C"),
    **dict.fromkeys(("MDD+insertion+swap", "NBR+insertion+swap", "DEC/MDD+insertion+swap"), "C"),
    "ILS": "D",
}
"""The class that a heuristic needs up to 500 jobs, where it is not A."""

SEEDS: Mapping[str, tuple[str, ...]] = {
    "A": ("MDD",),
    "B": ("MDD+insertion", "DEC/MDD+insertion"),
    "C": ("MDD+insertion+swap", "DEC/MDD+insertion+swap"),
    "D": ("ILS",),
}


@dataclass(frozen=True, slots=True)
class SmttAlgorithm(TotalTardiness):
    """Whole algorithms: `solve(p, d, out)` fills in the sequence; the class A, B, C or D says how much work it may do.

    `evo run problem=smtt` evolves rules of class A; this kind takes that class too.
    """

    kind: ClassVar[Kind] = Kind.ALGORITHM

    # Work grows faster than MDD's where a part of it is rarely taken: what keeps the limit must show at every size.
    train: Sizes | OwnFiles = ((50, 1), (100, 2), (200, 1), (500, 1))
    validation: Sizes | OwnFiles = ((100, 4), (200, 3), (500, 2))
    test: Sizes | OwnFiles = ((100, 4), (200, 3), (500, 2))
    budget_class: str = "B"

    def __post_init__(self) -> None:
        TotalTardiness.__post_init__(self)
        multiple_of(self.budget_class)

    @property
    def name(self) -> str:
        """The name of the configuration."""
        return f"smtt_{self.budget_class.lower()}"

    @property
    def description(self) -> str:
        """The statement, with the budget."""
        return (
            f"{TASK} The algorithm gets the arrays p and d and fills the array out with the job indices. Work is "
            f"counted: on n jobs it may use {MULTIPLES[self.budget_class]} times the operations of modified due date "
            "(MDD), about 5.5 n^2; an algorithm that needs more fails."
        )

    @property
    def baselines(self) -> Mapping[str, str]:
        """The heuristics of the literature that the class allows."""
        return {
            name: source
            for name, source in ALGORITHMS.items()
            if LEAST_CLASS.get(name, "A") <= self.budget_class  # "A" < "B" < "C" < "D"
        }

    @property
    def seeds(self) -> tuple[str, ...]:
        """The heuristics that set the mark in the class."""
        return SEEDS[self.budget_class]

    @property
    def signatures(self) -> tuple[Signature, ...]:
        """The function; of own instances it is not told the range of the generated ones."""
        return (without_range(SOLVE) if has_files(self) else SOLVE,)

    def allowance(self, instance: Instance) -> Allowance:
        """Return the class's multiple of MDD's operations."""
        return allowance_of_algorithm(self.budget_class, instance.arrays[0].size)

    def construct(self, functions: Sequence[Rule], instance: Instance) -> Solution:
        """Return what the algorithm fills in."""
        return filled(functions[0], *instance.arrays)

    @property
    def construction(self) -> Construction:
        """The call of the algorithm."""
        return Construction(filled, ARGUMENTS, RETURNS)
