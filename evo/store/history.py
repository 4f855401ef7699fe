"""A run as recorded, read in one pass over each table."""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import Connection, text

from evaluators import Facts, Outcome
from evo.core.records import Usage
from evo.store import codec
from evo.store.asked import read_asked, read_insights
from evo.store.records import (
    CallStatus,
    History,
    InstanceRow,
    RecordedPlacement,
    RunHeader,
    State,
    Step,
)
from problems import Split

Outcomes = Mapping[tuple[int, Split], Outcome]


def read_history(connection: Connection) -> History:
    """Return what resuming or replaying needs."""
    outcomes = read_outcomes(connection)
    return History(
        header=read_header(connection),
        instances=read_instances(connection),
        steps=read_steps(connection, outcomes),
        scores={key: outcome for key, outcome in outcomes.items() if key[1] is not Split.TRAIN},
        spent=_spent(connection),
    )


def read_header(connection: Connection) -> RunHeader:
    """Return the run's own row."""
    seconds = "(SELECT coalesce(max(elapsed), 0.0) FROM candidates) AS seconds"
    return codec.header_of(connection.execute(text(f"SELECT run.*, {seconds} FROM run")).one())


def read_instances(connection: Connection) -> dict[Split, tuple[InstanceRow, ...]]:
    """Return the instances of each split, in order."""
    found: dict[Split, list[InstanceRow]] = {split: [] for split in Split}
    for row in connection.execute(text("SELECT * FROM instances ORDER BY split, position")):
        found[Split(row.split)].append(codec.instance_of(row))
    return {split: tuple(rows) for split, rows in found.items()}


def read_steps(connection: Connection, outcomes: Outcomes, only: int | None = None) -> tuple[Step, ...]:
    """Return all steps, or the one of a candidate; `outcomes` holds theirs."""
    parents = _parents(connection, only)
    placements = _placements(connection, only)
    asked = read_asked(connection, only)
    insights = read_insights(connection, only)
    rows = connection.execute(
        text(
            "SELECT c.*, b.content FROM candidates c LEFT JOIN blobs b ON b.sha256 = c.source"
            f"{_where('c.ordinal', only)} ORDER BY ordinal"
        )
    )
    return tuple(
        Step(
            ordinal=row.ordinal,
            island=row.island,
            operator=row.operator,
            model=row.model,
            parents=tuple(parents[row.ordinal]),
            entropy=int(row.entropy),
            state=State(row.state),
            source=row.content,
            reason=row.reason,
            outcome=outcomes.get((row.ordinal if row.repeat_of is None else row.repeat_of, Split.TRAIN)),
            repeat_of=row.repeat_of,
            placements=tuple(placements[row.ordinal]) if row.state == State.PLACED else None,
            instruction=row.instruction,
            target=codec.target_of(row.target),
            fingerprint=row.fingerprint,
            usage=asked[row.ordinal].usage,
            messages=asked[row.ordinal].messages,
            insights=insights.get(row.ordinal, () if asked[row.ordinal].analysed else None),
        )
        for row in rows
    )


def read_outcomes(connection: Connection, only: int | None = None) -> dict[tuple[int, Split], Outcome]:
    """Return the outcomes by candidate and split, of all candidates or of one; a repeat has none of its own."""
    found: dict[tuple[int, Split], Outcome] = {}
    for table in ("evaluations", "failures"):
        rows = connection.execute(
            text(
                f"SELECT o.*, c.digest, c.size FROM {table} o JOIN candidates c ON c.ordinal = o.candidate"
                f"{_where('o.candidate', only)}"
            )
        )
        for row in rows:
            found[row.candidate, Split(row.split)] = _outcome(row, table)
    return found


def _outcome(row: codec.Record, table: str) -> Outcome:
    facts = None if row.digest is None else Facts(row.digest, row.size)
    if table == "evaluations" and facts is not None:
        return codec.evaluation_of(row, facts)
    return codec.failure_of(row, facts)


def _where(column: str, only: int | None) -> str:
    return "" if only is None else f" WHERE {column} = {only:d}"


def _parents(connection: Connection, only: int | None) -> defaultdict[int, list[int]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    rows = connection.execute(
        text(f"SELECT child, parent FROM parents{_where('child', only)} ORDER BY child, position")
    )
    for row in rows:
        found[row.child].append(row.parent)
    return found


def _placements(connection: Connection, only: int | None) -> defaultdict[int, list[RecordedPlacement]]:
    found: defaultdict[int, list[RecordedPlacement]] = defaultdict(list)
    for row in connection.execute(text(f"SELECT * FROM placements{_where('step', only)} ORDER BY seq")):
        found[row.step].append(codec.placement_of(row))
    return found


def _spent(connection: Connection) -> dict[CallStatus, Usage]:
    """Sum up what calls are charged; dollars are unknown when those of one call are."""
    rows = connection.execute(
        text(
            "SELECT CASE status WHEN 'intent' THEN 'unknown' ELSE status END AS known, sum(prompt_tokens) AS prompt,"
            " sum(completion_tokens) AS completion, sum(seconds) AS seconds,"
            " CASE WHEN count(dollars) = count(*) THEN sum(dollars) END AS dollars FROM calls GROUP BY known"
        )
    )
    return {CallStatus(row.known): Usage(row.prompt, row.completion, row.dollars, row.seconds) for row in rows}
