"""Is a problem sound? What it states, what it gives when built twice, and how its baselines do in the sandbox."""

import asyncio
import math
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from evaluators.sandbox import Report, Worker
from evo.config.settings import Settings
from evo.core.svg import UnfitDrawing, draw_solution
from evo.runs.build import drawn_instances
from problems import Drawable, Infeasible, Instance, Kind, Problem, Sense, Split


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check: what was looked at, whether it is sound, and what was seen."""

    name: str
    sound: bool
    detail: str


TOLERANCE = 1e-9
REFERENCES = 3


@runtime_checkable
class Permutable(Protocol):
    """A problem whose instances are sets: it can write the same instance in another order."""

    def permuted(self, instance: Instance, rng: np.random.Generator) -> Instance:
        """Return the instance with its jobs (or whatever it is a set of) in another order."""


@dataclass(frozen=True, slots=True)
class SandboxRun:
    """One baseline through one sandbox: its reports on the instances as they are, and in another order."""

    report: Report
    permuted: Report | None


async def run_baselines(settings: Settings) -> dict[str, SandboxRun]:
    """Run every baseline on train in one fresh sandbox; validation's place is taken by train in another order."""
    problem = settings.problem
    instances = tuple(problem.instances(Split.TRAIN))
    sets = {Split.TRAIN: instances}
    if isinstance(problem, Permutable):
        rng = np.random.default_rng(0)
        sets[Split.VALIDATION] = tuple(problem.permuted(instance, rng) for instance in instances)
    wanted = settings.evaluator
    worker = Worker(problem, sets, wanted.limits, settings.folders, wanted.isolation)
    await worker.start()
    try:
        return {
            name: await _run_baseline(worker, source, Split.VALIDATION in sets)
            for name, source in problem.baselines.items()
        }
    finally:
        await worker.close()


async def _run_baseline(worker: Worker, source: str, also_permuted: bool) -> SandboxRun:
    read = await worker.read(source)
    if read.failure is not None:
        return SandboxRun(read, None)
    report = await worker.run(source, Split.TRAIN)
    return SandboxRun(report, await worker.run(source, Split.VALIDATION) if also_permuted else None)


def feasible(problem: Problem, instances: Sequence[Instance], name: str, report: Report) -> CheckResult:
    """Say whether a baseline ran and all its solutions are feasible."""
    label = f"{'seed' if name in problem.seeds else 'baseline'} {name} feasible"
    if report.failure is not None:
        return CheckResult(label, False, f"{report.failure.kind}: {report.failure.message}")
    try:
        values = objectives(problem, instances, report)
    except Infeasible as broken:
        return CheckResult(label, False, str(broken))
    sound = bool(np.isfinite(values).all())
    return CheckResult(label, sound, f"mean objective {values.mean():.6g}" if sound else "an objective is not finite")


def objectives(problem: Problem, instances: Sequence[Instance], report: Report) -> NDArray[np.float64]:
    """Return the objectives of a report's solutions, of shape (instances,).

    Raises:
        Infeasible: one of them breaks a constraint.
    """
    return np.array([problem.objective(i, solution) for i, solution in zip(instances, report.solutions, strict=True)])


def same_results(first: Mapping[str, SandboxRun], second: Mapping[str, SandboxRun]) -> CheckResult:
    """Say whether two fresh sandboxes gave the same solutions."""
    pairs = [(name, zip(first[name].report.solutions, second[name].report.solutions, strict=True)) for name in first]
    differing = [name for name, solutions in pairs if not all(np.array_equal(one, two) for one, two in solutions)]
    detail = f"differs for {', '.join(differing)}" if differing else "solutions of two fresh sandboxes are equal"
    return CheckResult("same result twice", not differing, detail)


