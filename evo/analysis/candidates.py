"""The candidates of a run: found by what people call them, the best, and all that is recorded of one."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, select, text

from evaluators import Evaluation, Gap, Outcome
from evo.analysis.looks import LooksAtTest, looks_at_test
from evo.analysis.select import named_rows
from evo.analysis.select import select as select_text
from evo.core.errors import UserError
from evo.core.function_meaning import FunctionMeaning, function_meanings
from evo.core.records import Message, Usage
from evo.store import tables
from evo.store.calls import prompt_messages
from evo.store.connection import StoreError
from evo.store.fitness_sql import fittest_first
from evo.store.history import (
    Record,
    gap_of,
    original_of,
    placement_of,
    read_header,
    read_instances,
    read_outcomes,
    read_steps,
)
from evo.store.notes import Note, read_notes
from evo.store.records import CallStatus, InstanceRow, RecordedPlacement, RunHeader, Step
from evo.store.run_store import RunStore
from problems import Split

CANDIDATES, PARENTS = tables.candidates.c, tables.parents.c
PARENT_SOURCES = """
SELECT c.ordinal, b.content FROM candidates c JOIN blobs b ON b.sha256 = c.source
WHERE c.ordinal IN (SELECT parent FROM parents WHERE child = :ordinal)
"""
SEEDS = "SELECT ordinal FROM candidates WHERE operator = 'seed' ORDER BY ordinal"
FEWEST = 3
"""Letters of a digest that are needed at least."""
BEGINNING = """
SELECT ordinal, digest FROM candidates WHERE repeat_of IS NULL AND digest LIKE :beginning || '%' ORDER BY ordinal LIMIT 6
"""  # noqa: E501, the page docs/lineage.md has it in one line
DIGESTS = "SELECT ordinal, digest FROM candidates WHERE repeat_of IS NULL AND digest IS NOT NULL ORDER BY ordinal"


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate by its gap on one split, with its mean gap on validation where it has one."""

    ordinal: int
    gap: Gap
    validation: float | None
    size: int
    island: int
    operator: str
    model: str


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """A request to a model: what was said, and what it is charged (its reservation until the reply comes)."""

    attempt: int
    model: str
    status: CallStatus
    messages: tuple[Message, ...]
    reply: str | None
    error: str | None
    usage: Usage
    raw_usage: str
    created: str


