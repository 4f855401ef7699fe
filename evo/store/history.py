"""A run as recorded, read in one pass over each table."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, case, func, select

from evaluators import Evaluation, Facts, Failure, Gap, Outcome, Seconds, no_levels
from evo.core.records import Usage
from evo.store import tables
from evo.store.calls import read_charged, read_insights
from evo.store.records import CallStatus, History, InstanceRow, RecordedPlacement, RunHeader, State, Step
from problems import Reference, Split

Outcomes = Mapping[tuple[int, Split], Outcome]
Record = Row[Any]
"""A row with an attribute for each column."""


def read_history(connection: Connection) -> History:
    """Return what resuming or replaying needs."""
    outcomes = read_outcomes(connection)
    return History(
        header=read_header(connection),
        instances=read_instances(connection),
        steps=read_steps(connection, outcomes),
        scores={key: outcome for key, outcome in outcomes.items() if key[1] is not Split.TRAIN},
        spent=_spent(connection),
        baselines=_baselines(connection),
    )


def original_of(connection: Connection, ordinal: int) -> int | None:
    """Return the candidate that has the outcomes: itself, or the one that it repeats; None where there is none."""
    columns = tables.candidates.c
    wanted = select(func.coalesce(columns.repeat_of, columns.ordinal)).where(columns.ordinal == ordinal)
    return connection.execute(wanted).scalar()


def read_header(connection: Connection) -> RunHeader:
    """Return the run's own row."""
    row = connection.execute(select(tables.run)).one()
    return RunHeader(
        uid=row.uid,
        problem=row.problem,
        seed=row.seed,
        config=row.config,
        version=row.version,
        environment=row.environment,
        isolation=row.isolation,
        started=row.started,
        status=row.status,
        ended=row.ended,
        best=row.best,
        result=row.result,
        seconds=connection.execute(select(func.max(tables.candidates.c.elapsed))).scalar_one() or 0.0,
        overrides=row.overrides,
        folders=row.folders,
        code=row.code,
        origin=row.origin,
        signatures=row.signatures,
    )


def read_instances(connection: Connection) -> dict[Split, tuple[InstanceRow, ...]]:
    """Return the instances of each split, in order."""
    by_split: dict[Split, list[InstanceRow]] = {split: [] for split in Split}
    columns = tables.instances.c
    for row in connection.execute(select(tables.instances).order_by(columns.split, columns.position)):
        obtained = (row.method, row.reference_seconds, row.versions, row.lower_references)
        reference = Reference(row.reference, row.bound, row.proven, *obtained)
        by_split[row.split].append(InstanceRow(row.name, row.family, row.digest, row.scale, reference))
    return {split: tuple(rows) for split, rows in by_split.items()}


def read_steps(connection: Connection, outcomes: Outcomes, only: int | None = None) -> tuple[Step, ...]:
    """Return all steps, or the one of a candidate; `outcomes` holds theirs."""
    parents = _parents(connection, only)
    placements = _placements(connection, only)
    charged = read_charged(connection, only)
    insights = read_insights(connection, only)
    columns, blobs = tables.candidates.c, tables.blobs
    wanted = (
        select(tables.candidates, blobs.c.content)
        .outerjoin(blobs, blobs.c.sha256 == columns.source)
        .order_by(columns.ordinal)
    )
    rows = connection.execute(wanted if only is None else wanted.where(columns.ordinal == only))
    return tuple(
        Step(
            ordinal=row.ordinal,
            island=row.island,
            operator=row.operator,
            model=row.model,
            parents=tuple(parents[row.ordinal]),
            entropy=row.entropy,
            state=row.state,
            source=row.content,
            reason=row.reason,
            outcome=outcomes.get((row.ordinal if row.repeat_of is None else row.repeat_of, Split.TRAIN)),
            repeat_of=row.repeat_of,
            placements=tuple(placements[row.ordinal]) if row.state == State.PLACED else None,
            instruction=row.instruction,
            target=row.target,
            emitter=row.emitter,
            fingerprint=row.fingerprint,
            usage=charged[row.ordinal].usage,
            messages=charged[row.ordinal].messages,
            insights=insights.get(row.ordinal, () if charged[row.ordinal].analysed else None),
        )
        for row in rows
    )