def timing(runs: Mapping[str, SandboxRun], limit: float) -> CheckResult:
    """Say how long the slowest baseline takes on train; more than half of the CPU limit leaves no room."""
    slowest = max(runs, key=lambda name: runs[name].report.seconds.cpu)
    seconds = runs[slowest].report.seconds
    detail = f"slowest {slowest}: run {seconds.run:.4f} s, CPU {seconds.cpu:.4f} s of {limit:g} s"
    return CheckResult("time of one evaluation on train", seconds.cpu <= limit / 2, detail)


def order_independent(problem: Problem, instances: Sequence[Instance], runs: Mapping[str, SandboxRun]) -> CheckResult:
    """Say whether the same instances in another order give the same objectives."""
    label = "independent of the instance's order"
    if not isinstance(problem, Permutable):
        return CheckResult(label, True, "not asked for: the problem has no method permuted(instance, rng)")
    rng = np.random.default_rng(0)
    shuffled = [problem.permuted(instance, rng) for instance in instances]
    for name, run in runs.items():
        if run.permuted is None or run.permuted.failure is not None:
            return CheckResult(label, False, f"{name} fails on permuted instances")
        before, after = objectives(problem, instances, run.report), objectives(problem, shuffled, run.permuted)
        changed = np.flatnonzero(~np.isclose(before, after, rtol=TOLERANCE, atol=0))
        if changed.size:
            return CheckResult(label, False, f"{name} on instance {instances[changed[0]].name} changes with the order")
    return CheckResult(label, True, "permuted instances give the same objectives")


def measured(settings: Settings, instances: Sequence[Instance], runs: Mapping[str, SandboxRun]) -> CheckResult:
    """Say whether the measures are the documented ones, in the range that is documented, and how far they spread."""
    problem = settings.problem
    means: dict[str, list[float]] = {name: [] for name in problem.measures}
    for run in runs.values():
        rows = [problem.behaviour(i, solution) for i, solution in zip(instances, run.report.solutions, strict=True)]
        if faults := {name for row in rows for name in set(row) ^ set(problem.measures)}:
            return CheckResult("measures", False, f"documented and returned names differ: {', '.join(sorted(faults))}")
        if not all(math.isfinite(value) for row in rows for value in row.values()):
            return CheckResult("measures", False, "a measure is not finite")
        if outside := next((fault for row in rows for fault in _out_of_range(problem, row)), ""):
            return CheckResult("measures", False, outside)
        for name, values in means.items():
            values.append(sum(row[name] for row in rows) / len(rows))
    if not means:
        return CheckResult("measures", True, "none; islands use size alone")
    spread = ", ".join(f"{name} {min(values):.3g} to {max(values):.3g}" for name, values in means.items())
    return CheckResult(
        "measures", True, "; ".join([f"means of the baselines: {spread}", *_in_one_bin(settings, means)])
    )


RANGE = re.compile(r"(-?\d+(?:\.\d+)?) to (-?\d+(?:\.\d+)?)")


def _out_of_range(problem: Problem, measures: Mapping[str, float]) -> Iterator[str]:
    """Yield each measure that is outside the range that its description ends with, such as `0 to 1`."""
    for name, value in measures.items():
        for low, high in RANGE.findall(problem.measures[name])[-1:]:
            if not float(low) - TOLERANCE <= value <= float(high) + TOLERANCE:
                yield f"{name} is {value:.6g}, documented is {low} to {high}"


def _in_one_bin(settings: Settings, means: Mapping[str, Sequence[float]]) -> Iterator[str]:
    """Yield each axis on which all baselines, where there are several, fall into one bin."""
    axes = {axis.measure: axis for island in settings.islands for axis in island.axes}
    for name, values in means.items():
        if name in axes and len(values) > 1 and len({axes[name].bin(value) for value in values}) == 1:
            yield (
                f"all baselines fall into one bin of {name}: a range that tells them apart is set by "
                f"axes.{name}.low and axes.{name}.high"
            )


