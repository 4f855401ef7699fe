"""The toy: weighted completion time on one machine, 1||ΣwC, whose optimum Smith's rule gives.

It is small, fast and complete: tests use it as the shipped fake, and a problem of your own may start as its copy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from problems import drawing
from problems.contract import (
    Allowance,
    Array,
    Construction,
    Direction,
    Instance,
    Kind,
    Parameter,
    Reference,
    Rule,
    Sense,
    Signature,
    Solution,
    SolutionShape,
    SolutionTable,
    Split,
)
from problems.sequences import JobSequence, filled, ordered_share, permutation
from problems.settings import check_seed, of_split, random_numbers

TASK = (
    "Weighted completion time on one machine: n jobs are all ready at time 0 and run one after the other without "
    "pause. Job j takes p[j] time units and has weight w[j]. Choose the sequence. Minimise the sum over jobs of "
    "weight times completion time."
)
ARGUMENTS = {
    "p": "processing times in time units, positive integers of shape (jobs,)",
    "w": "weights per time unit, positive integers of shape (jobs,)",
}
RETURNS = "the sequence: job indices, numbered from 0, the first to run first"
MEASURES = {
    "spt_likeness": "share of job pairs in the order of their processing times, 0 to 1",
    "weight_likeness": "share of job pairs in the order of falling weights, 0 to 1",
}
TIME, WEIGHT = "time units", "per time unit"
PRIORITY = Signature(
    name="priority",
    parameters=(
        Parameter("p", "processing time of the job, 1 to 20", unit=TIME),
        Parameter("w", "weight of the job, 1 to 10", unit=WEIGHT),
    ),
    returns="the priority of the job as a finite number: jobs run in ascending order of it",
    direction=Direction.SMALLEST,
    ties="the shorter job, then the larger weight, then the lower index",
)
SOLVE = Signature(
    name="solve",
    parameters=(
        Parameter("p", "processing times: read-only int64 array of shape (n,)", unit=TIME),
        Parameter("w", "weights: read-only int64 array of shape (n,)", unit=WEIGHT),
    ),
    returns="the sequence: the n job indices 0, ..., n-1, each once, the first to run first",
)
RULES = {
    "WSPT": 'def priority(p, w):\n    """Weighted shortest processing time, Smith (1956)."""\n    return p / w\n',
    "SPT": 'def priority(p, w):\n    """Shortest processing time."""\n    return p\n',
    "LW": 'def priority(p, w):\n    """Largest weight."""\n    return -w\n',
}
PROGRAMS = {
    "WSPT": """\
import numpy as np


def solve(p, w):
    '''Weighted shortest processing time, Smith (1956).'''
    return np.argsort(p / w)
""",
    "SPT": """\
def solve(p, w):
    '''Shortest processing time, ties to the larger weight.'''
    return sorted(range(len(p)), key=lambda j: (p[j], -w[j]))
""",
    "LW": """\
def solve(p, w):
    '''Largest weight, ties to the shorter job.'''
    return sorted(range(len(w)), key=lambda j: (-w[j], p[j]))
""",
}


FILL = Signature(
    name="solve",
    parameters=(
        *SOLVE.parameters,
        Parameter(
            "out",
            "int64 array of shape (n,), zeros: to be filled with the sequence, the n job indices, each once",
            unit="jobs",
        ),
    ),
    returns="nothing",
)
ALGORITHMS = {
    "WSPT": """\
import numpy as np


def solve(p, w, out):
    '''Weighted shortest processing time, Smith (1956).'''
    out[:] = np.argsort(p / w, kind="mergesort")
""",
    "SPT": """\
import numpy as np


def solve(p, w, out):
    '''Shortest processing time, ties to the larger weight.'''
    order = np.argsort(-w, kind="mergesort")
    out[:] = order[np.argsort(p[order], kind="mergesort")]
""",
    "LW": """\
def solve(p, w, out):
    '''Largest weight, ties to the shorter job; by insertion.'''
    for j in range(p.size):
        k = j
        while k > 0 and (w[out[k - 1]] < w[j] or w[out[k - 1]] == w[j] and p[out[k - 1]] > p[j]):
            out[k] = out[k - 1]
            k -= 1
        out[k] = j
