"""Job shop scheduling, J||Cmax: dispatching rules are searched for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import ClassVar

import numpy as np

from problems.contract import (
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
    Solver,
    Split,
    as_in_file,
)
from problems.files.text import unit
from problems.jobshop.baselines import PRIORITY, RULES
from problems.jobshop.cpsat import check_installed
from problems.jobshop.drawing import draw_schedule
from problems.jobshop.files import read_instances
from problems.jobshop.kernel import dispatch, start_times
from problems.jobshop.published import Sets, checked_sets, instances, is_name, published_names
from problems.jobshop.reference import reference
from problems.jobshop.schedule import MEASURES, makespan, measured
from problems.jobshop.solvers import solvers
from problems.kernels import kernel_for
from problems.own_files import OwnFiles, check_splits, instances_of
from problems.settings import check_seed, of_split

TASK = (
    "Job shop scheduling: each of n jobs has one operation on each of m machines, in an order of its own. An operation "
    "takes its processing time without interruption; a machine performs one operation at a time. Choose the start "
    "times. Minimise the makespan, the time at which the last job ends."
)
ARGUMENTS = {
    "durations": "durations in time units, positive integers of shape (jobs, machines), in the order of each job's "
    "operations",
    "routes": "the machine of each operation, numbered from 0, integers of shape (jobs, machines); each job visits "
    "each machine once",
}
RETURNS = "the start time of each operation, integers of shape (jobs, machines), in the order of each job's operations"
COMPETES = {
    "non_delay": "as soon as a machine is free and operations wait for it, the rule is called for each of them",
    "active": "on the machine where an operation can end earliest, the rule is called for each operation that can "
    "start there before that end",
}
CHOSEN = "and the operation of smallest value starts as early as it can."


@dataclass(frozen=True, slots=True)
class JobShop:
    """Dispatching: a rule chooses among the operations that compete for a machine.

    A split is a tuple of sizes (jobs, machines, instances), generated as Taillard (1993) does, of sizes with a number
    of stages, where every job visits one group of machines after the other, and of names of published instances: a set
    such as `la`, one such as `la01`, a range such as `dmu01-40`. Changing one entry leaves the others as they are.
    Or a split is of a user's files (`problems.own_files`).
    `schedule` is non_delay or active, Giffler and Thompson (1960).
    """

    name: ClassVar[str] = "jobshop"
    kind: ClassVar[Kind] = Kind.RULE
    sense: ClassVar[Sense] = Sense.MINIMISE
    measures: ClassVar[Mapping[str, str]] = MEASURES
    reference_method: ClassVar[str] = "jobshop published or tabu search 1"
    solution_name: ClassVar[str] = "start_times"
    baselines: ClassVar[Mapping[str, str]] = RULES
    seeds: ClassVar[tuple[str, ...]] = ("SPT", "MWKR", "FIFO", "SPT/TWKR")

    seed: int = 1
    train: Sets | OwnFiles = (
        *((10, 10, 70), (15, 10, 70), (15, 15, 70), (20, 15, 70), (30, 10, 70), (30, 15, 70)),
        *((15, 10, 60, 2), (20, 15, 60, 2), (30, 15, 60, 2)),
    )
    validation: Sets | OwnFiles = (
        (20, 20, 20),
        (30, 20, 20),
        (50, 15, 20),
        (20, 20, 10, 2),
        (30, 20, 10, 2),
        (50, 15, 10, 2),
    )
    test: Sets | OwnFiles = ("ta",)
    schedule: str = "non_delay"
    search_steps: int = 20_000
    cpsat_work: float = 0.0

    def __post_init__(self) -> None:
        check_seed(self.seed)
        if self.schedule not in PRIORITY:
            raise ValueError(f"Expected schedule non_delay or active, got {self.schedule!r}.")
        if self.search_steps < 0 or not 0 <= self.cpsat_work < np.inf:
            raise ValueError(f"Expected search_steps and cpsat_work >= 0, got {self.search_steps}, {self.cpsat_work}.")
        if self.cpsat_work:
            check_installed()
        check_splits(self, checked_sets, is_name)
        named = {split: published_names(of_split(self, split)) for split in Split}
        for one, other in combinations(Split, 2):
            if shared := sorted(named[one] & named[other]):
                raise ValueError(f"Expected disjoint splits, got {', '.join(shared)} in {one} and {other}.")

    @property
    def description(self) -> str:
        """The statement, with how the rule is asked."""
        ties = f"Ties go to {PRIORITY[self.schedule].ties}."
        return f"{TASK} The schedule is built by a priority rule: {COMPETES[self.schedule]}, {CHOSEN} {ties}"

    @property
    def signatures(self) -> tuple[Signature, ...]:
        """The rule; which features its alternatives share depends on the schedule."""
        return (PRIORITY[self.schedule],)

    def instances(self, split: Split) -> Sequence[Instance]:
        """Return the instances of a split; arrays: durations in time units and routes, int64 (jobs, machines)."""
        return instances_of(self, split, lambda sets: instances(self.seed, split, sets))

    def permuted(self, instance: Instance, rng: np.random.Generator) -> Instance:
        """Return the same jobs in another order on machines of other numbers."""
        durations, routes = instance.arrays
        order, numbers = rng.permutation(durations.shape[0]), rng.permutation(durations.shape[1])
        return replace(instance, arrays=(durations[order], numbers[routes[order]].astype(np.int64)))

    def solution_shape(self, instance: Instance) -> SolutionShape:
        """A solution is the start times, (jobs, machines) in the order of each job's operations."""
        return SolutionShape(instance.arrays[0].shape)

    def construct(self, functions: Sequence[Rule], instance: Instance) -> Solution:
        """Return the start times of the schedule that the rule dispatches."""
        durations, routes = instance.arrays
        return start_times(functions[0], durations, routes, self.is_active, kernel=kernel_for(functions, dispatch))

    @property
    def construction(self) -> Construction:
        """The dispatching."""
        return Construction(start_times, ARGUMENTS, RETURNS, {"active": self.is_active})

    @property
    def is_active(self) -> bool:
        """Whether schedules are active, not only non-delay."""
        return self.schedule == "active"

    def solution_table(self, instance: Instance, solution: Solution) -> SolutionTable:
        """Return the schedule, a row for each operation, job by job."""
        factor = instance.factors.numbers
        durations, routes = instance.arrays
        rows = (
            (
                job,
                k,
                int(routes[job, k]),
                *(as_in_file(int(time), factor) for time in (begins, begins + durations[job, k])),
            )
            for (job, k), begins in np.ndenumerate(solution)
        )
        return SolutionTable(("job", "operation", "machine", "start", "end"), tuple(rows))

    def draw(self, instance: Instance, solution: Solution) -> str:
        """Return the schedule as an SVG: a Gantt chart of the machines."""
        durations, routes = instance.arrays
        return draw_schedule(durations, routes, solution, instance.name + unit(instance.factors.numbers))

    def objective(self, instance: Instance, solution: Solution) -> float:
        """Return the makespan in time units; raises Infeasible unless the start times are a schedule."""
        return float(makespan(solution, *instance.arrays))

    def behaviour(self, instance: Instance, solution: Solution) -> Mapping[str, float]:
        """Return the measures of a feasible schedule."""
        return dict(zip(MEASURES, measured(solution, *instance.arrays), strict=True))

    def reference(self, instance: Instance) -> Reference:
        """Return published bounds, or those of a search; see `problems.jobshop.reference`."""
        return reference(instance, self.search_steps, self.cpsat_work)

    @property
    def solvers(self) -> Mapping[str, Solver]:
        """The methods of `evo solve`; see `problems.jobshop.solvers`."""
        return solvers(self.search_steps, self.cpsat_work)

    def read_instances(self, file: Path) -> Sequence[Instance]:
        """Return the instances of a user's file; see `problems.jobshop.files`."""
        return read_instances(file)
