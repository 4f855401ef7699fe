"""Single machine total tardiness, 1||ΣTj: dispatching rules are searched for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import numpy as np

from problems.contract import (
    Allowance,
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
    UnreadableInstance,
    as_in_file,
)
from problems.files.text import unit
from problems.kernels import VERSIONS, kernel_for
from problems.own_files import OwnFiles, check_splits, has_files, instances_of
from problems.sequences import permutation
from problems.settings import check_seed
from problems.smtt import exact, mip
from problems.smtt.baselines import INSTRUCTIONS, PRIORITY, RULES
from problems.smtt.drawing import draw_sequence
from problems.smtt.files import read_instances
from problems.smtt.generator import Sizes, checked_sizes, instances
from problems.smtt.kernel import MEASURES, dispatch, dispatched, measured, verified_tardiness

MULTIPLES: Mapping[str, int] = {"A": 5, "B": 20, "C": 500, "D": 1000}
"""How many times MDD's operations a heuristic of a class may use: one pass, then ever longer searches."""

KERNEL = 3  # what the kernel of rules costs with MDD's rule, in MDDs
RANGE = "1 to 100"  # of generated processing times, as signatures say it
LONGEST = 1e6  # seconds; waits of the operating system know no infinity
ARGUMENTS = {
    "p": "processing times in time units, positive integers of shape (jobs,)",
    "d": "due dates in time units, integers of shape (jobs,)",
}
RETURNS = "the sequence: job indices, numbered from 0, the first to run first"
TASK = (
    "Single machine total tardiness: n jobs are all ready at time 0 and run one at a time, without pause and without "
    "interruption, on one machine. Job j takes p[j] time units and is due at d[j]; when it ends at C[j], its tardiness "
    "is max(0, C[j] - d[j]). Choose the sequence of the jobs. Minimise the sum of their tardiness."
)


def mdd_operations(n: int) -> int:
    """Return the most operations that the algorithm MDD uses for n jobs.

    That is where each job chosen is the first of those that wait, in SPT order, so that all others move up; on the
    instances of Potts and Van Wassenhove it uses 0.8 to 0.98 of it. The two sorts take n·ceil(log2 n) each.
    """
    return (11 * n * n + 21 * n) // 2 + 2 + 2 * n * max(0, n - 1).bit_length()


def multiple_of(budget_class: str) -> int:
    """Return a class's multiple; raises ValueError for another name."""
    if budget_class not in MULTIPLES:
        raise ValueError(f"Expected budget_class in {', '.join(MULTIPLES)}, got {budget_class!r}.")
    return MULTIPLES[budget_class]


def allowance_of_algorithm(budget_class: str, n: int) -> Allowance:
    """Return what an algorithm may use for n jobs: all that it does is counted."""
    unit = mdd_operations(n)
    return Allowance(unit=unit, most=multiple_of(budget_class) * unit)


def allowance_of_rule(budget_class: str, n: int) -> Allowance:
    """Return what a rule may use for n jobs: its own operations, on top of what the kernel spends around it.

    The kernel calls a rule n(n + 1)/2 times, and MDD's rule, max(t + p, d), costs 2. What the kernel computes for every
    rule alike (`w_late`, `late_share`, means) is about twice what MDD costs in the same count and charged, so that
    MDD's work as a rule is 3, and 24 operations a call are left to a rule of class A.
    """
    unit = mdd_operations(n)
    return Allowance(unit=unit, most=multiple_of(budget_class) * unit, base=KERNEL * unit - n * (n + 1))


def solved_exactly(instance: Instance, time_limit: float) -> Solved:
    """Solve by price-bounded decomposition within so many CPU seconds."""
    proof = exact.solve(*instance.arrays, time_limit=time_limit)
    method = "exact: price-bounded decomposition" if proof.proven else "best known: descent, bounded by prices"
    reference = Reference(float(proof.value), float(proof.bound), proof.proven, method, proof.seconds, VERSIONS)
    return Solved(reference, proof.sequence)


def solved_by_mip(instance: Instance, time_limit: float) -> Solved:
    """Solve the mixed-integer model that measured best by HiGHS within so many wall seconds."""
    result = mip.solve_mip(*instance.arrays, time_limit=min(time_limit, LONGEST))
    value, bound = float(result.value), float(result.bound)
    method = f"mip: {mip.best_model(instance.arrays[0])}, HiGHS: {result.verdict}"
    reference = Reference(value, bound, result.proven, method, result.seconds, result.versions)
    return Solved(reference, result.sequence)


def without_range(signature: Signature) -> Signature:
    """Return a signature that does not say that processing times go from 1 to 100: those of own files may not."""
    told = [replace(each, meaning=each.meaning.replace(RANGE, "at least 0")) for each in signature.parameters]
    return replace(signature, parameters=tuple(told))


SOLVERS: Mapping[str, Solver] = {"exact": solved_exactly, "mip": solved_by_mip}


