"""A problem's baselines sent through the sandbox, and what their solutions say about the problem."""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from evaluators.sandbox import Report, Worker
from evo.config.settings import Settings
from evo.tools.finding import Finding
from problems import Infeasible, Instance, Problem, Sense, Split

TOLERANCE = 1e-9
REFERENCES = 3


@runtime_checkable
class Permutable(Protocol):
    """A problem whose instances are sets: it can write the same instance in another order."""

    def permuted(self, instance: Instance, rng: np.random.Generator) -> Instance:
        """Return the instance with its jobs (or whatever it is a set of) in another order."""


@dataclass(frozen=True, slots=True)
class Trip:
    """One baseline through one sandbox: its reports on the instances as they are, and in another order."""

    report: Report
    permuted: Report | None


async def travel(settings: Settings) -> dict[str, Trip]:
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
            name: await _trip(worker, source, Split.VALIDATION in sets) for name, source in problem.baselines.items()
        }
    finally:
        await worker.close()


async def _trip(worker: Worker, source: str, also_permuted: bool) -> Trip:
    read = await worker.read(source)
    if read.failure is not None:
        return Trip(read, None)
    report = await worker.run(source, Split.TRAIN)
    return Trip(report, await worker.run(source, Split.VALIDATION) if also_permuted else None)


def feasible(problem: Problem, instances: Sequence[Instance], name: str, report: Report) -> Finding:
    """Say whether a baseline ran and all its solutions are feasible."""
    label = f"{'seed' if name in problem.seeds else 'baseline'} {name} feasible"
    if report.failure is not None:
        return Finding(label, False, f"{report.failure.kind}: {report.failure.message}")
    try:
        values = objectives(problem, instances, report)
    except Infeasible as broken:
        return Finding(label, False, str(broken))
    sound = bool(np.isfinite(values).all())
    return Finding(label, sound, f"mean objective {values.mean():.6g}" if sound else "an objective is not finite")


def objectives(problem: Problem, instances: Sequence[Instance], report: Report) -> NDArray[np.float64]:
    """Return the objectives of a report's solutions, of shape (instances,).

    Raises:
        Infeasible: one of them breaks a constraint.
    """
    return np.array([problem.objective(i, solution) for i, solution in zip(instances, report.solutions, strict=True)])


def same_results(first: Mapping[str, Trip], second: Mapping[str, Trip]) -> Finding:
    """Say whether two fresh sandboxes gave the same solutions."""
    pairs = [(name, zip(first[name].report.solutions, second[name].report.solutions, strict=True)) for name in first]
    differing = [name for name, solutions in pairs if not all(np.array_equal(one, two) for one, two in solutions)]
    detail = f"differs for {', '.join(differing)}" if differing else "solutions of two fresh sandboxes are equal"
    return Finding("same result twice", not differing, detail)


def timing(trips: Mapping[str, Trip], limit: float) -> Finding:
    """Say how long the slowest baseline takes on train; more than half of the CPU limit leaves no room."""
    slowest = max(trips, key=lambda name: trips[name].report.seconds.cpu)
    seconds = trips[slowest].report.seconds
    detail = f"slowest {slowest}: run {seconds.run:.4f} s, CPU {seconds.cpu:.4f} s of {limit:g} s"
    return Finding("time of one evaluation on train", seconds.cpu <= limit / 2, detail)


def order_independent(problem: Problem, instances: Sequence[Instance], trips: Mapping[str, Trip]) -> Finding:
    """Say whether the same instances in another order give the same objectives."""
    label = "independent of the instance's order"
    if not isinstance(problem, Permutable):
        return Finding(label, True, "not asked for: the problem has no method permuted(instance, rng)")
    rng = np.random.default_rng(0)
    shuffled = [problem.permuted(instance, rng) for instance in instances]
    for name, trip in trips.items():
        if trip.permuted is None or trip.permuted.failure is not None:
            return Finding(label, False, f"{name} fails on permuted instances")
        before, after = objectives(problem, instances, trip.report), objectives(problem, shuffled, trip.permuted)
        changed = np.flatnonzero(~np.isclose(before, after, rtol=TOLERANCE, atol=0))
        if changed.size:
            return Finding(label, False, f"{name} on instance {instances[changed[0]].name} changes with the order")
    return Finding(label, True, "permuted instances give the same objectives")


def measured(problem: Problem, instances: Sequence[Instance], trips: Mapping[str, Trip]) -> Finding:
    """Say whether the measures are the documented ones, finite, and how far the baselines spread on them."""
    means: dict[str, list[float]] = {name: [] for name in problem.measures}
    for trip in trips.values():
        rows = [problem.behaviour(i, solution) for i, solution in zip(instances, trip.report.solutions, strict=True)]
        if faults := {name for row in rows for name in set(row) ^ set(problem.measures)}:
            return Finding("measures", False, f"documented and returned names differ: {', '.join(sorted(faults))}")
        if not all(math.isfinite(value) for row in rows for value in row.values()):
            return Finding("measures", False, "a measure is not finite")
        for name, values in means.items():
            values.append(sum(row[name] for row in rows) / len(rows))
    spread = ", ".join(f"{name} {min(values):.3g} to {max(values):.3g}" for name, values in means.items())
    return Finding("measures", True, f"means of the baselines: {spread}" if means else "none; islands use size alone")


def referenced(problem: Problem, instances: Sequence[Instance], trips: Mapping[str, Trip]) -> Finding:
    """Say whether references of a few instances repeat, and no baseline beats a proven one."""
    sign = 1.0 if problem.sense is Sense.MINIMISE else -1.0
    values = {name: objectives(problem, instances, trip.report) for name, trip in trips.items()}
    begun = time.perf_counter()
    for index in range(min(REFERENCES, len(instances))):
        instance = instances[index]
        reference = problem.reference(instance)
        if problem.reference(instance) != reference:
            return Finding("references", False, f"computed twice, differs on {instance.name}")
        for name, objective in values.items():
            if reference.proven and sign * (objective[index] - reference.value) < -TOLERANCE * max(
                1, abs(reference.value)
            ):
                return Finding("references", False, f"{name} beats the proven optimum of {instance.name}")
    seconds = (time.perf_counter() - begun) / (2 * min(REFERENCES, len(instances)))
    return Finding("references", True, f"{seconds:.4f} s each")
