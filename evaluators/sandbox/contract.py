"""What a sandbox is given to do and what it returns: jobs, limits, reports, and the proof of its isolation."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from evaluators.outcome import Facts, Failure, Isolation, Seconds
from problems import Instance, Kind, Problem, Solution, SolutionShape, Split, Timed

MOST_SECONDS = 86400


class SandboxError(Exception):
    """The sandbox itself does not work: one line that says what to repair; never the fault of a candidate."""


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
    """What one job may use: CPU and wall seconds, MiB above the warm process, bytes printed, bytes of source."""

    cpu_seconds: float = 10.0
    wall_seconds: float = 20.0
    memory_mib: int = 512
    output_bytes: int = 65536
    source_bytes: int = 65536

    def __post_init__(self) -> None:
        for name in ("cpu_seconds", "wall_seconds"):
            if not 0 < getattr(self, name) <= MOST_SECONDS:
                raise ValueError(f"Expected 0 < {name} <= {MOST_SECONDS}, got {getattr(self, name)}.")
        for name, least in (("memory_mib", 16), ("output_bytes", 0), ("source_bytes", 1)):
            if not least <= getattr(self, name) <= 2**30:
                raise ValueError(f"Expected {least} <= {name} <= 2**30, got {getattr(self, name)}.")


@dataclass(frozen=True, slots=True)
class Report:
    """The answer to one job: a failure, or solutions of right shape and type, not verified; facts where it was read.

    `operations` is the count that the child reports for each solution (0 for programs, which are not counted). It
    stands in the child's memory; only the language of rules and algorithms keeps a candidate from writing there.
    """

    failure: Failure | None
    facts: Facts | None
    solutions: tuple[Solution, ...]
    seconds: Seconds
    operations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Setup:
    """What a zygote is given before any foreign source: from us, hence pickled.

    `probe_set` holds the indices of the instances of train that SCREEN solves.
    """

    problem: Problem
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

    def limits_at(self, job: Job, split: Split, position: int) -> Limits:
        """Return what a job may use that is at an instance, by its index among the job's instances, or at the first.

        Where instances have time budgets, those up to this one come on top of the configured CPU seconds, so that
        a candidate that hangs in the first one is stopped early. Wall seconds grow in the same ratio.
        """
        if not isinstance(self.problem, Timed):
            return self.limits
        cpu, wall = self.limits.cpu_seconds, self.limits.wall_seconds
        total = cpu + sum(self.problem.seconds(instance) for instance in self.instances_of(job, split)[: position + 1])
        return replace(
            self.limits, cpu_seconds=min(MOST_SECONDS, total), wall_seconds=min(MOST_SECONDS, wall * total / cpu)
        )

    def most_limits(self) -> Limits:
        """Return what the longest job may use."""
        every = [self.limits_at(Job.RUN, split, len(instances)) for split, instances in self.instances.items()]
        return max(every, key=lambda limits: limits.cpu_seconds, default=self.limits)

    def shapes(self, job: Job, split: Split) -> tuple[SolutionShape, ...]:
        """Return the shapes of the solutions that a job returns."""
        return tuple(map(self.problem.solution_shape, self.instances_of(job, split)))


@dataclass(frozen=True, slots=True)
class Check:
    """One thing proved by trying: a layer that works, or an attempt that failed as it must; else the reason."""

    name: str
    works: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Probe:
    """The isolation that this machine gives, proved layer by layer and attempt by attempt."""

    level: Isolation
    layers: tuple[Check, ...]
    attempts: tuple[Check, ...]

    @property
    def missing(self) -> str:
        """What does not work and why, on one line; empty at level A."""
        return "; ".join(f"{check.name}: {check.reason}" for check in self.layers + self.attempts if not check.works)