@dataclass(frozen=True, slots=True)
class CandidateRecord:
    """All that is known of one candidate; a repeat shows the outcomes of the one it repeats.

    `placements` are this candidate's own, also as a migrant; `step.placements` are those made when it was its turn.
    `functions` say what its arguments mean and how its values decide; none of runs that did not record it.
    `notes` are people's on this candidate.
    """

    step: Step
    created: str
    digest: str | None
    size: int | None
    children: tuple[int, ...]
    repeats: tuple[int, ...]
    outcomes: Mapping[Split, Outcome]
    placements: tuple[RecordedPlacement, ...]
    calls: tuple[RecordedCall, ...]
    looks_at_test: LooksAtTest
    functions: tuple[FunctionMeaning, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def beside_test(self) -> tuple[str, ...]:
        """What is said beside its outcome on test; nothing where it has none."""
        return self.looks_at_test.sentences if Split.TEST in self.outcomes else ()


@dataclass(frozen=True, slots=True)
class InstanceScore:
    """What a candidate reached on one instance, at its position in the split."""

    position: int
    instance: InstanceRow
    value: float
    gap: float


def header(store: RunStore) -> RunHeader:
    """Return what is known of the run as a whole."""
    with store.snapshot() as connection:
        return read_header(connection)


def top(store: RunStore, count: int, split: Split = Split.TRAIN) -> tuple[Ranked, ...]:
    """Return the fittest on a split, repeats left out; equal gaps: the smaller, then the earlier one first."""
    with store.snapshot() as connection:
        rows = connection.execute(_ranked(split, count)).all()
    return tuple(
        Ranked(
            ordinal=row.candidate,
            gap=gap_of(row),
            validation=row.validation,
            size=row.size,
            island=row.island,
            operator=row.operator,
            model=row.model,
        )
        for row in rows
    )


def show(store: RunStore, ordinal: int) -> CandidateRecord:
    """Return all that is known of one candidate."""
    looks = looks_at_test(store, ordinal)
    with store.snapshot() as connection:
        row = connection.execute(select(tables.candidates).where(CANDIDATES.ordinal == ordinal)).one_or_none()
        if row is None:
            raise StoreError(f"{store.path}: no candidate {ordinal}.")
        outcomes = read_outcomes(connection, row.ordinal if row.repeat_of is None else row.repeat_of)
        placed = tables.placements.c
        own = select(tables.placements).where(placed.candidate == ordinal).order_by(placed.seq)
        step = read_steps(connection, outcomes, ordinal)[0]
        return CandidateRecord(
            step=step,
            created=row.created,
            digest=row.digest,
            size=row.size,
            children=_ordinals(connection, select(PARENTS.child).where(PARENTS.parent == ordinal).distinct()),
            repeats=_ordinals(connection, select(CANDIDATES.ordinal).where(CANDIDATES.repeat_of == ordinal)),
            outcomes={split: outcome for (_, split), outcome in outcomes.items()},
            placements=tuple(placement_of(placement) for placement in connection.execute(own)),
            calls=_calls(connection, ordinal),
            looks_at_test=looks,
            functions=function_meanings(read_header(connection).signatures, step.source),
            notes=tuple(note for note in read_notes(connection) if note.candidate == ordinal),
        )


def parent_sources(store: RunStore, ordinal: int) -> Mapping[int, str]:
    """Return the sources of a candidate's parents, of those that have one."""
    return {row.ordinal: row.content for row in named_rows(store, PARENT_SOURCES, ordinal=ordinal)}


def seeds(store: RunStore) -> tuple[CandidateRecord, ...]:
    """Return all that is known of the seeds, in their order."""
    return tuple(show(store, row.ordinal) for row in named_rows(store, SEEDS))


def worst_instances(store: RunStore, ordinal: int, count: int, split: Split = Split.TRAIN) -> tuple[InstanceScore, ...]:
    """Return the instances with the largest gaps of a candidate, the largest first.

    Raises:
        StoreError: the candidate has no score on this split.
    """
    with store.snapshot() as connection:
        original = original_of(connection, ordinal)
        outcome = read_outcomes(connection, original).get((original, split)) if original is not None else None
        instances = read_instances(connection)[split]
    if not isinstance(outcome, Evaluation):
        raise StoreError(f"{store.path}: candidate {ordinal} has no score on {split}.")
    scored = zip(instances, outcome.values.tolist(), outcome.gaps.tolist(), strict=True)
    scores = [InstanceScore(position, *score) for position, score in enumerate(scored)]
    return tuple(sorted(scores, key=lambda score: (-score.gap, score.position))[:count])


def _ranked(split: Split, count: int) -> Select[Any]:
    scores, validated = tables.evaluations.alias("e"), tables.evaluations.alias("v")
    also = (validated.c.candidate == scores.c.candidate) & (validated.c.split == Split.VALIDATION)
    shown = (CANDIDATES.size, CANDIDATES.island, CANDIDATES.operator, CANDIDATES.model)
    return (
        select(scores, *shown, validated.c.gap_scaled.label("validation"))
        .join(tables.candidates, CANDIDATES.ordinal == scores.c.candidate)
        .outerjoin(validated, also)
        .where(scores.c.split == split)
        .order_by(text(fittest_first("e")), CANDIDATES.size, CANDIDATES.ordinal)
        .limit(count)
    )


def _ordinals(connection: Connection, wanted: Select[Any]) -> tuple[int, ...]:
    return tuple(sorted(connection.execute(wanted).scalars()))


def _calls(connection: Connection, ordinal: int) -> tuple[RecordedCall, ...]:
    calls, prompts, replies = tables.calls, tables.blobs.alias("p"), tables.blobs.alias("r")
    wanted = (
        select(calls, prompts.c.content.label("prompt_content"), replies.c.content.label("reply_content"))
        .outerjoin(prompts, prompts.c.sha256 == calls.c.prompt)
        .outerjoin(replies, replies.c.sha256 == calls.c.reply)
        .where(calls.c.ordinal == ordinal)
        .order_by(calls.c.attempt)
    )
    return tuple(_call(row) for row in connection.execute(wanted))


def _call(row: Record) -> RecordedCall:
    return RecordedCall(
        attempt=row.attempt,
        model=row.model,
        status=row.status,
        messages=() if row.prompt_content is None else prompt_messages(row.prompt_content),
        reply=row.reply_content,
        error=row.error,
        usage=Usage(row.prompt_tokens, row.completion_tokens, row.dollars, row.seconds),
        raw_usage=row.raw_usage,
        created=row.created,
    )


def find_candidate(store: RunStore, name: str) -> int:
    """Return the ordinal that is meant.

    Raises:
        UserError: no candidate is called so, or several are; the message names near ones.
        StoreError: `best` is asked for before any candidate has a score.
    """
    if name == "best":
        return best_ordinal(store)
    if name.isdecimal() and len(name) < 19 and _exists(store, int(name)):
        return int(name)
    rows = select_text(store, BEGINNING, beginning=name.lower()) if len(name) >= FEWEST and name.isalnum() else ()
    if not rows:
        raise UserError(_unknown(store, name))
    if len(rows) > 1:
        fitting = ", ".join(f"{str(digest)[:12]} (#{ordinal})" for ordinal, digest in rows[:5])
        raise UserError(f"Several candidates fit {name!r}: {fitting}{', …' if len(rows) > 5 else ''}.")
    return int(str(rows[0][0]))


def _exists(store: RunStore, ordinal: int) -> bool:
    return bool(select_text(store, "SELECT 1 FROM candidates WHERE ordinal = :ordinal", ordinal=ordinal))


def _unknown(store: RunStore, name: str) -> str:
    """Say what there is: the range of ordinals, and digests that are nearly so."""
    first, last = select_text(store, "SELECT min(ordinal), max(ordinal) FROM candidates")[0]
    if last is None:
        return f"No candidate {name!r}: the run has none yet."
    expected = f"expected {first} to {last}, the beginning of a digest ({FEWEST} letters or more), or best"
    return f"No candidate {name!r}: {expected}{_nearest(store, name)}."


def _nearest(store: RunStore, name: str) -> str:
    """Name the digests that are most like what was asked for; an ordinal has none."""
    if name.isdecimal() or not name.isalnum() or len(name) < FEWEST:
        return ""
    length = max(len(name), 8)
    digests = {str(digest)[:length]: ordinal for ordinal, digest in select_text(store, DIGESTS)}
    close = difflib.get_close_matches(name.lower()[:length], digests, n=3, cutoff=0.5)
    return f"; nearest: {', '.join(f'{digest} (#{digests[digest]})' for digest in close)}" if close else ""


def best_ordinal(store: RunStore) -> int:
    """Return the candidate that validation picked, or the fittest on train while the run is not finished.

    Raises:
        StoreError: no candidate has a score yet.
    """
    picked = header(store).best
    if picked is not None:
        return picked
    fittest = top(store, 1)
    if not fittest:
        raise StoreError(f"{store.path}: no candidate has a score yet.")
    return fittest[0].ordinal
