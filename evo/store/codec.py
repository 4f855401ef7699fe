"""Values to columns and back. Floats pass through JSON by repr, which returns them bit for bit."""

import json
import math
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row

from evaluators import Evaluation, Facts, Failure, FailureKind, Gap, Isolation, Seconds, no_levels
from evo.core.context import Insight
from evo.core.records import Message, Usage, Wanted
from evo.store.records import InstanceRow, RecordedPlacement, RunHeader, RunStatus
from problems import Instance, Reference, Split

Columns = dict[str, str | int | float | None]
Record = Row[tuple[object, ...]]


def now() -> str:
    """Return the time, UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def storable(content: str) -> str:
    """Replace lone surrogates, which a model's JSON can hold and UTF-8 cannot."""
    return content.encode("utf-8", "replace").decode()


def prompt_text(messages: tuple[Message, ...]) -> str:
    """Return the messages as a JSON array."""
    return json.dumps([{"role": m.role, "content": m.content} for m in messages], ensure_ascii=False)


def prompt_messages(content: str) -> tuple[Message, ...]:
    """Return the messages of a JSON array."""
    return tuple(Message(entry["role"], entry["content"]) for entry in json.loads(content))


def header_columns(header: RunHeader) -> Columns:
    """Return the columns of table `run` but its id."""
    return {
        "uid": header.uid,
        "problem": header.problem,
        "seed": header.seed,
        "config": header.config,
        "config_sha256": header.config_sha256,
        "version": header.version,
        "environment": header.environment,
        "isolation": header.isolation,
        "status": header.status,
        "started": header.started,
        "ended": header.ended,
        "best": header.best,
        "result": header.result,
    }


def header_of(row: Record) -> RunHeader:
    """Return the header in a row of `run`."""
    return RunHeader(
        uid=row.uid,
        problem=row.problem,
        seed=row.seed,
        config=row.config,
        version=row.version,
        environment=row.environment,
        isolation=Isolation(row.isolation),
        started=row.started,
        status=RunStatus(row.status),
        ended=row.ended,
        best=row.best,
        result=row.result,
        seconds=row.seconds,
    )


def instance_columns(split: Split, position: int, instance: Instance, reference: Reference) -> Columns:
    """Return the columns of table `instances`."""
    return {
        "split": split,
        "position": position,
        "name": instance.name,
        "family": instance.family,
        "digest": instance.digest(),
        "scale": float(instance.scale),
        "reference": float(reference.value),
        "bound": None if reference.bound is None else float(reference.bound),
        "proven": bool(reference.proven),
        "method": reference.method,
        "reference_seconds": float(reference.seconds),
        "versions": reference.versions,
        "lower_references": _json(list(reference.lower)),
    }


def instance_of(row: Record) -> InstanceRow:
    """Return the instance in a row of `instances`."""
    made_by = (row.method, row.reference_seconds, row.versions)
    reference = Reference(row.reference, row.bound, bool(row.proven), *made_by, tuple(json.loads(row.lower_references)))
    return InstanceRow(row.name, row.family, row.digest, row.scale, reference)


def target_text(target: Sequence[Wanted]) -> str:
    """Return the ranges of a target as JSON, nothing for none."""
    return json.dumps([[one.measure, one.low, one.high] for one in target]) if target else ""


def target_of(content: str) -> tuple[Wanted, ...]:
    """Return the ranges of a target."""
    return tuple(Wanted(*one) for one in json.loads(content)) if content else ()


def insight_columns(ordinal: int, position: int, insight: Insight) -> Columns:
    """Return the columns of table `insights`."""
    return {
        "candidate": ordinal,
        "position": position,
        "helps": insight.helps,
        "text": storable(insight.text),
        "families": _json(dict(insight.families)),
    }


def insight_of(row: Record) -> Insight:
    """Return the insight in a row of `insights`."""
    return Insight(row.candidate, bool(row.helps), row.text, json.loads(row.families))