""",
}
OPERATIONS = 100


@dataclass(frozen=True, slots=True)
class WeightedCompletion:
    """What all kinds of candidate share: instances, objective, measures, reference."""

    sense: ClassVar[Sense] = Sense.MINIMISE
    measures: ClassVar[Mapping[str, str]] = MEASURES
    reference_method: ClassVar[str] = "toy Smith's rule 1"

    seed: int = 1
    jobs: int = 10
    train: int = 20
    validation: int = 10
    test: int = 10

    def __post_init__(self) -> None:
        check_seed(self.seed)
        if not 2 <= self.jobs <= 1000:
            raise ValueError(f"Expected jobs from 2 to 1000, got {self.jobs}.")
        if min(self.train, self.validation, self.test) < 1:
            raise ValueError(f"Expected instances >= 1, got {self.train}, {self.validation} and {self.test}.")

    def instances(self, split: Split) -> Sequence[Instance]:
        """Draw p ~ U{1, ..., 20} and w ~ U{1, ..., 10}, one stream of random numbers per instance."""
        return tuple(self.instance(split, index) for index in range(of_split(self, split)))

    def instance(self, split: Split, index: int) -> Instance:
        """Draw one instance; arrays: p and w, each of shape (jobs,)."""
        rng = random_numbers(self.seed, split, index)
        p = rng.integers(1, 20, size=self.jobs, endpoint=True, dtype=np.int64)
        w = rng.integers(1, 10, size=self.jobs, endpoint=True, dtype=np.int64)
        return Instance(f"toy-{self.seed}-{split}-{index}", f"n={self.jobs}", (p, w), scale=float(self.jobs))

    def permuted(self, instance: Instance, rng: np.random.Generator) -> Instance:
        """Return the same jobs in another order."""
        order = rng.permutation(instance.arrays[0].size)
        return replace(instance, arrays=tuple(array[order] for array in instance.arrays))

    def solution_shape(self, instance: Instance) -> SolutionShape:
        """A solution is the sequence of job indices."""
        return SolutionShape(instance.arrays[0].shape)

    def objective(self, instance: Instance, solution: Solution) -> float:
        """Return the sum of weight times completion time; raises Infeasible unless it is a permutation."""
        p, w = instance.arrays
        sequence = permutation(solution, p.size)
        return float(w[sequence] @ p[sequence].cumsum())

    def behaviour(self, instance: Instance, solution: Solution) -> Mapping[str, float]:
        """Return the measures of a feasible sequence."""
        p, w = instance.arrays
        sequence = permutation(solution, p.size)
        return {"spt_likeness": ordered_share(p, sequence), "weight_likeness": ordered_share(-w, sequence)}

    def solution_table(self, instance: Instance, solution: Solution) -> SolutionTable:
        """Return the schedule, a row for each job in the order in which they run."""
        p, w = (array[solution].tolist() for array in instance.arrays)
        ends = np.cumsum(p).tolist()
        starts = (end - work for end, work in zip(ends, p, strict=True))
        return SolutionTable(
            ("job", "start", "end", "weight"), tuple(zip(solution.tolist(), starts, ends, w, strict=True))
        )

    def draw(self, instance: Instance, solution: Solution) -> str:
        """Return the sequence as an SVG: a box for each job, as wide as its time and as high as its weight."""
        p, w = instance.arrays
        return draw_weighted(p, w, solution, instance.name)

    def reference(self, instance: Instance) -> Reference:
        """Return the optimum: ascending p/w is optimal, Smith (1956)."""
        p, w = instance.arrays
        value = self.objective(instance, np.argsort(p / w))
        return Reference(value=value, bound=value, proven=True, method="Smith's rule")


def draw_weighted(p: Array, w: Array, sequence: Array, name: str) -> str:
    """Return a drawing of jobs in a sequence; many jobs in a row are drawn together, with their mean weight."""
    work, weight = p[sequence], w[sequence]
    ends = work.cumsum()
    parts = drawing.groups(sequence.size, 400)
    canvas = drawing.Canvas(
        900,
        300,
        f"{name}: {drawing.plural(sequence.size, 'job')}, weighted completion time {int(weight @ ends):,}",
        "each box is as wide as its processing time and as high as its weight; darker: more weight per time",
    )
    horizon, most = float(ends[-1]), float(weight.max())
    for part in parts:
        start, end, high = float(ends[part][0] - work[part][0]), float(ends[part][-1]), float(weight[part].mean())
        x, wide, tall = 40 + 840 * start / horizon, 840 * (end - start) / horizon, 160 * high / most
        fill = drawing.blended(float((weight[part] / work[part]).mean()) / 4, drawing.SKY, drawing.BLUE)
        job = str(sequence[part.start])
        tip = f"job {job}: {start:g} to {end:g}, weight {high:g}"
        canvas.rectangle(x, 236 - tall, wide, tall, fill, stroke=drawing.PAPER, tip=tip)
        if len(parts) == sequence.size and drawing.fits(job, wide):
            canvas.text(x + wide / 2, 230, job, anchor="middle", colour=drawing.PAPER)
    canvas.scale(40, 240, 840, horizon, "time, in time units")
    return canvas.svg()


def by_priority(priority: Rule, p: Array, w: Array) -> JobSequence:
    """Return the jobs by priority; ties go to the shorter job, then to the larger weight, then to the lower index."""
    values = [priority(float(time), float(weight)) for time, weight in zip(p, w, strict=True)]
    return np.lexsort((-w, p, np.array(values))).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Toy(WeightedCompletion):
    """A rule ranks the jobs."""

    name: ClassVar[str] = "toy"
    kind: ClassVar[Kind] = Kind.RULE
    description: ClassVar[str] = (
        f"{TASK} A priority rule is called once for every job; the jobs run in ascending order of its values. "
        f"Ties go to {PRIORITY.ties}."
    )
    signatures: ClassVar[tuple[Signature, ...]] = (PRIORITY,)
    baselines: ClassVar[Mapping[str, str]] = RULES
    seeds: ClassVar[tuple[str, ...]] = ("SPT", "LW")

    def construct(self, functions: Sequence[Rule], instance: Instance) -> Solution:
        """Return the jobs by priority."""
        return by_priority(functions[0], *instance.arrays)

    @property
    def construction(self) -> Construction:
        """The order of the jobs."""
        return Construction(by_priority, ARGUMENTS, RETURNS)


@dataclass(frozen=True, slots=True)
class ToyAlgorithm(WeightedCompletion):
    """A whole algorithm fills in the sequence; it may use 100·n² operations."""

    name: ClassVar[str] = "toy_algorithm"
    kind: ClassVar[Kind] = Kind.ALGORITHM
    description: ClassVar[str] = (
        f"{TASK} The algorithm gets the arrays p and w and fills the array out with the job indices. "
        f"It may use {OPERATIONS} n^2 operations."
    )
    signatures: ClassVar[tuple[Signature, ...]] = (FILL,)
    baselines: ClassVar[Mapping[str, str]] = ALGORITHMS
    seeds: ClassVar[tuple[str, ...]] = ("SPT", "LW")

    def allowance(self, instance: Instance) -> Allowance:
        """Return 100·n² operations; work is in units of n²."""
        unit = instance.arrays[0].size ** 2
        return Allowance(unit=unit, most=OPERATIONS * unit)

    def construct(self, functions: Sequence[Rule], instance: Instance) -> Solution:
        """Return what the algorithm fills in."""
        return filled(functions[0], *instance.arrays)

    @property
    def construction(self) -> Construction:
        """The call of the algorithm."""
        return Construction(filled, ARGUMENTS, RETURNS)


@dataclass(frozen=True, slots=True)
class ToyProgram(WeightedCompletion):
    """A whole program returns the sequence."""

    name: ClassVar[str] = "toy_program"
    kind: ClassVar[Kind] = Kind.PROGRAM
    description: ClassVar[str] = f"{TASK} The program gets the arrays p and w and returns the sequence as job indices."
    signatures: ClassVar[tuple[Signature, ...]] = (SOLVE,)
    baselines: ClassVar[Mapping[str, str]] = PROGRAMS
    seeds: ClassVar[tuple[str, ...]] = ("SPT", "LW")

    def construct(self, functions: Sequence[Rule], instance: Instance) -> Solution:
        """Return what the program answers, as an array."""
        p, w = instance.arrays
        (solve,) = functions
        return np.asarray(solve(p, w))
