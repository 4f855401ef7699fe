"""What a sandbox is given to do and what it returns: jobs, limits, reports, and the proof of its isolation."""

import itertools
import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from evaluators.cell.watch import WALLS, Ending, Killer
from evaluators.outcome import Facts, Failure, FailureKind, Seconds
from problems import Instance, Kind, Runnable, Solution, SolutionShape, Split, Timed

MOST_SECONDS = 86400


class SandboxError(Exception):
    """The sandbox itself does not work: one line that says what to repair; never the fault of a candidate."""


class BaselineError(Exception):
    """A baseline of the problem fails: one line that names it and says what it must return."""


class IsolationError(SandboxError):
    """The kernel or the container gives less isolation than is required."""


class Job(StrEnum):
    """READ parses and checks a source, and executes nothing of it; RUN solves every instance of a split by it.

    SCREEN is a RUN on the probe set, a few instances of train. Rules and algorithms, of which nothing is executed until
    they are checked, are read again by every RUN.
    """

    READ = "read"
    RUN = "run"
    SCREEN = "screen"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one job may use: CPU and wall seconds, MiB above the warm process, bytes of source."""

    cpu_seconds: float = 10.0
    """CPU seconds that one candidate may use."""
    wall_seconds: float = 20.0
    """Wall seconds that one candidate may take."""
    memory_mib: int = 512
    """MiB of memory that one candidate may use above the warm process."""
    source_bytes: int = 65536
    """The longest source that is read, in bytes."""

    def __post_init__(self) -> None:
        for name in ("cpu_seconds", "wall_seconds"):
            if not 0 < getattr(self, name) <= MOST_SECONDS:
                raise ValueError(f"Expected 0 < {name} <= {MOST_SECONDS}, got {getattr(self, name)}.")
        for name, least in (("memory_mib", 16), ("source_bytes", 1)):
            if not least <= getattr(self, name) <= 2**30:
                raise ValueError(f"Expected {least} <= {name} <= 2**30, got {getattr(self, name)}.")


@dataclass(frozen=True, slots=True)
class Report:
    """The answer to one job: a failure, or solutions of right shape and type, not verified; facts where it was read.

    `operations` is the count that the child reports for each solution (0 for programs, which are not counted). It
    stands in the child's memory; only the language of rules and algorithms keeps a candidate from writing there.
    `repeats` says whether a program answered its first instance twice alike.
    """

    failure: Failure | None
    facts: Facts | None
    solutions: tuple[Solution, ...]
    seconds: Seconds
    operations: tuple[int, ...] = ()
    repeats: bool = True


@dataclass(frozen=True, slots=True)
class Setup:
    """What a zygote is given before any foreign source: from us, hence pickled.

    `probe_set` holds the indices of the instances of train that SCREEN solves.
    """

    problem: Runnable
    instances: Mapping[Split, tuple[Instance, ...]]
    limits: Limits
    probe_set: tuple[int, ...] = ()

    @property
    def reads_where_it_runs(self) -> bool:
        """Whether one job reads and runs a source; what a program reports of itself once it runs is not believed."""
        return self.problem.kind is not Kind.PROGRAM

    def instances_of(self, job: Job, split: Split) -> tuple[Instance, ...]:
        """Return the instances that a job solves."""
        if job is Job.READ:
            return ()
        instances = self.instances[split]
        return tuple(instances[index] for index in self.probe_set) if job is Job.SCREEN else instances

    def every_instance(self) -> Iterator[Instance]:
        """Yield the instances of all splits."""
        return itertools.chain.from_iterable(self.instances.values())

    def limits_of(self, job: Job, split: Split) -> Limits:
        """Return what a whole job may use: the time budgets of its instances come on top of the CPU seconds.

        Wall seconds grow in the same ratio.
        """
        if not isinstance(self.problem, Timed):
            return self.limits
        cpu, wall = self.limits.cpu_seconds, self.limits.wall_seconds
        total = cpu + sum(map(self.problem.seconds, self.instances_of(job, split)))
        return replace(
            self.limits, cpu_seconds=min(MOST_SECONDS, total), wall_seconds=min(MOST_SECONDS, wall * total / cpu)
        )

    def most_limits(self) -> Limits:
        """Return what the longest job may use."""
        every = [self.limits_of(Job.RUN, split) for split in self.instances]
        return max(every, key=lambda limits: limits.cpu_seconds, default=self.limits)

    def shapes(self, job: Job, split: Split) -> tuple[SolutionShape, ...]:
        """Return the shapes of the solutions that a job returns."""
        return tuple(map(self.problem.solution_shape, self.instances_of(job, split)))


def kill_reason(ending: Ending, limits: Limits) -> tuple[FailureKind, str]:
    """Return why a child was killed: the kind and a message."""
    if ending.killer is Killer.WALL:
        return FailureKind.TIMEOUT, f"slept, or took more than {WALLS} times {limits.wall_seconds:g} s of wall time"
    if ending.killer is Killer.CPU or ending.code == -signal.SIGXCPU:
        return FailureKind.TIMEOUT, f"took more than {limits.cpu_seconds:g} s of CPU time"
    if ending.code == -signal.SIGSYS:
        return FailureKind.VIOLATION, "made a forbidden system call: there are no files, processes or network here"
    # glibc and LLVM abort when they cannot allocate; the size tells that from other aborts.
    starved = ending.code == -signal.SIGABRT and ending.peak_kib > limits.memory_mib * 1000
    if ending.code == -signal.SIGKILL or starved:
        return FailureKind.MEMORY, f"needed more than {limits.memory_mib} MiB of memory"
    return FailureKind.RUNTIME_ERROR, f"crashed: {signal.strsignal(-ending.code)} (signal {-ending.code})"
