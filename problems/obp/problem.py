"""Online bin packing: what its kinds of candidate share, and the kind that scores bins one by one."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import numpy as np

from problems.contract import (
    Array,
    Construction,
    Instance,
    Kind,
    Reference,
    Rule,
    Sense,
    Signature,
    Solution,
    SolutionShape,
    SolutionTable,
    Solved,
    Solver,
    Split,
    as_in_file,
)
from problems.files.text import unit
from problems.kernels import kernel_for
from problems.obp.baselines import RULES, SCORE
from problems.obp.drawing import draw_packing
from problems.obp.files import read_instances
from problems.obp.generator import InstanceSets, checked_sets, instances
from problems.obp.kernel import MEASURES, bins_used, measured, pack, packed_by
from problems.obp.offline import l2, packed
from problems.own_files import OwnFiles, check_splits, instances_of
from problems.settings import check_seed

TASK = (
    "Online bin packing: n items arrive one after the other and each must at once be put, for good, into a bin of "
    "capacity C that has room for it or into a new bin. Sizes are integers from 1 to C; nothing is known of the items "
    "to come, not even their number. Minimise the number of bins that are used."
)
ARGUMENTS = {
    "sizes": "sizes of the items in order of arrival, integers from 1 to the capacity, of shape (items,)",
    "capacity": "capacity of each bin, an integer",
}
RETURNS = "the bin of each item, numbered from 0 as they are opened"
TRAIN: InstanceSets = (  # capacities from 60 to 1000: a rule that goes by absolute numbers is poor somewhere
    ("weibull", 100, 250, 10),
    ("weibull", 100, 500, 4),
    ("weibull", 100, 1000, 4),
    ("weibull", 100, 3000, 2),
    ("weibull", 300, 1000, 3),
    ("weibull", 1000, 250, 4),
    ("uniform", 150, 120, 40),
    ("uniform", 150, 250, 8),
    ("uniform", 150, 1000, 4),
    ("uniform", 60, 250, 10),
    ("uniform", 900, 250, 4),
    ("weibull100", 150, 1000, 4),
    ("weibull100", 350, 1000, 4),
    ("full", 120, 500, 8),
    ("full", 250, 1000, 6),
    ("full", 800, 500, 5),
    ("bimodal", 120, 500, 10),
    ("bimodal", 250, 1000, 6),
    ("bimodal", 700, 500, 8),
)
VALIDATION: InstanceSets = (
    ("weibull", 100, 400, 10),
    ("weibull", 100, 2000, 4),
    ("weibull", 600, 800, 3),
    ("uniform", 150, 130, 30),
    ("uniform", 150, 400, 10),
    ("uniform", 600, 400, 4),
    ("weibull100", 250, 800, 5),
    ("weibull100", 400, 800, 5),
    ("full", 180, 800, 8),
    ("full", 600, 800, 4),
    ("bimodal", 180, 800, 8),
    ("bimodal", 600, 800, 8),
)
TEST: InstanceSets = (
    ("weibull", 100, 1000, 5),
    ("weibull", 100, 5000, 5),
    ("weibull", 100, 10000, 5),
    *(("uniform", 150, items, 20) for items in (120, 250, 500, 1000)),
    *((kind, C, 2000, 5) for C in (200, 500) for kind in ("weibull", "weibull100", "uniform", "full", "bimodal")),
)


MOST_ENTRIES = 2**22
"""Of the table of a knapsack, different sizes times rooms: 32 MiB, filled once for each of hundreds of patterns."""


def best_known(sizes: Array, capacity: int) -> Reference:
    """Return the least number of bins that is known, and a proven bound; nothing looks at a clock. See `solved`."""
    return solved(sizes, capacity).reference


def solved(sizes: Array, capacity: int, until: float = np.inf) -> Solved:
    """Return the best packing at hand with a proven bound; `until` is a time of the process' CPU clock.

    L2 against heuristics, largest first; where these do not meet, cutting stock by column generation, whose duals give
    a bound in whole numbers and whose patterns, fixed step by step, a packing. It is left out where its tables would
    be too large.
    """
    bound, packing = l2(sizes, capacity), packed(sizes, capacity)
    method, versions = "L2 and largest first", ""
    if packing.max() + 1 > bound and np.unique(sizes).size * (capacity + 1) <= MOST_ENTRIES:
        from problems import highs  # heavy, and the sandbox has no need of it
        from problems.obp import cutting_stock

        packing, bound = cutting_stock.cut(sizes, capacity, packing, bound, until)
        method, versions = "column generation", highs.HIGHSPY
    value = bins_used(packing, sizes, capacity)
    return Solved(Reference(value, bound, value == bound, method, versions=versions), packing)


def solved_within(instance: Instance, time_limit: float) -> Solved:
    """Solve by column generation within so many CPU seconds."""
    sizes, capacity = instance.arrays
    began = time.process_time()
    found = solved(sizes, int(capacity[0]), began + time_limit)
    return replace(found, reference=replace(found.reference, seconds=time.process_time() - began))


SOLVERS: Mapping[str, Solver] = {"exact": solved_within}


@dataclass(frozen=True, slots=True)
class BinPacking:
    """What both kinds of candidate share: instances, objective, measures, reference.

    A split is a tuple of sets (distribution, capacity, items, instances). Changing one set leaves the others as they
    are. The capacities 200 and 500 are for test alone. Or a split is of a user's files (`problems.own_files`).
    """

    sense: ClassVar[Sense] = Sense.MINIMISE
    measures: ClassVar[Mapping[str, str]] = MEASURES
    reference_method: ClassVar[str] = "obp column generation 1"
    solvers: ClassVar[Mapping[str, Solver]] = SOLVERS
    solution_name: ClassVar[str] = "bins"

    seed: int = 1
    train: InstanceSets | OwnFiles = TRAIN
    validation: InstanceSets | OwnFiles = VALIDATION
    test: InstanceSets | OwnFiles = TEST

    def __post_init__(self) -> None:
        check_seed(self.seed)
        check_splits(self, checked_sets)

    def instances(self, split: Split) -> Sequence[Instance]:
        """Return the instances of a split; arrays: sizes in order of arrival (items,) and the capacity (1,), int64."""
        return instances_of(self, split, lambda sets: instances(self.seed, split, sets))

    def solution_shape(self, instance: Instance) -> SolutionShape:
        """A solution is the bin of each item, in order of arrival."""
        return SolutionShape(instance.arrays[0].shape)

    def objective(self, instance: Instance, solution: Solution) -> float:
        """Return the number of bins used; raises Infeasible where an item is nowhere or a bin overfull."""
        sizes, capacity = instance.arrays
        return float(bins_used(solution, sizes, int(capacity[0])))

    def behaviour(self, instance: Instance, solution: Solution) -> Mapping[str, float]:
        """Return the measures of a feasible packing."""
        sizes, capacity = instance.arrays
        return dict(zip(MEASURES, measured(solution, sizes, int(capacity[0])).tolist(), strict=True))

    def solution_table(self, instance: Instance, solution: Solution) -> SolutionTable:
        """Return the packing, a row for each item in order of arrival."""
        sizes = [as_in_file(size, instance.factors.numbers) for size in instance.arrays[0].tolist()]
        return SolutionTable(
            ("item", "size", "bin"), tuple(zip(range(len(sizes)), sizes, solution.tolist(), strict=True))
        )

    def draw(self, instance: Instance, solution: Solution) -> str:
        """Return the packing as an SVG, a column for each bin."""
        sizes, capacity = instance.arrays
        return draw_packing(sizes, int(capacity[0]), solution, instance.name + unit(instance.factors.numbers))

    def reference(self, instance: Instance) -> Reference:
        """Return the best packing of all items at once that is known, with a lower bound; see `best_known`."""
        sizes, capacity = instance.arrays
        return best_known(sizes, int(capacity[0]))

    def read_instances(self, file: Path) -> Sequence[Instance]:
        """Return the instances of a user's file; see `problems.obp.files`."""
        return read_instances(file)


