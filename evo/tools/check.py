"""Is a problem sound? What it states, what it gives when built twice, and how its baselines do in the sandbox."""

import asyncio
from collections.abc import Callable

from evo.config.settings import Settings
from evo.runs.build import drawn_instances
from evo.tools import trips
from evo.tools.finding import Finding
from problems import Kind, Problem, Split


def check_problem(build: Callable[[], Settings]) -> tuple[Finding, ...]:
    """Check the problem that `build` makes; it is called twice.

    Raises:
        SandboxError: the sandbox does not work here.
    """
    settings, again = build(), build()
    problem = settings.problem
    found = [_statement(problem), _same_instances(problem, again.problem), _disjoint(problem)]
    if not all(finding.sound for finding in found):
        return tuple(found)
    instances = tuple(problem.instances(Split.TRAIN))
    first, second = (asyncio.run(trips.travel(chosen)) for chosen in (settings, again))
    found += [trips.feasible(problem, instances, name, trip.report) for name, trip in first.items()]
    if all(finding.sound for finding in found):
        found += [
            trips.same_results(first, second),
            trips.timing(first, settings.evaluator.limits.cpu_seconds),
            trips.order_independent(problem, instances, first),
            trips.measured(problem, instances, first),
            trips.referenced(problem, instances, first),
        ]
    return tuple(found)


def _statement(problem: Problem) -> Finding:
    faults = []
    if not problem.seeds:
        faults.append("no seeds")
    faults += [f"seed {name} is no baseline" for name in problem.seeds if name not in problem.baselines]
    if not problem.signatures or (problem.kind is not Kind.RULE and len(problem.signatures) != 1):
        faults.append(f"{len(problem.signatures)} signatures for kind {problem.kind}")
    if len(problem.description) < 40:
        faults.append("the description says too little")
    seen = f"{problem.name}: {problem.kind}, {problem.sense}, {len(problem.baselines)} baselines"
    return Finding("statement", not faults, "; ".join(faults) or seen)


def _digests(problem: Problem) -> dict[Split, list[str]]:
    return {split: [instance.digest() for instance in drawn_instances(problem, split)] for split in Split}


def _same_instances(problem: Problem, again: Problem) -> Finding:
    once, twice = _digests(problem), _digests(again)
    counts = ", ".join(f"{split} {len(digests)}" for split, digests in once.items())
    sound = once == twice
    return Finding("same instances when built twice", sound, counts if sound else "built twice, instances differ")


def _disjoint(problem: Problem) -> Finding:
    digests = _digests(problem)
    shared = [f"{a} and {b}" for a in Split for b in Split if a < b and set(digests[a]) & set(digests[b])]
    return Finding("splits disjoint", not shared, f"shared by {'; '.join(shared)}" if shared else "by digest")