def usage_columns(usage: Usage) -> Columns:
    """Return what a call is charged."""
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "dollars": usage.dollars,
        "seconds": usage.seconds,
    }


def seconds_columns(seconds: Seconds) -> Columns:
    """Return the three times of an outcome."""
    return {"compile_seconds": seconds.compile, "run_seconds": seconds.run, "cpu_seconds": seconds.cpu}


def evaluation_columns(ordinal: int, evaluation: Evaluation) -> Columns:
    """Return the columns of table `evaluations`.

    Raises:
        ValueError: a number is not finite.
    """
    return {
        "candidate": ordinal,
        "split": evaluation.split,
        "fitness": _finite(evaluation.fitness),
        **_gap_columns("gap", evaluation.gap),
        **_gap_columns("bound_gap", evaluation.gap.upper),
        "measures": _json({name: float(value) for name, value in evaluation.measures.items()}),
        "objectives": _json(evaluation.values.tolist()),
        "gaps": _json(evaluation.gaps.tolist()),
        "lower_fitness": _json(list(evaluation.lower)),
        "lower_objectives": _json(evaluation.lower_values.tolist()),
        **seconds_columns(evaluation.seconds),
    }


def evaluation_of(row: Record, facts: Facts) -> Evaluation:
    """Return the evaluation in a row of `evaluations`."""
    return Evaluation(
        split=Split(row.split),
        facts=facts,
        values=_array(row.objectives),
        gaps=_array(row.gaps),
        gap=gap_of(row),
        measures=json.loads(row.measures),
        seconds=Seconds(row.compile_seconds, row.run_seconds, row.cpu_seconds),
        lower_values=_array(row.lower_objectives) if row.lower_fitness != "[]" else no_levels(),
    )


def gap_of(row: Record) -> Gap:
    """Return the gap in a row with the columns of an evaluation."""
    bounded = row.bound_gap_scaled is not None
    upper = Gap(row.bound_gap_scaled, row.bound_gap_ratio, row.bound_gap_mean) if bounded else None
    lower = tuple(-level for level in json.loads(row.lower_fitness))
    return Gap(row.gap_scaled, row.gap_ratio, row.gap_mean, upper, lower)


def failure_columns(ordinal: int, split: Split, failure: Failure) -> Columns:
    """Return the columns of table `failures`."""
    return {
        "candidate": ordinal,
        "split": split,
        "kind": failure.kind,
        "message": failure.message,
        "instance": failure.instance,
        **seconds_columns(failure.seconds),
    }


def failure_of(row: Record, facts: Facts | None) -> Failure:
    """Return the failure in a row of `failures`."""
    seconds = Seconds(row.compile_seconds, row.run_seconds, row.cpu_seconds)
    return Failure(FailureKind(row.kind), row.message, row.instance, facts, seconds)


def placement_columns(step: int, placement: RecordedPlacement) -> Columns:
    """Return the columns of table `placements`."""
    return {
        "step": step,
        "candidate": placement.candidate,
        "island": placement.island,
        "cell": json.dumps(placement.cell),
        "status": str(placement.status),
        "displaced": placement.displaced,
        "source_island": placement.source_island,
    }


def placement_of(row: Record) -> RecordedPlacement:
    """Return the placement in a row of `placements`."""
    cell = tuple(json.loads(row.cell))
    return RecordedPlacement(row.candidate, row.island, cell, row.status, row.displaced, row.source_island)


def _gap_columns(name: str, gap: Gap | None) -> Columns:
    figures = (None, None, None) if gap is None else (gap.scaled, gap.ratio, gap.mean)
    known = (None if figure is None else _finite(figure) for figure in figures)
    return dict(zip((f"{name}_scaled", f"{name}_ratio", f"{name}_mean"), known, strict=True))


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError(f"Expected a finite number, got {number}.")
    return float(number)


def _json(numbers: list[float] | list[list[float]] | dict[str, float]) -> str:
    return json.dumps(numbers, allow_nan=False)


def _array(content: str) -> NDArray[np.float64]:
    return np.array(json.loads(content), dtype=np.float64)
