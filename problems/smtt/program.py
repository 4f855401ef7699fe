"""Single machine total tardiness, 1||ΣTj: whole programs are searched for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from problems.contract import Instance, Kind, Parameter, Rule, Signature, Solution
from problems.own_files import OwnFiles, has_files
from problems.smtt.baselines import TIME
from problems.smtt.generator import Sizes
from problems.smtt.problem import TASK, TotalTardiness, without_range

SOLVE = Signature(
    name="solve",
    parameters=(
        Parameter("p", "processing times, 1 to 100: read-only int64 array of shape (n,)", unit=TIME),
        Parameter("d", "due dates, may be negative: read-only int64 array of shape (n,)", unit=TIME),
    ),
    returns="the sequence: the n job indices 0, ..., n-1, each once, the first to run first",
)

EDD = '''\
import numpy as np


def solve(p, d):
    """Earliest due date, ties to the shorter job, Jackson (1955)."""
    return np.lexsort((p, d))
'''

MDD = '''\
import numpy as np


def solve(p, d):
    """Modified due date, ties to the shorter job, Baker and Bertrand (1982)."""
    waiting = np.lexsort((d, p))
    sequence = []
    t = 0
    while len(waiting):
        k = int(np.argmin(np.maximum(t + p[waiting], d[waiting])))
        sequence.append(int(waiting[k]))
        t += int(p[waiting[k]])
        waiting = np.delete(waiting, k)
    return sequence
'''

MDD_INSERTION = '''\
import numpy as np


def modified_due_date(p, d):
    """Modified due date, ties to the shorter job, Baker and Bertrand (1982)."""
    waiting = np.lexsort((d, p))
    sequence = []
    t = 0
    while len(waiting):
        k = int(np.argmin(np.maximum(t + p[waiting], d[waiting])))
        sequence.append(int(waiting[k]))
        t += int(p[waiting[k]])
        waiting = np.delete(waiting, k)
    return np.array(sequence)


def solve(p, d):
    """Modified due date, then a descent: each job in turn is put where it costs least."""
    sequence = modified_due_date(p, d)
    improved = True
    while improved:
        improved = False
        for i in range(len(sequence)):
            job, rest = sequence[i], np.delete(sequence, i)
            ends = np.cumsum(p[rest])
            early = np.maximum(0, ends - d[rest])
            late = np.maximum(0, ends + p[job] - d[rest])
            before = np.concatenate(([0], np.cumsum(early)))
            after = np.concatenate((np.cumsum(late[::-1])[::-1], [0]))
            own = np.maximum(0, np.concatenate(([0], ends)) + p[job] - d[job])
            cost = before + own + after
            k = int(np.argmin(cost))
            if cost[k] < cost[i]:
                sequence = np.insert(rest, k, job)
                improved = True
    return sequence
'''


@dataclass(frozen=True, slots=True)
class SmttProgram(TotalTardiness):
    """Whole programs: `solve(p, d)` returns the sequence; fewer and smaller instances, drawn from the same ones.

    A program may take `instance_seconds` of CPU time on each instance.
    """

    train: Sizes | OwnFiles = ((20, 1), (50, 1))
    validation: Sizes | OwnFiles = ((100, 2), (200, 1))
    test: Sizes | OwnFiles = ((100, 2), (200, 1))

    instance_seconds: float = 1.0

    name: ClassVar[str] = "smtt_program"
    kind: ClassVar[Kind] = Kind.PROGRAM
    description: ClassVar[str] = f"{TASK} The program gets the arrays p and d and returns the sequence as job indices."
    baselines: ClassVar[Mapping[str, str]] = {"EDD": EDD, "MDD": MDD, "MDD+insertion": MDD_INSERTION}
    seeds: ClassVar[tuple[str, ...]] = ("EDD", "MDD")

    def __post_init__(self) -> None:
        TotalTardiness.__post_init__(self)
        if not self.instance_seconds > 0:
            raise ValueError(f"Expected instance_seconds > 0, got {self.instance_seconds}.")

    @property
    def signatures(self) -> tuple[Signature, ...]:
        """The function; of own instances it is not told the range of the generated ones."""
        return (without_range(SOLVE) if has_files(self) else SOLVE,)

    def seconds(self, _: Instance) -> float:
        """Return the CPU seconds that a program may take on each instance."""
        return self.instance_seconds

    def construct(self, functions: Sequence[Rule], instance: Instance) -> Solution:
        """Return what the program answers, as an array."""
        p, d = instance.arrays
        return np.asarray(functions[0](p, d))
