"""Four small tasks for comparisons of search engines: instances with proven optima, a seed rule, the gap of any rule.

A task is a problem of ours that knows its seed alone, so nobody starts ahead: `--config-dir benchmarks/search` with
`problem=search_smtt_edd` and the like gives it to our engine, `Task.gap` scores a rule in process for all others. Of
each task 40 instances are for training, 40 for validation and 200, the test set, are fresh: no engine sees them.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from evaluators import InstanceSet, references
from evaluators.language import RuleError, compile_rules
from evaluators.scoring import relative_gaps
from evaluators.syntax import Refused
from problems import Instance, Problem, Reference, Signature, Split
from problems.jobshop import JobShop, baselines, generator
from problems.obp import Obp
from problems.obp.baselines import SCORE
from problems.obp.generator import InstanceSets
from problems.smtt import Smtt
from problems.smtt.baselines import PRIORITY
from problems.smtt.generator import draw
from problems.smtt.kernel import total_tardiness

SHARES = {Split.TRAIN: 2, Split.VALIDATION: 2, Split.TEST: 10}
"""How many of every 14 instances belong to each split: 40, 40 and 200 of 280."""
REFERENCES = "references.sqlite"
IMPORT = "import math\n\n\n"


def program(signature: Signature, expression: str) -> str:
    """Return the complete source of a rule that is one expression."""
    return f"{IMPORT}{signature.header()}\n    return {expression}\n"


SMTT_JOBS = 40
SMTT_SEED = 4711
TARDINESS_FACTORS = (0.4, 0.6, 0.8, 1.0)
RANGES = (0.2, 0.4, 0.6, 0.8, 1.0)


@cache
def smtt_instances(split: Split) -> tuple[Instance, ...]:
    """Return the instances of 20 classes of Potts and Van Wassenhove (1982).

    Their scale is the tardiness of EDD: where the optimum is nearly 0, a relative gap would be all of the mean.
    """
    classes = itertools.product(TARDINESS_FACTORS, RANGES, range(SHARES[split]))
    return tuple(smtt_instance(split, factor, width, number) for factor, width, number in classes)


def smtt_instance(split: Split, factor: float, width: float, number: int) -> Instance:
    """Draw one instance; it depends on these arguments alone."""
    entropy = (SMTT_SEED, tuple(Split).index(split), round(10 * factor), round(10 * width), number)
    p, d = draw(np.random.default_rng(entropy), SMTT_JOBS, width, factor)
    edd = total_tardiness(np.lexsort((p, d)).astype(np.int64), p, d)
    name = f"search-smtt-{split}-tf{factor}-rdd{width}-{number}"
    return Instance(name, f"tf={factor} rdd={width}", (p, d), scale=float(max(SMTT_JOBS, edd)))


@dataclass(frozen=True, slots=True)
class SmttFromEdd(Smtt):
    """Single machine total tardiness, 40 jobs, from the earliest due date."""

    name: ClassVar[str] = "search_smtt_edd"
    baselines: ClassVar[Mapping[str, str]] = {"EDD": program(PRIORITY, "d")}
    seeds: ClassVar[tuple[str, ...]] = ("EDD",)
    instructions: ClassVar[tuple[str, ...]] = ()

    budget_class: str = "D"  # a rival's evaluator counts no operations

    def instances(self, split: Split) -> Sequence[Instance]:
        """Return the instances of a split; arrays: p and d, each of shape (jobs,), int64, in time units."""
        return smtt_instances(split)


@dataclass(frozen=True, slots=True)
class SmttFromMdd(SmttFromEdd):
    """The same from the modified due date, the best rule of the textbooks."""

    name: ClassVar[str] = "search_smtt_mdd"
    baselines: ClassVar[Mapping[str, str]] = {"MDD": program(PRIORITY, "max(t + p, d)")}
    seeds: ClassVar[tuple[str, ...]] = ("MDD",)


@dataclass(frozen=True, slots=True)
class SmallObp(Obp):
    """Online bin packing, 250 items, from best fit."""

    name: ClassVar[str] = "search_obp"
    baselines: ClassVar[Mapping[str, str]] = {"best fit": program(SCORE, "-left")}
    seeds: ClassVar[tuple[str, ...]] = ("best fit",)

    train: InstanceSets = (("weibull", 100, 250, 20), ("uniform", 150, 250, 20))
    validation: InstanceSets = (("weibull", 100, 250, 20), ("uniform", 150, 250, 20))
    test: InstanceSets = (("weibull", 100, 250, 100), ("uniform", 150, 250, 100))


JOBSHOP_SIZES = ((12, 6), (20, 8))
UNPROVEN: Mapping[tuple[int, int], frozenset[int]] = {
    (12, 6): frozenset((
        5, 10, 12, 17, 18, 23, 24, 28, 31, 34, 39, 43, 46, 47, 51, 52, 65, 66, 69, 70, 71, 72, 77, 81, 82,
        83, 84, 86, 88, 89, 90, 91, 92, 95, 99, 102, 107, 110, 113, 115, 116, 120, 130, 132, 137, 138, 140,
        143, 146, 149, 150, 151, 161, 162, 163, 169, 170, 173, 177, 179, 182, 193, 197, 201, 203,
    )),
    (20, 8): frozenset((
        2, 11, 12, 22, 26, 35, 36, 39, 49, 55, 63, 66, 69, 73, 75, 78, 88, 106, 110, 129, 131, 132, 149,
    )),
}  # fmt: skip
"""Instances whose optimum the tabu search does not prove, by size and number: they are left out."""


@cache
def jobshop_instances(split: Split) -> tuple[Instance, ...]:
    """Return the instances of a split: as Taillard (1993) draws them, those whose optimum is proven."""
    before = sum(10 * SHARES[each] for each in tuple(Split)[: tuple(Split).index(split)])
    return tuple(
        replace(instance, name=f"search-jobshop-{split}-{instance.family}-{place}")
        for size in JOBSHOP_SIZES
        for place, instance in enumerate(itertools.islice(proven_shops(size), before, before + 10 * SHARES[split]))
    )


def proven_shops(size: tuple[int, int]) -> Iterator[Instance]:
    """Draw shops without end, those whose optimum is not proven left out."""
    for number in itertools.count():
        if number not in UNPROVEN[size]:
            yield generator.instance(1, Split.TRAIN, *size, number)


@dataclass(frozen=True, slots=True)
class SmallJobShop(JobShop):
    """Job shops of two sizes, from the shortest processing time."""

    name: ClassVar[str] = "search_jobshop"
    baselines: ClassVar[Mapping[str, str]] = {"SPT": program(baselines.PRIORITY["non_delay"], "p")}
    seeds: ClassVar[tuple[str, ...]] = ("SPT",)

    search_steps: int = 3_000

    def instances(self, split: Split) -> Sequence[Instance]:
        """Return the instances of a split; arrays: durations in time units and routes, int64 (jobs, machines)."""
        return jobshop_instances(split)


@dataclass(frozen=True, slots=True)
class Unusable:
    """Why a program has no gap."""

    reason: str


@dataclass(frozen=True, slots=True)
class Task:
    """A problem with what a stand-in model may know of it.

    `phrases` are terms that anybody who knows the field writes down; `axes` names the shipped ranges of the measures.
    `pieces` are steps of a good rule that is hidden, each with `{base}` where the rule so far stands. They were set on
    train and validation, and no move of the embedded author writes one: it knows no powers and no exponentials. (The
    piece of `smtt_edd` with `t + p` is the exception: it is a draft of evo's opening too.)
    """

    name: str
    problem: Problem
    seed: str
    axes: str
    goal: str
    phrases: tuple[str, ...]
    pieces: tuple[str, ...]
    sets: dict[tuple[Split, Path], InstanceSet] = field(default_factory=dict, compare=False, repr=False)

    @property
    def signature(self) -> Signature:
        """The function that a program defines."""
        return self.problem.signatures[0]

    def known(self, split: Split, folder: Path) -> InstanceSet:
        """Return the instances of a split with their references, which `folder` keeps once they are computed.

        Raises:
            ValueError: a reference is not proven.
        """
        if (split, folder) not in self.sets:
            instances = tuple(self.problem.instances(split))
            values = references(self.problem, instances, folder / REFERENCES)
            check_proven(self.problem.name, values)
            self.sets[split, folder] = InstanceSet(split, instances, values)
        return self.sets[split, folder]

    def gap(self, text: str, split: Split, folder: Path) -> float | Unusable:
        """Return the mean gap in per cent of a program, or of an expression of the parameters."""
        gaps = self.gaps(text, split, folder)
        return gaps if isinstance(gaps, Unusable) else float(gaps.mean())

    def gaps(self, text: str, split: Split, folder: Path) -> NDArray[np.float64] | Unusable:
        """Return the gaps in per cent, shape (instances,), of a program, or of an expression of the parameters."""
        source = text if "def " in text else program(self.signature, text)
        known = self.known(split, folder)
        try:
            rules = compile_rules(source, self.problem.signatures)
            solutions = [self.problem.construct(rules.functions, instance) for instance in known.instances]
            rules.check()
        except (Refused, RuleError) as error:
            return Unusable(str(error))
        pairs = zip(known.instances, solutions, strict=True)
        values = np.array([self.problem.objective(instance, solution) for instance, solution in pairs])
        return 100 * relative_gaps(self.problem.sense, values, known)


def check_proven(name: str, values: Sequence[Reference]) -> None:
    """Raise ValueError unless every reference is a proven optimum."""
    unproven = [place for place, reference in enumerate(values) if not reference.proven]
    if unproven:
        raise ValueError(f"Expected proven references of {name}, got none for the instances {unproven}.")


TARDINESS_PIECE = "{base} + 0.117 * w_late * late_share ** 4.82 * (p / p_mean) ** 1.32 / n_left ** 0.413"
TARDINESS_PHRASES = ("t + p", "d - p - t", "d - t", "p_mean - p")
TASKS: Mapping[str, Task] = {
    task.name: task
    for task in (
        Task(
            "smtt_edd",
            SmttFromEdd(),
            "d",
            "smtt",
            "Design a dispatching rule for single machine total tardiness: the waiting job of smallest value starts.",
            TARDINESS_PHRASES,
            ("max({base}, t + p)", TARDINESS_PIECE),
        ),
        Task(
            "smtt_mdd",
            SmttFromMdd(),
            "max(t + p, d)",
            "smtt",
            "Design a dispatching rule for single machine total tardiness: the waiting job of smallest value starts.",
            TARDINESS_PHRASES,
            (TARDINESS_PIECE,),
        ),
        Task(
            "obp",
            SmallObp(),
            "-left",
            "obp",
            "Design a rule that scores bins for online bin packing: the item goes into the bin of highest score.",
            ("residual - item", "item / capacity", "left / capacity", "left - item"),
            (
                "max({base}, -0.04 * (1.0 + 1.93 * waste / item) ** 0.892 * (1.0 + 2.02 * alike_after / item)"
                " * max(item, seen))",
            ),
        ),
        Task(
            "jobshop",
            SmallJobShop(),
            "p",
            "jobshop",
            "Design a dispatching rule for the job shop, minimal makespan: the operation of smallest value starts.",
            ("job_work - work_left", "job_ready + p", "next_p + next_queue", "start + p"),
            (
                "max({base}, 0.001) ** 0.6 * machine_work ** 0.26 / work_left ** 0.77",
                "{base} * (1.0 + 0.0114 * next_queue) ** 0.25 * math.exp(-0.15 * next_work / bound)",
            ),
        ),
    )
}