def referenced(problem: Problem, instances: Sequence[Instance], runs: Mapping[str, SandboxRun]) -> CheckResult:
    """Say whether references of a few instances repeat, and no baseline beats a proven one."""
    sign = 1.0 if problem.sense is Sense.MINIMISE else -1.0
    values = {name: objectives(problem, instances, run.report) for name, run in runs.items()}
    begun = time.perf_counter()
    for index in range(min(REFERENCES, len(instances))):
        instance = instances[index]
        reference = problem.reference(instance)
        if problem.reference(instance) != reference:
            return CheckResult("references", False, f"computed twice, differs on {instance.name}")
        for name, objective in values.items():
            if reference.proven and sign * (objective[index] - reference.value) < -TOLERANCE * max(
                1, abs(reference.value)
            ):
                return CheckResult("references", False, f"{name} beats the proven optimum of {instance.name}")
    seconds = (time.perf_counter() - begun) / (2 * min(REFERENCES, len(instances)))
    return CheckResult("references", True, f"{seconds:.4f} s each")


def drawable(problem: Problem, instances: Sequence[Instance], runs: Mapping[str, SandboxRun]) -> CheckResult:
    """Say whether a solution of each baseline can be drawn, where the problem draws solutions."""
    label = "drawings"
    if not isinstance(problem, Drawable):
        return CheckResult(label, True, "not asked for: the problem has no method draw(instance, solution)")
    sizes = []
    for run in runs.values():
        try:
            sizes.append(len(draw_solution(problem, instances[-1], run.report.solutions[-1])))
        except UnfitDrawing as error:
            return CheckResult(label, False, str(error))
    return CheckResult(label, True, f"solutions of the baselines, at most {max(sizes) / 1000:.0f} kB")


def check_problem(build: Callable[[], Settings]) -> tuple[CheckResult, ...]:
    """Check the problem that `build` makes; it is called twice.

    Raises:
        SandboxError: the sandbox does not work here.
    """
    settings, again = build(), build()
    problem = settings.problem
    results = [_statement(problem), _same_instances(problem, again.problem), _disjoint(problem)]
    if not all(result.sound for result in results):
        return tuple(results)
    instances = tuple(problem.instances(Split.TRAIN))
    first, second = (asyncio.run(run_baselines(chosen)) for chosen in (settings, again))
    results += [feasible(problem, instances, name, run.report) for name, run in first.items()]
    if all(result.sound for result in results):
        results += [
            same_results(first, second),
            timing(first, settings.evaluator.limits.cpu_seconds),
            order_independent(problem, instances, first),
            measured(settings, instances, first),
            referenced(problem, instances, first),
            drawable(problem, instances, first),
        ]
    return tuple(results)


def _statement(problem: Problem) -> CheckResult:
    faults = []
    if not problem.signatures or (problem.kind is not Kind.RULE and len(problem.signatures) != 1):
        faults.append(f"{len(problem.signatures)} signatures for kind {problem.kind}")
    if len(problem.description) < 40:
        faults.append("the description says too little")
    seen = f"{problem.name}: {problem.kind}, {problem.sense}, {len(problem.baselines)} baselines"
    return CheckResult("statement", not faults, "; ".join(faults) or seen)


def _digests(problem: Problem) -> dict[Split, list[str]]:
    return {split: [instance.digest() for instance in drawn_instances(problem, split)] for split in Split}


def _same_instances(problem: Problem, again: Problem) -> CheckResult:
    once, twice = _digests(problem), _digests(again)
    counts = ", ".join(f"{split} {len(digests)}" for split, digests in once.items())
    sound = once == twice
    return CheckResult("same instances when built twice", sound, counts if sound else "built twice, instances differ")


def _disjoint(problem: Problem) -> CheckResult:
    digests = _digests(problem)
    shared = [f"{a} and {b}" for a in Split for b in Split if a < b and set(digests[a]) & set(digests[b])]
    return CheckResult("splits disjoint", not shared, f"shared by {'; '.join(shared)}" if shared else "by digest")