@dataclass(frozen=True, slots=True)
class Obp(BinPacking):
    """A rule scores the bins that have room for the item; the highest score wins."""

    name: ClassVar[str] = "obp"
    kind: ClassVar[Kind] = Kind.RULE
    description: ClassVar[str] = (
        f"{TASK} For every item a rule scores each open bin that has room for it and one new, empty bin; the item goes "
        f"into the bin of highest score. Ties go to {SCORE.ties}. Sizes and room have "
        "the same unit, but capacities differ between instances: only their ratios mean the same everywhere. left "
        "and waste may be 0: do not divide by them."
    )
    signatures: ClassVar[tuple[Signature, ...]] = (SCORE,)
    baselines: ClassVar[Mapping[str, str]] = RULES
    seeds: ClassVar[tuple[str, ...]] = (
        "first fit",
        "best fit",
        "worst fit",
        "harmonic-like",
        "tight fit",
        "usable fit",
    )

    def construct(self, functions: Sequence[Rule], instance: Instance) -> Solution:
        """Return the packing that the rule makes."""
        sizes, capacity = instance.arrays
        return packed_by(functions[0], sizes, int(capacity[0]), kernel=kernel_for(functions, pack))

    @property
    def construction(self) -> Construction:
        """The packing."""
        return Construction(packed_by, ARGUMENTS, RETURNS)