@dataclass(frozen=True, slots=True)
class TotalTardiness:
    """What both kinds of candidate share: instances, objective, measures, reference.

    A split is a tuple of sizes (jobs, instances per class). Train has 25 classes: RDD and TF in {.2, .4, .6, .8, 1};
    validation and test have the 20 with TF <= .8. Changing one size leaves the instances of the others as they are.
    Or a split is of a user's files (`problems.own_files`).
    """

    sense: ClassVar[Sense] = Sense.MINIMISE
    measures: ClassVar[Mapping[str, str]] = MEASURES
    solvers: ClassVar[Mapping[str, Solver]] = SOLVERS
    reference_method: ClassVar[str] = "smtt exact 1"
    solution_name: ClassVar[str] = "sequence"

    seed: int = 1
    train: Sizes | OwnFiles = ((20, 1), (50, 1), (100, 4), (200, 2))
    validation: Sizes | OwnFiles = ((100, 6), (200, 3), (500, 1))
    test: Sizes | OwnFiles = ((100, 6), (200, 3), (500, 1))
    proof_seconds: float = 60.0

    def __post_init__(self) -> None:
        check_seed(self.seed)
        if not self.proof_seconds > 0:
            raise ValueError(f"Expected proof_seconds > 0, got {self.proof_seconds}.")
        check_splits(self, checked_sizes)

    def instances(self, split: Split) -> Sequence[Instance]:
        """Return the instances of a split; arrays: p and d, each of shape (jobs,), int64, in time units."""
        return instances_of(self, split, lambda sizes: instances(self.seed, split, sizes))

    def permuted(self, instance: Instance, rng: np.random.Generator) -> Instance:
        """Return the same jobs in another order."""
        order = rng.permutation(instance.arrays[0].size)
        return replace(instance, arrays=tuple(array[order] for array in instance.arrays), labels=())

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

    def solution_table(self, instance: Instance, solution: Solution) -> SolutionTable:
        """Return the schedule, a row for each job in the order in which they run."""
        p, d = (array[solution].tolist() for array in instance.arrays)
        ends = np.cumsum(p).tolist()
        times = (
            tuple(as_in_file(time, instance.factors.numbers) for time in (end - work, end, due, max(0, end - due)))
            for work, end, due in zip(p, ends, d, strict=True)
        )
        jobs = [(job, *instance.labels[job : job + 1]) for job in solution.tolist()]
        columns = ("job", *(["name"] if instance.labels else []), "start", "end", "due", "tardiness")
        return SolutionTable(columns, tuple((*job, *row) for job, row in zip(jobs, times, strict=True)))

    def draw(self, instance: Instance, solution: Solution) -> str:
        """Return the schedule as an SVG, with the tardiness of each job."""
        p, d = instance.arrays
        return draw_sequence(p, d, solution, instance.name + unit(instance.factors.numbers), instance.labels)

    def read_instances(self, file: Path) -> Sequence[Instance]:
        """Return the instances of a user's file; see `problems.smtt.files`."""
        return read_instances(file)


@dataclass(frozen=True, slots=True)
class Smtt(TotalTardiness):
    """Dispatching: whenever the machine is free, the waiting job of smallest priority starts.

    A rule may do the work of `budget_class` (`MULTIPLES`).
    """

    name: ClassVar[str] = "smtt"
    kind: ClassVar[Kind] = Kind.RULE
    description: ClassVar[str] = (
        f"{TASK} The sequence is built by a priority rule: whenever the machine is free, the rule is called for "
        "every waiting job and the job of smallest value starts. "
        f"Ties go to {PRIORITY.ties}."
    )
    baselines: ClassVar[Mapping[str, str]] = RULES
    seeds: ClassVar[tuple[str, ...]] = ("EDD", "SPT", "MDD", "ATC-2")
    instructions: ClassVar[tuple[str, ...]] = INSTRUCTIONS

    # Validation picks one of rules that differ by a few hundredths, test tells which is better (benchmarks/verdict).
    validation: Sizes | OwnFiles = ((100, 24), (200, 12), (500, 3))
    test: Sizes | OwnFiles = ((100, 24), (200, 12), (500, 3))
    budget_class: str = "A"

    def __post_init__(self) -> None:
        TotalTardiness.__post_init__(self)
        multiple_of(self.budget_class)

    def instances(self, split: Split) -> Sequence[Instance]:
        """Return the instances of a split; raises UnreadableInstance where a rule would divide by a time of 0."""
        found = TotalTardiness.instances(self, split)
        if has_files(self):
            for instance in found:
                for job in np.flatnonzero(instance.arrays[0] == 0).tolist()[:1]:
                    called = instance.labels[job] if instance.labels else f"{job + 1} of {instance.arrays[0].size}"
                    raise UnreadableInstance(
                        f"Instance {instance.name} of {split} has a job of processing time 0 (job {called}), and rules "
                        "such as ATC divide by it: leave such jobs out, they can all run first."
                    )
        return found

    @property
    def signatures(self) -> tuple[Signature, ...]:
        """The rule; of own instances it is not told the range of the generated ones."""
        return (without_range(PRIORITY) if has_files(self) else PRIORITY,)

    def allowance(self, instance: Instance) -> Allowance:
        """Return the class's multiple of MDD's operations, the work around the rule charged in advance."""
        return allowance_of_rule(self.budget_class, instance.arrays[0].size)

    def construct(self, functions: Sequence[Rule], instance: Instance) -> Solution:
        """Return the sequence that the rule dispatches."""
        return dispatched(functions[0], *instance.arrays, kernel=kernel_for(functions, dispatch))

    @property
    def construction(self) -> Construction:
        """The dispatching."""
        return Construction(dispatched, ARGUMENTS, RETURNS)
