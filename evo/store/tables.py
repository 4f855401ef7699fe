"""The tables of a run's file with the types of their columns: the one place where values become columns and back.

Constraints and indexes stand in `evo/store/migrations.py`, which makes the tables; a test compares the columns of both.
Floats pass through JSON by repr, which returns them bit for bit.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Boolean, Column, Dialect, Float, Integer, MetaData, Table, Text
from sqlalchemy.types import TypeDecorator

from evaluators import FailureKind, Isolation
from evo.core.records import Wanted
from evo.store.records import CallStatus, Purpose, RunStatus, ScoredBy, State
from problems import Direction, Parameter, Signature, Split

T = TypeVar("T")


class Written(TypeDecorator[T], Generic[T]):
    """A column of text that two functions write and read; NULL stays None."""

    impl = Text
    cache_ok = True

    def __init__(self, write: Callable[[T], str], read: Callable[[str], T]) -> None:
        super().__init__()
        self.write = write
        self.read = read

    def process_bind_param(self, value: T | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Return the text of a value."""
        return None if value is None else self.write(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> T | None:  # noqa: ARG002
        """Return the value of a text."""
        return None if value is None else self.read(value)


class Member(TypeDecorator[StrEnum]):
    """A column of text that holds members of an enumeration, which are texts themselves."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:  # noqa: ARG002
        """Return the member of a text."""
        return None if value is None else self.kind(value)


def now() -> str:
    """Return the time, UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def storable(content: str) -> str:
    """Replace lone surrogates, which a model's JSON can hold and UTF-8 cannot."""
    return content.encode("utf-8", "replace").decode()


_json = json.JSONEncoder(allow_nan=False).encode


def _write_array(array: NDArray[np.float64]) -> str:
    return _json(array.tolist())


def _read_array(content: str) -> NDArray[np.float64]:
    return np.array(json.loads(content), dtype=np.float64)


def _read_tuple(content: str) -> tuple[object, ...]:
    return tuple(json.loads(content))


def _write_odds(odds: Mapping[str, float]) -> str:
    return json.dumps(dict(odds)) if odds else ""


def _read_odds(content: str) -> Mapping[str, float]:
    return dict(json.loads(content)) if content else {}


def _write_target(target: Sequence[Wanted]) -> str:
    return json.dumps([[one.measure, one.low, one.high] for one in target]) if target else ""


def _read_target(content: str) -> Sequence[Wanted]:
    return tuple(Wanted(*one) for one in json.loads(content)) if content else ()


def _write_signatures(signatures: Sequence[Signature]) -> str:
    return json.dumps([asdict(one) for one in signatures])


def _read_signatures(content: str) -> Sequence[Signature]:
    return tuple(_signature(one) for one in json.loads(content))


def _signature(values: Mapping[str, Any]) -> Signature:
    direction = values["direction"] and Direction(values["direction"])
    parameters = tuple(Parameter(**one) for one in values["parameters"])
    return Signature(**{**values, "parameters": parameters, "direction": direction})


STORABLE = Written[str](storable, str)
ENTROPY = Written[int](str, int)
"""Up to 128 bits."""
JSON = Written[object](_json, json.loads)
TUPLE = Written[tuple[object, ...]](_json, _read_tuple)
ARRAY = Written[NDArray[np.float64]](_write_array, _read_array)
ODDS = Written[Mapping[str, float]](_write_odds, _read_odds)
TARGET = Written[Sequence[Wanted]](_write_target, _read_target)
SIGNATURES = Written[Sequence[Signature]](_write_signatures, _read_signatures)
SPLIT = Member(Split)

metadata = MetaData()
blobs = Table("blobs", metadata, Column("sha256", Text), Column("content", Text))
run = Table(
    "run",
    metadata,
    *(Column("id", Integer), Column("uid", Text), Column("problem", Text), Column("seed", Integer)),
    *(Column("config", Text), Column("config_sha256", Text), Column("version", Text), Column("environment", Text)),
    *(Column("isolation", Member(Isolation)), Column("status", Member(RunStatus))),
    *(Column("started", Text), Column("ended", Text), Column("best", Integer), Column("result", Text)),
    *(Column("overrides", TUPLE), Column("folders", TUPLE), Column("code", Text), Column("origin", Text)),
    Column("signatures", SIGNATURES),
)
islands = Table(
    "islands",
    metadata,
    *(Column("island", Integer), Column("name", Text), Column("axis", Integer), Column("measure", Text)),
    Column("edges", TUPLE),
)
instances = Table(
    "instances",
    metadata,
    *(Column("split", SPLIT), Column("position", Integer), Column("name", Text), Column("family", Text)),
    *(Column("digest", Text), Column("scale", Float), Column("reference", Float), Column("bound", Float)),
    *(Column("proven", Boolean), Column("method", Text), Column("reference_seconds", Float), Column("versions", Text)),
    Column("lower_references", TUPLE),
)
candidates = Table(
    "candidates",
    metadata,
    *(Column("ordinal", Integer), Column("island", Integer), Column("operator", Text), Column("model", Text)),
    *(Column("entropy", ENTROPY), Column("source", Text), Column("reason", STORABLE), Column("digest", Text)),
    *(Column("size", Integer), Column("repeat_of", Integer), Column("state", Member(State)), Column("created", Text)),
    *(Column("elapsed", Float), Column("instruction", STORABLE), Column("target", TARGET), Column("odds", ODDS)),
    *(Column("fingerprint", Text), Column("emitter", Text)),
)
parents = Table("parents", metadata, Column("child", Integer), Column("position", Integer), Column("parent", Integer))
calls = Table(
    "calls",
    metadata,
    *(Column("id", Integer), Column("ordinal", Integer), Column("attempt", Integer), Column("operator", Text)),
    *(Column("model", Text), Column("status", Member(CallStatus)), Column("prompt", Text), Column("reply", Text)),
    *(Column("prompt_tokens", Integer), Column("completion_tokens", Integer), Column("dollars", Float)),
    *(Column("reserved_tokens", Integer), Column("reserved_dollars", Float), Column("seconds", Float)),
    *(Column("error", STORABLE), Column("raw_usage", Text), Column("created", Text)),
    *(Column("purpose", Member(Purpose)), Column("sample", Integer)),
)
insights = Table(
    "insights",
    metadata,
    *(Column("candidate", Integer), Column("position", Integer), Column("helps", Boolean), Column("text", STORABLE)),
    Column("families", JSON),
)


def _seconds() -> tuple[Column[float], ...]:
    return Column("compile_seconds", Float), Column("run_seconds", Float), Column("cpu_seconds", Float)


def _scores() -> tuple[Column[Any], ...]:
    return (
        *(Column("fitness", Float), Column("gap_scaled", Float), Column("gap_ratio", Float), Column("gap_mean", Float)),
        *(Column("measures", JSON), Column("objectives", ARRAY), Column("gaps", ARRAY), *_seconds()),
        *(Column("bound_gap_scaled", Float), Column("bound_gap_ratio", Float), Column("bound_gap_mean", Float)),
        *(Column("lower_fitness", TUPLE), Column("lower_objectives", ARRAY), Column("repeats", Boolean)),
    )


def _fault() -> tuple[Column[Any], ...]:
    return Column("kind", Member(FailureKind)), Column("message", Text), Column("instance", Text)


evaluations = Table("evaluations", metadata, Column("candidate", Integer), Column("split", SPLIT), *_scores())
failures = Table("failures", metadata, Column("candidate", Integer), Column("split", SPLIT), *_fault(), *_seconds())
baselines = Table(
    "baselines",
    metadata,
    *(Column("name", Text), Column("split", SPLIT), Column("source", Text)),
    *(Column("digest", Text), Column("size", Integer)),
    *_scores(),
    *_fault(),
)
placements = Table(
    "placements",
    metadata,
    *(Column("seq", Integer), Column("step", Integer), Column("candidate", Integer), Column("island", Integer)),
    *(Column("cell", TUPLE), Column("status", Text), Column("displaced", Integer), Column("source_island", Integer)),
)
test_looks = Table(
    "test_looks",
    metadata,
    *(Column("id", Integer), Column("scored_by", Member(ScoredBy)), Column("candidate", Integer)),
    *(Column("digest", Text), Column("created", Text)),
)
notes = Table(
    "notes",
    metadata,
    *(Column("id", Integer), Column("candidate", Integer), Column("text", STORABLE), Column("created", Text)),
)
