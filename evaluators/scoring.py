"""Scores made outside the sandbox: solutions are checked and valued by the problem's own code, then compared."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from evaluators.outcome import Failure, FailureKind, Gap, no_levels
from problems import Infeasible, Instance, Lexicographic, Problem, Reference, Sense, Solution, Split

TOLERANCE = 1e-9
"""A value that is better than a bound by no more than this share of it is equal to it."""


@dataclass(frozen=True, slots=True)
class InstanceSet:
    """The instances of one split with their references, in one order that every array of results keeps."""

    split: Split
    instances: tuple[Instance, ...]
    references: tuple[Reference, ...]

    def __post_init__(self) -> None:
        if len(self.instances) != len(self.references):
            raise ValueError(f"Expected one reference per instance, got {len(self.references)} of {self.split}.")
        if not self.instances:
            raise ValueError(f"Expected at least one instance in {self.split}.")

    def reference_values(self) -> NDArray[np.float64]:
        """Return the references' values of shape (instances,)."""
        return np.array([reference.value for reference in self.references])

    def bounds(self) -> NDArray[np.float64]:
        """Return the dual bounds of shape (instances,), NaN where there is none."""
        return np.array([np.nan if reference.bound is None else reference.bound for reference in self.references])

    @property
    def proven(self) -> int:
        """How many references are proven optimal."""
        return sum(reference.proven for reference in self.references)

    def scales(self) -> NDArray[np.float64]:
        """Return the instances' scales of shape (instances,)."""
        return np.array([instance.scale for instance in self.instances])


@dataclass(frozen=True, slots=True)
class Scores:
    """Verified objectives and their gaps, both of shape (instances,), the aggregates and the mean measures."""

    values: NDArray[np.float64]
    gaps: NDArray[np.float64]
    gap: Gap
    measures: Mapping[str, float]
    lower_values: NDArray[np.float64] = field(default_factory=no_levels)


def score(problem: Problem, instance_set: InstanceSet, solutions: Sequence[Solution]) -> Scores | Failure:
    """Verify every solution by the problem's own code and compare it with its reference."""
    values = verified_values(problem, instance_set.instances, solutions)
    if isinstance(values, Failure):
        return values
    gaps = _gaps_to(instance_set.reference_values(), problem.sense, values, instance_set)
    lower = _lower_values(problem, instance_set, solutions)
    gap = replace(aggregate(problem.sense, values, instance_set), lower=lower_gaps(problem.sense, lower, instance_set))
    return Scores(values, gaps, gap, _mean_measures(problem, instance_set, solutions), lower)


def verified_values(
    problem: Problem, instances: Sequence[Instance], solutions: Sequence[Solution]
) -> NDArray[np.float64] | Failure:
    """Return the objectives of shape (instances,) by the problem's own code, or which solution breaks what."""
    values = np.empty(len(instances))
    for index, (instance, solution) in enumerate(zip(instances, solutions, strict=True)):
        try:
            values[index] = problem.objective(instance, solution)
        except Infeasible as error:
            return Failure(FailureKind.INVALID_RESULT, f"instance {instance.name}: {error}", instance.name)
        if not np.isfinite(values[index]):
            message = f"instance {instance.name}: the objective is {values[index]}"
            return Failure(FailureKind.INVALID_RESULT, message, instance.name)
    return values


def relative_gaps(sense: Sense, values: NDArray[np.float64], instance_set: InstanceSet) -> NDArray[np.float64]:
    """Return (value − reference) / max(|reference|, scale) per instance, negated when the problem maximises.

    Raises:
        ValueError: a value is better than a dual bound, so the objective or the bound is wrong.
    """
    for broken in refuted(sense, instance_set, [values]):
        raise ValueError(
            f"instance {broken.instance}: the value is better than its {broken.claim}; objective and proof disagree."
        )
    return _gaps_to(instance_set.reference_values(), sense, values, instance_set)


