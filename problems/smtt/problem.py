"""Single machine total tardiness, 1||ΣTj: dispatching rules are searched for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import numpy as np

from problems.contract import (
    Instance,
    Kind,
    Reference,
    Rule,
    Sense,
    Signature,
    Solution,
    SolutionShape,
    Split,
)
from problems.kernels import kernel_for
from problems.optional import Allowance
from problems.sequences import permutation
from problems.smtt.baselines import PRIORITY, RULES
from problems.smtt.behaviour import MEASURES, measured
from problems.smtt.budget import multiple_of, of_rule
from problems.smtt.files import read_instances
from problems.smtt.generator import Sizes, checked_sizes, instances
from problems.smtt.instructions import INSTRUCTIONS
from problems.smtt.kernel import dispatch, spt_order, verified_tardiness
from problems.smtt.solvers import SOLVERS, solved_exactly
from problems.solving import Solver
from problems.splits import check_seed, check_splits, of_split

TASK = (
    "Single machine total tardiness: n jobs are all ready at time 0 and run one at a time, without pause and without "
    "interruption, on one machine. Job j takes p[j] time units and is due at d[j]; when it ends at C[j], its tardiness "
    "is max(0, C[j] - d[j]). Choose the sequence of the jobs. Minimise the sum of their tardiness."
)


@dataclass(frozen=True, slots=True)
class TotalTardiness:
    """What both kinds of candidate share: instances, objective, measures, reference.

    A split is a tuple of sizes (jobs, instances per class). Train has 25 classes: RDD and TF in {.2, .4, .6, .8, 1};
    validation and test have the 20 with TF <= .8. Changing one size leaves the instances of the others as they are.
    """

    sense: ClassVar[Sense] = Sense.MINIMISE
    measures: ClassVar[Mapping[str, str]] = MEASURES
    solvers: ClassVar[Mapping[str, Solver]] = SOLVERS
    reference_method: ClassVar[str] = "smtt exact 1"

    seed: int = 1
    train: Sizes = ((20, 1), (50, 1), (100, 4), (200, 2))
    validation: Sizes = ((100, 6), (200, 3), (500, 1))
    test: Sizes = ((100, 6), (200, 3), (500, 1))
    proof_seconds: float = 60.0

    def __post_init__(self) -> None:
        check_seed(self.seed)
        if not self.proof_seconds > 0:
            raise ValueError(f"Expected proof_seconds > 0, got {self.proof_seconds}.")
        check_splits(self, checked_sizes)

    def instances(self, split: Split) -> Sequence[Instance]:
        """Return the instances of a split; arrays: p and d, each of shape (jobs,), int64, in time units."""
        return instances(self.seed, split, of_split(self, split))

    def permuted(self, instance: Instance, rng: np.random.Generator) -> Instance:
        """Return the same jobs in another order."""
        order = rng.permutation(instance.arrays[0].size)
        return replace(instance, arrays=tuple(array[order] for array in instance.arrays))

    def solution_shape(self, instance: Instance) -> SolutionShape:
        """A solution is the sequence of job indices."""
        return SolutionShape(instance.arrays[0].shape)

    def objective(self, instance: Instance, solution: Solution) -> float:
        """Return the total tardiness in time units; raises Infeasible unless the solution is a permutation."""
        p, d = instance.arrays
        promised = solution.dtype == np.int64 and solution.shape == p.shape
        total = verified_tardiness(solution, p, d) if promised else -1
        if total < 0:
            permutation(solution, p.size)  # says what is wrong
        return float(total)

    def behaviour(self, instance: Instance, solution: Solution) -> Mapping[str, float]:
        """Return the measures of a feasible sequence."""
        p, d = instance.arrays
        return dict(zip(MEASURES, measured(solution, p, d).tolist(), strict=True))

    def reference(self, instance: Instance) -> Reference:
        """Return the optimum with its proof, or what `proof_seconds` of CPU time let find out."""
        return solved_exactly(instance, self.proof_seconds).reference

    def read_instances(self, file: Path) -> Sequence[Instance]:
        """Return the instances of a user's file; see `problems.smtt.files`."""
        return read_instances(file)


@dataclass(frozen=True, slots=True)
class Smtt(TotalTardiness):
    """Dispatching: whenever the machine is free, the waiting job of smallest priority starts.

    A rule may do the work of `budget_class` (`problems/smtt/budget.py`).
    """

    name: ClassVar[str] = "smtt"
    kind: ClassVar[Kind] = Kind.RULE
    description: ClassVar[str] = (
        f"{TASK} The sequence is built by a priority rule: whenever the machine is free, the rule is called for "
        "every waiting job and the job of smallest value starts. Ties go to the shorter job, then to the earlier "
        "due date, then to the lower index."
    )
    signatures: ClassVar[tuple[Signature, ...]] = (PRIORITY,)
    baselines: ClassVar[Mapping[str, str]] = RULES
    seeds: ClassVar[tuple[str, ...]] = ("EDD", "SPT", "MDD", "ATC-2")
    instructions: ClassVar[tuple[str, ...]] = INSTRUCTIONS

    budget_class: str = "A"

    def __post_init__(self) -> None:
        TotalTardiness.__post_init__(self)
        multiple_of(self.budget_class)

    def allowance(self, instance: Instance) -> Allowance:
        """Return the class's multiple of MDD's operations, the work around the rule charged in advance."""
        return of_rule(self.budget_class, instance.arrays[0].size)

    def construct(self, functions: Sequence[Rule], instance: Instance) -> Solution:
        """Return the sequence that the rule dispatches."""
        p, d = instance.arrays
        out = np.zeros(p.size, dtype=np.int64)
        kernel_for(functions, dispatch)(functions[0], p, d, spt_order(p, d), out)
        return out