def read_outcomes(connection: Connection, only: int | None = None) -> dict[tuple[int, Split], Outcome]:
    """Return the outcomes by candidate and split, of all candidates or of one; a repeat has none of its own."""
    by_candidate: dict[tuple[int, Split], Outcome] = {}
    candidates = tables.candidates
    for table, outcome_of in ((tables.evaluations, _evaluation), (tables.failures, _failure)):
        wanted = select(table, candidates.c.digest, candidates.c.size).join(
            candidates, candidates.c.ordinal == table.c.candidate
        )
        for row in connection.execute(wanted if only is None else wanted.where(table.c.candidate == only)):
            by_candidate[row.candidate, row.split] = outcome_of(row)
    return by_candidate


def gap_of(row: Record) -> Gap:
    """Return the gap in a row of `evaluations`."""
    bounded = row.bound_gap_scaled is not None
    upper = Gap(row.bound_gap_scaled, row.bound_gap_ratio, row.bound_gap_mean) if bounded else None
    return Gap(row.gap_scaled, row.gap_ratio, row.gap_mean, upper, tuple(-level for level in row.lower_fitness))


def placement_of(row: Record) -> RecordedPlacement:
    """Return the placement in a row of `placements`."""
    return RecordedPlacement(row.candidate, row.island, row.cell, row.status, row.displaced, row.source_island)


def _baselines(connection: Connection) -> tuple[tuple[str, Outcome], ...]:
    scored, blobs = tables.baselines, tables.blobs
    wanted = (
        select(scored, blobs.c.content)
        .join(blobs, blobs.c.sha256 == scored.c.source)
        .where(scored.c.split == Split.TRAIN)
        .order_by(scored.c.name)
    )
    rows = connection.execute(wanted)
    return tuple((row.content, _evaluation(row) if row.kind is None else _failure(row)) for row in rows)


def _evaluation(row: Record) -> Evaluation:
    return Evaluation(
        split=row.split,
        facts=Facts(row.digest, row.size),
        values=row.objectives,
        gaps=row.gaps,
        gap=gap_of(row),
        measures=row.measures,
        seconds=_seconds(row),
        lower_values=row.lower_objectives if row.lower_fitness else no_levels(),
        repeats=row.repeats,
    )


def _failure(row: Record) -> Failure:
    facts = None if row.digest is None else Facts(row.digest, row.size)
    return Failure(row.kind, row.message, row.instance, facts, _seconds(row))


def _seconds(row: Record) -> Seconds:
    return Seconds(row.compile_seconds, row.run_seconds, row.cpu_seconds)


def _parents(connection: Connection, only: int | None) -> defaultdict[int, list[int]]:
    by_child: defaultdict[int, list[int]] = defaultdict(list)
    columns = tables.parents.c
    wanted = select(columns.child, columns.parent).order_by(columns.child, columns.position)
    for row in connection.execute(wanted if only is None else wanted.where(columns.child == only)):
        by_child[row.child].append(row.parent)
    return by_child


def _placements(connection: Connection, only: int | None) -> defaultdict[int, list[RecordedPlacement]]:
    by_step: defaultdict[int, list[RecordedPlacement]] = defaultdict(list)
    columns = tables.placements.c
    wanted = select(tables.placements).order_by(columns.seq)
    for row in connection.execute(wanted if only is None else wanted.where(columns.step == only)):
        by_step[row.step].append(placement_of(row))
    return by_step


def _spent(connection: Connection) -> dict[CallStatus, Usage]:
    """Sum up what calls are charged; dollars are unknown when those of one call are."""
    columns = tables.calls.c
    counted_as = case((columns.status == CallStatus.INTENT, CallStatus.UNKNOWN), else_=columns.status).label(
        "counted_as"
    )
    dollars = case((func.count(columns.dollars) == func.count(), func.sum(columns.dollars)))
    sums = (func.sum(columns.prompt_tokens), func.sum(columns.completion_tokens), dollars, func.sum(columns.seconds))
    rows = connection.execute(select(counted_as, *sums).select_from(tables.calls).group_by(counted_as))
    return {CallStatus(status): Usage(*charged) for status, *charged in rows}