@dataclass(frozen=True, slots=True)
class RefutedReference:
    """A proven optimum, or a dual bound, that a verified solution of value `value` beats: one of the two is wrong."""

    split: Split
    instance: str
    claim: str
    bound: float
    value: float


def refuted(
    sense: Sense, instance_set: InstanceSet, found: Iterable[NDArray[np.float64]]
) -> tuple[RefutedReference, ...]:
    """Return the references that are beaten by values found, each of shape (instances,), with the best such value."""
    sign = _sign(sense)
    every = [sign * values for values in found]
    if not every:
        return ()
    best = sign * np.min(every, axis=0)
    beaten = np.flatnonzero(_gaps_to(instance_set.bounds(), sense, best, instance_set) < -TOLERANCE)
    return tuple(
        RefutedReference(
            instance_set.split,
            instance_set.instances[index].name,
            "proven optimum" if instance_set.references[index].proven else "dual bound",
            float(instance_set.bounds()[index]),
            float(best[index]),
        )
        for index in beaten
    )


def aggregate(sense: Sense, values: NDArray[np.float64], instance_set: InstanceSet) -> Gap:
    """Return the aggregates of one instance set, as an interval where optima are not proven."""
    bounds = instance_set.bounds()
    bounded = instance_set.proven < len(instance_set.references) and not np.isnan(bounds).any()
    upper = _aggregate_to(bounds, sense, values, instance_set) if bounded else None
    return replace(_aggregate_to(instance_set.reference_values(), sense, values, instance_set), upper=upper)


def lower_gaps(sense: Sense, values: NDArray[np.float64], instance_set: InstanceSet) -> tuple[float, ...]:
    """Return the mean gap of each lower level, in the instances' scales; `values` has shape (instances, levels)."""
    gaps = lower_gaps_by_instance(sense, values, instance_set)
    return tuple(gaps.mean(axis=0).tolist()) if gaps.size else ()


def lower_gaps_by_instance(sense: Sense, values: NDArray[np.float64], instance_set: InstanceSet) -> NDArray[np.float64]:
    """Return the gaps of the lower levels, in the instances' scales; they and `values` are (instances, levels)."""
    if not values.size:
        return values
    references = np.array([reference.lower for reference in instance_set.references], dtype=np.float64)
    return _sign(sense) * (values - references) / np.maximum(np.abs(references), instance_set.scales()[:, np.newaxis])


def _lower_values(problem: Problem, instance_set: InstanceSet, solutions: Sequence[Solution]) -> NDArray[np.float64]:
    if not isinstance(problem, Lexicographic):
        return no_levels()
    pairs = zip(instance_set.instances, solutions, strict=True)
    return np.array([problem.lower_objectives(instance, solution) for instance, solution in pairs], dtype=np.float64)


def _gaps_to(
    references: NDArray[np.float64], sense: Sense, values: NDArray[np.float64], instance_set: InstanceSet
) -> NDArray[np.float64]:
    return _sign(sense) * (values - references) / np.maximum(np.abs(references), instance_set.scales())


def _aggregate_to(
    references: NDArray[np.float64], sense: Sense, values: NDArray[np.float64], instance_set: InstanceSet
) -> Gap:
    gaps = _gaps_to(references, sense, values, instance_set)
    total = float(np.abs(references).sum())
    large = np.abs(references) >= instance_set.scales()
    return Gap(
        scaled=float(gaps.mean()),
        ratio=_sign(sense) * float((values - references).sum()) / total if total > 0 else None,
        mean=float(gaps[large].mean()) if large.any() else None,
    )


def _sign(sense: Sense) -> float:
    return 1.0 if sense is Sense.MINIMISE else -1.0


def _mean_measures(problem: Problem, instance_set: InstanceSet, solutions: Sequence[Solution]) -> dict[str, float]:
    rows = [problem.behaviour(instance, s) for instance, s in zip(instance_set.instances, solutions, strict=True)]
    return {name: sum(row[name] for row in rows) / len(rows) for name in problem.measures}
