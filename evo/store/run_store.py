"""The file of one run: four short transactions a candidate, so that nothing paid for is lost."""

import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from pathlib import Path
from types import TracebackType

from sqlalchemy import Connection

from evaluators import Failure, Outcome
from evo.core.context import Insight
from evo.core.records import Attempt, Draft, Request, Usage
from evo.store import calls, codec, statements
from evo.store.connection import Database, Mode, StoreError, WriterLock
from evo.store.history import read_history
from evo.store.records import CallStatus, History, Purpose, RecordedPlacement, RunHeader, RunStatus
from evo.store.schema import install, is_current, upgrade
from problems import Instance, Reference, Split

PATIENCE = 10.0
"""Seconds to wait for another program's lock."""


class RunStore:
    """One run's file; made by `create` or `open`, a context manager, used by one thread.

    One writer, any number of readers, also while the run goes on. Every `record_…` is one transaction: when it has
    returned, the record outlives the process. Each raises `StoreError` when the disk is full or the file is locked, and
    `ValueError` when a candidate is not in the state that comes before.
    """

    def __init__(self, database: Database, resources: ExitStack) -> None:
        self.path = database.path
        self._database = database
        self._resources = resources

    @classmethod
    def create(
        cls, path: Path, header: RunHeader, instances: Mapping[Split, Sequence[tuple[Instance, Reference]]]
    ) -> "RunStore":
        """Make the file of a new run.

        Raises:
            StoreError: the file exists, or cannot be made.
        """
        if path.exists():
            raise StoreError(f"{path}: exists already.")
        rows = [
            codec.instance_columns(split, position, instance, reference)
            for split, known in instances.items()
            for position, (instance, reference) in enumerate(known)
        ]
        with ExitStack() as stack:
            stack.enter_context(closing(WriterLock(path)))
            database = stack.enter_context(closing(Database(path, Mode.CREATE, PATIENCE)))
            with database.transaction() as connection:
                install(connection, path)
                connection.exec_driver_sql(statements.INSERT_RUN, codec.header_columns(header))
                _execute_each(connection, statements.INSERT_INSTANCE, rows)
            return cls(database, stack.pop_all())

    @classmethod
    def open(cls, path: Path, readonly: bool = False, patience: float = PATIENCE) -> "RunStore":
        """Open a run; `patience` is how long another program's lock is waited for, in seconds.

        A file that an older version wrote gets its new columns first, also when it is only read.

        Raises:
            StoreError: no such file, not a run's, newer than this program, or another process is writing it.
        """
        if not path.is_file():
            raise StoreError(f"{path}: no such file.")
        with ExitStack() as stack:
            if not readonly:
                stack.enter_context(closing(WriterLock(path)))
            mode = Mode.READ if readonly else Mode.WRITE
            database = stack.enter_context(closing(Database(path, mode, patience)))
            with database.transaction() as connection:
                if not readonly:
                    upgrade(connection, path)
                current = is_current(connection, path)
            if current:
                return cls(database, stack.pop_all())
        cls.open(path, patience=patience).close()
        return cls.open(path, readonly, patience)

    def __enter__(self) -> "RunStore":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the file."""
        self._resources.close()

    def snapshot(self) -> AbstractContextManager[Connection]:
        """Return one unchanging view of the run, for queries."""
        return self._database.transaction()

    def history(self) -> History:
        """Return everything that resuming or replaying needs."""
        with self.snapshot() as connection:
            return read_history(connection)

    def resume(self) -> None:
        """Mark the run as running again, and calls that nobody waits for any more as unknown: they stay charged."""
        with self._database.transaction() as connection:
            connection.exec_driver_sql(statements.FORGET_INTENTS)
            connection.exec_driver_sql(statements.SET_STATUS, {"status": RunStatus.RUNNING, "ended": None})

    def record_intent(self, request: Request) -> None:
        """Record a proposal before anything is sent; a prompt is charged at its worst until the reply comes."""
        proposal = request.proposal
        candidate: codec.Columns = {
            "ordinal": proposal.ordinal,
            "island": proposal.island,
            "operator": proposal.operator.name,
            "model": request.model,
            "entropy": str(proposal.entropy),
            "instruction": codec.storable(request.instruction),
            "target": codec.target_text(proposal.target),
            "odds": json.dumps(dict(proposal.odds)) if proposal.odds else "",
            "created": codec.now(),
        }
        origins = [parent.ordinal for parent in proposal.parents]
        if proposal.broken is not None:
            origins.append(proposal.broken.ordinal)
        parents: list[codec.Columns] = [
            {"child": proposal.ordinal, "position": position, "parent": origin}
            for position, origin in enumerate(origins)
        ]
        with self._database.transaction() as connection:
            connection.exec_driver_sql(statements.INSERT_CANDIDATE, candidate)
            _execute_each(connection, statements.INSERT_PARENT, parents)
            if request.messages:
                connection.exec_driver_sql(statements.FORGET_INTENT, {"ordinal": proposal.ordinal})
                calls.insert_call(
                    connection, request, CallStatus.INTENT, Attempt(request.model, request.worst), request.worst
                )

    def record_draft(self, request: Request, draft: Draft) -> None:
        """Record what the author returned: the first attempt answers the intent, further ones are new calls."""
        ordinal = request.proposal.ordinal
        # A prompt that was not sent after all is charged nothing.
        unsent = (Attempt(request.model, Usage(), error=draft.reason),) if request.messages else ()
        with self._database.transaction() as connection:
            source = None if draft.source is None else calls.store_blob(connection, draft.source)
            for position, attempt in enumerate(draft.attempts or unsent):
                if position > 0 or not calls.answer_intent(connection, ordinal, attempt):
                    calls.insert_call(connection, request, calls.status_of(attempt), attempt, Usage())
            _advance(
                connection,
                statements.SET_DRAFTED,
                {"ordinal": ordinal, "source": source, "reason": codec.storable(draft.reason)},
            )

    def record_tuned(self, ordinal: int, source: str) -> None:
        """Record the source whose constants a search has set, in the place of that with marks."""
        with self._database.transaction() as connection:
            columns: codec.Columns = {"ordinal": ordinal, "source": calls.store_blob(connection, source)}
            _advance(connection, statements.SET_SOURCE, columns)

    def record_question(self, request: Request) -> None:
        """Record that a candidate is to be analysed, before anything is sent."""
        with self._database.transaction() as connection:
            connection.exec_driver_sql(statements.FORGET_INTENT, {"ordinal": request.proposal.ordinal})
            intent = Attempt(request.model, request.worst)
            calls.insert_call(connection, request, CallStatus.INTENT, intent, request.worst, Purpose.ANALYSIS)

    def record_insights(self, request: Request, attempts: Sequence[Attempt], insights: Sequence[Insight]) -> None:
        """Record what the analysis brought: the first attempt answers the question, further ones are new calls."""
        ordinal = request.proposal.ordinal
        rows = [codec.insight_columns(ordinal, position, insight) for position, insight in enumerate(insights)]
        with self._database.transaction() as connection:
            for position, attempt in enumerate(attempts):
                if position > 0 or not calls.answer_intent(connection, ordinal, attempt):
                    status = calls.status_of(attempt)
                    calls.insert_call(connection, request, status, attempt, Usage(), Purpose.ANALYSIS)
            _execute_each(connection, statements.INSERT_INSIGHT, rows)

    def record_outcome(
        self, ordinal: int, outcome: Outcome, repeat_of: int | None = None, fingerprint: str = ""
    ) -> None:
        """Record the outcome on train; a repeat only points to the earlier candidate whose outcome it shares."""
        facts = outcome.facts
        columns: codec.Columns = {
            "ordinal": ordinal,
            "digest": None if facts is None else facts.digest,
            "size": None if facts is None else facts.size,
            "repeat_of": repeat_of,
            "fingerprint": fingerprint,
        }
        with self._database.transaction() as connection:
            _advance(connection, statements.SET_EVALUATED, columns)
            if repeat_of is None:
                _insert_outcome(connection, ordinal, Split.TRAIN, outcome)

    def record_placements(self, step: int, placements: Sequence[RecordedPlacement], elapsed: float = 0.0) -> None:
        """Record what archives answered when it was this candidate's turn, migrants included; empty for a failure.

        `elapsed` is the wall time of the run so far, in seconds, earlier sessions included.
        """
        rows = [codec.placement_columns(step, placement) for placement in placements]
        with self._database.transaction() as connection:
            _execute_each(connection, statements.INSERT_PLACEMENT, rows)
            _advance(connection, statements.SET_PLACED, {"ordinal": step, "elapsed": elapsed})

    def record_score(self, ordinal: int, split: Split, outcome: Outcome) -> None:
        """Record what came of validation or test; when a resumed run scores again, the later one stays.

        As on train, a repeat's outcome is that of the candidate that it repeats.
        """
        with self._database.transaction() as connection:
            original = connection.exec_driver_sql(statements.ORIGINAL, {"ordinal": ordinal}).scalar_one()
            key = {"candidate": original, "split": split}
            connection.exec_driver_sql(statements.FORGET_EVALUATION, key)
            connection.exec_driver_sql(statements.FORGET_FAILURE, key)
            _insert_outcome(connection, original, split, outcome)

    def record_selected(self, ordinal: int, result: str = "{}") -> None:
        """Record the candidate that the run returns, and its result as a JSON text."""
        with self._database.transaction() as connection:
            connection.exec_driver_sql(statements.SET_SELECTED, {"best": ordinal, "result": result})

    def finish(self, status: RunStatus) -> None:
        """Record how the run ended."""
        with self._database.transaction() as connection:
            connection.exec_driver_sql(statements.SET_STATUS, {"status": status, "ended": codec.now()})


def _execute_each(connection: Connection, statement: str, rows: list[codec.Columns]) -> None:
    # An empty list would run the statement once, without parameters.
    if rows:
        connection.exec_driver_sql(statement, rows)


def _advance(connection: Connection, statement: str, columns: codec.Columns) -> None:
    if connection.exec_driver_sql(statement, columns).rowcount != 1:
        raise ValueError(f"Candidate {columns['ordinal']} is unknown or not in the state that comes before.")


def _insert_outcome(connection: Connection, ordinal: int, split: Split, outcome: Outcome) -> None:
    if isinstance(outcome, Failure):
        connection.exec_driver_sql(statements.INSERT_FAILURE, codec.failure_columns(ordinal, split, outcome))
    else:
        connection.exec_driver_sql(statements.INSERT_EVALUATION, codec.evaluation_columns(ordinal, outcome))
