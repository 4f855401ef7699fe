"""The file of one run: four short transactions a candidate, so that nothing paid for is lost."""

import math
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from pathlib import Path
from types import TracebackType

from sqlalchemy import Connection, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert as insert_once

from evaluators import Evaluation, Failure, Gap, Outcome, Seconds
from evo.core.context import Insight
from evo.core.records import Attempt, Draft, Request, Usage
from evo.store import calls, tables
from evo.store.connection import Database, Mode, StoreError, WriterLock
from evo.store.folders import DATABASE
from evo.store.history import original_of, read_header, read_history
from evo.store.looks import insert_look
from evo.store.migrations import install, is_current, upgrade
from evo.store.prepared_statements import Prepared, insert_all
from evo.store.records import CallStatus, History, Purpose, RecordedPlacement, RunHeader, RunStatus, ScoredBy, State
from islands import Axis
from problems import Instance, Reference, Split

PATIENCE = 10.0
"""Seconds to wait for another program's lock."""
DRAFT = ".part"
"""What the name of a record ends in until it is whole."""

CANDIDATES = tables.candidates.c
OF = CANDIDATES.ordinal == bindparam("of")
PROPOSED = CANDIDATES.state == State.PROPOSED
DRAFTED = CANDIDATES.state == State.DRAFTED
EVALUATED = CANDIDATES.state == State.EVALUATED
ADVANCED = update(tables.candidates).where(OF)
PROPOSAL = insert_once(tables.candidates)
FIRST = tables.candidates.alias("first")
ORIGINAL = select(FIRST.c.repeat_of).where(FIRST.c.ordinal == bindparam("repeated")).scalar_subquery()

INSERT_RUN = insert_all(tables.run, "id")
INSERT_INSTANCE = insert_all(tables.instances)
INSERT_ISLAND = insert_all(tables.islands)
# A candidate whose draft never came is proposed again when the run is resumed.
INSERT_CANDIDATE = Prepared(
    PROPOSAL.on_conflict_do_update(
        index_elements=[CANDIDATES.ordinal], set_={"model": PROPOSAL.excluded.model}, where=PROPOSED
    ),
    *("ordinal", "island", "operator", "model", "entropy", "instruction", "target", "odds", "emitter", "state"),
    "created",
)
INSERT_PARENT = Prepared(insert_once(tables.parents).on_conflict_do_nothing(), "child", "position", "parent")
SET_DRAFTED = Prepared(ADVANCED.where(PROPOSED).values(state=State.DRAFTED), "source", "reason")
SET_SOURCE = Prepared(ADVANCED.where(DRAFTED), "source")
# A repeat may have been recorded while the original's outcome was lost: then it is evaluated after all.
SET_EVALUATED = Prepared(
    ADVANCED.where(or_(DRAFTED, EVALUATED & CANDIDATES.repeat_of.is_not(None))).values(
        state=State.EVALUATED, repeat_of=func.coalesce(ORIGINAL, bindparam("repeated"))
    ),
    *("digest", "size", "fingerprint"),
)
SET_PLACED = Prepared(ADVANCED.where(EVALUATED).values(state=State.PLACED), "elapsed")
INSERT_EVALUATION = insert_all(tables.evaluations)
INSERT_FAILURE = insert_all(tables.failures)
INSERT_BASELINE = insert_all(tables.baselines)
NO_SCORES = {column.name: None for column in tables.baselines.columns}
INSERT_PLACEMENT = insert_all(tables.placements, "seq")
INSERT_INSIGHT = insert_all(tables.insights)


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
        cls,
        path: Path,
        header: RunHeader,
        instances: Mapping[Split, Sequence[tuple[Instance, Reference]]],
        islands: Sequence[tuple[str, Sequence[Axis]]] = (),
    ) -> "RunStore":
        """Make the file of a new run; `islands` are their names and the axes of their archives.

        The file is there whole or not at all: a kill leaves a draft at most, which the next one replaces.

        Raises:
            StoreError: the file exists, or cannot be made.
        """
        if path.exists():
            raise StoreError(f"{path}: exists already.")
        rows = [
            _instance_columns(split, position, instance, reference)
            for split, of_split in instances.items()
            for position, (instance, reference) in enumerate(of_split)
        ]
        with ExitStack() as stack:
            stack.enter_context(closing(WriterLock(path)))
            draft = path.with_name(path.name + DRAFT)
            for left in path.parent.glob(f"{draft.name}*"):
                left.unlink()
            with closing(Database(draft, Mode.CREATE, PATIENCE)) as database, database.transaction() as connection:
                install(connection, path)
                INSERT_RUN.run(connection, _header_columns(header))
                INSERT_INSTANCE.run_each(connection, rows)
                INSERT_ISLAND.run_each(connection, _island_columns(islands))
            draft.rename(path)
            database = stack.enter_context(closing(Database(path, Mode.WRITE, PATIENCE)))
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

    @classmethod
    def open_folder(cls, folder: Path) -> "RunStore":
        """Open the record of the run in a folder to read it; raises StoreError as `open` does."""
        return cls.open(folder / DATABASE, readonly=True)

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

    def header(self) -> RunHeader:
        """Return what is known of the run as a whole."""
        with self.snapshot() as connection:
            return read_header(connection)

    def resume(self, islands: Sequence[tuple[str, Sequence[Axis]]] = ()) -> None:
        """Mark the run as running again, and calls that nobody waits for any more as unknown: they stay charged.

        `islands` are recorded where an earlier version of ours has not.
        """
        with self._database.transaction() as connection:
            if connection.execute(select(func.count()).select_from(tables.islands)).scalar_one() == 0:
                INSERT_ISLAND.run_each(connection, _island_columns(islands))
            lost = update(tables.calls).where(tables.calls.c.status == CallStatus.INTENT)
            connection.execute(lost.values(status=CallStatus.UNKNOWN))
            connection.execute(update(tables.run).values(status=RunStatus.RUNNING, ended=None))

    def record_intent(self, request: Request) -> None:
        """Record a proposal before anything is sent; a prompt is charged at its worst until the reply comes."""
        proposal = request.proposal
        candidate = {
            "ordinal": proposal.ordinal,
            "island": proposal.island,
            "operator": proposal.operator.name,
            "model": request.model,
            "entropy": proposal.entropy,
            "instruction": request.instruction,
            "target": proposal.target,
            "odds": proposal.odds,
            "emitter": proposal.emitter,
            "state": State.PROPOSED,
            "created": tables.now(),
        }
        origins = [parent.ordinal for parent in proposal.parents]
        if proposal.broken is not None:
            origins.append(proposal.broken.ordinal)
        parents = [
            {"child": proposal.ordinal, "position": position, "parent": origin}
            for position, origin in enumerate(origins)
        ]
        with self._database.transaction() as connection:
            INSERT_CANDIDATE.run(connection, candidate)
            INSERT_PARENT.run_each(connection, parents)
            if request.messages:
                calls.forget_intent(connection, proposal.ordinal)
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
            _advance(connection, SET_DRAFTED, ordinal, {"source": source, "reason": draft.reason})

    def record_tuned(self, ordinal: int, source: str) -> None:
        """Record the source whose constants a search has set, in the place of that with marks."""
        with self._database.transaction() as connection:
            _advance(connection, SET_SOURCE, ordinal, {"source": calls.store_blob(connection, source)})

    def record_question(self, request: Request) -> None:
        """Record that a candidate is to be analysed, before anything is sent."""
        with self._database.transaction() as connection:
            calls.forget_intent(connection, request.proposal.ordinal)
            intent = Attempt(request.model, request.worst)
            calls.insert_call(connection, request, CallStatus.INTENT, intent, request.worst, Purpose.ANALYSIS)

    def record_insights(self, request: Request, attempts: Sequence[Attempt], insights: Sequence[Insight]) -> None:
        """Record what the analysis brought: the first attempt answers the question, further ones are new calls."""
        ordinal = request.proposal.ordinal
        rows = [
            {"candidate": ordinal, "position": position, "helps": i.helps, "text": i.text, "families": dict(i.families)}
            for position, i in enumerate(insights)
        ]
        with self._database.transaction() as connection:
            for position, attempt in enumerate(attempts):
                if position > 0 or not calls.answer_intent(connection, ordinal, attempt):
                    status = calls.status_of(attempt)
                    calls.insert_call(connection, request, status, attempt, Usage(), Purpose.ANALYSIS)
            INSERT_INSIGHT.run_each(connection, rows)

    def record_outcome(
        self, ordinal: int, outcome: Outcome, repeat_of: int | None = None, fingerprint: str = ""
    ) -> None:
        """Record the outcome on train; a repeat only points to the earlier candidate whose outcome it shares."""
        facts = outcome.facts
        columns = {
            "digest": None if facts is None else facts.digest,
            "size": None if facts is None else facts.size,
            "repeated": repeat_of,
            "fingerprint": fingerprint,
        }
        with self._database.transaction() as connection:
            _advance(connection, SET_EVALUATED, ordinal, columns)
            if repeat_of is None:
                _insert_outcome(connection, ordinal, Split.TRAIN, outcome)

    def record_placements(self, step: int, placements: Sequence[RecordedPlacement], elapsed: float = 0.0) -> None:
        """Record what archives answered when it was this candidate's turn, migrants included; empty for a failure.

        `elapsed` is the wall time of the run so far, in seconds, earlier sessions included.
        """
        rows = [_placement_columns(step, placement) for placement in placements]
        with self._database.transaction() as connection:
            INSERT_PLACEMENT.run_each(connection, rows)
            _advance(connection, SET_PLACED, step, {"elapsed": elapsed})

    def record_score(self, ordinal: int, split: Split, outcome: Outcome, scored_by: ScoredBy = ScoredBy.RUN) -> None:
        """Record what came of validation or test; when a resumed run scores again, the later one stays.

        As on train, a repeat's outcome is that of the candidate that it repeats. On test this is one more look.
        """
        with self._database.transaction() as connection:
            original = original_of(connection, ordinal)
            if original is None:
                raise ValueError(f"Candidate {ordinal} is unknown.")
            for table in (tables.evaluations, tables.failures):
                connection.execute(delete(table).where(table.c.candidate == original, table.c.split == split))
            _insert_outcome(connection, original, split, outcome)
            if split is Split.TEST:
                insert_look(connection, scored_by, original, None if outcome.facts is None else outcome.facts.digest)

    def record_baselines(self, sources: Mapping[str, str], outcomes: Mapping[str, Outcome]) -> None:
        """Record what came of the baselines on train, by name, in the place of what is on record."""
        with self._database.transaction() as connection:
            connection.execute(delete(tables.baselines).where(tables.baselines.c.split == Split.TRAIN))
            for name, outcome in outcomes.items():
                source = calls.store_blob(connection, sources[name])
                INSERT_BASELINE.run(connection, _baseline_columns(name, source, outcome))

    def record_selected(self, ordinal: int, result: str = "{}") -> None:
        """Record the candidate that the run returns, and its result as a JSON text."""
        with self._database.transaction() as connection:
            connection.execute(update(tables.run).values(best=ordinal, result=result))

    def finish(self, status: RunStatus) -> None:
        """Record how the run ended."""
        with self._database.transaction() as connection:
            connection.execute(update(tables.run).values(status=status, ended=tables.now()))


def _advance(connection: Connection, statement: Prepared, ordinal: int, columns: Mapping[str, object]) -> None:
    if statement.run(connection, {"of": ordinal, **columns}) != 1:
        raise ValueError(f"Candidate {ordinal} is unknown or not in the state that comes before.")


def _insert_outcome(connection: Connection, ordinal: int, split: Split, outcome: Outcome) -> None:
    if isinstance(outcome, Failure):
        INSERT_FAILURE.run(connection, _failure_columns(ordinal, split, outcome))
    else:
        INSERT_EVALUATION.run(connection, _evaluation_columns(ordinal, outcome))


def _header_columns(header: RunHeader) -> dict[str, object]:
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
        "overrides": header.overrides,
        "folders": header.folders,
        "code": header.code,
        "origin": header.origin,
        "signatures": header.signatures,
    }


def _island_columns(islands: Sequence[tuple[str, Sequence[Axis]]]) -> list[dict[str, object]]:
    return [
        {"island": island, "name": name, "axis": place, "measure": axis.measure, "edges": axis.edges}
        for island, (name, axes) in enumerate(islands)
        for place, axis in enumerate(axes)
    ]


def _instance_columns(split: Split, position: int, instance: Instance, reference: Reference) -> dict[str, object]:
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
        "lower_references": reference.lower,
    }


def _baseline_columns(name: str, source: str, outcome: Outcome) -> dict[str, object]:
    """Return the columns of table `baselines` of an outcome on train."""
    digest, size = (None, None) if outcome.facts is None else (outcome.facts.digest, outcome.facts.size)
    known = {"name": name, "split": Split.TRAIN, "source": source, "digest": digest, "size": size}
    came = _fault_columns(outcome) if isinstance(outcome, Failure) else _score_columns(outcome)
    return {**NO_SCORES, **known, **came}


def _evaluation_columns(ordinal: int, evaluation: Evaluation) -> dict[str, object]:
    return {"candidate": ordinal, "split": evaluation.split, **_score_columns(evaluation)}


def _score_columns(evaluation: Evaluation) -> dict[str, object]:
    """Return the columns of a score, in tables `evaluations` and `baselines`.

    Raises:
        ValueError: a number is not finite.
    """
    return {
        "fitness": _finite(evaluation.fitness),
        **_gap_columns("gap", evaluation.gap),
        **_gap_columns("bound_gap", evaluation.gap.upper),
        "measures": {name: float(value) for name, value in evaluation.measures.items()},
        "objectives": evaluation.values,
        "gaps": evaluation.gaps,
        "lower_fitness": evaluation.lower,
        "lower_objectives": evaluation.lower_values,
        "repeats": evaluation.repeats,
        **_seconds_columns(evaluation.seconds),
    }


def _failure_columns(ordinal: int, split: Split, failure: Failure) -> dict[str, object]:
    return {"candidate": ordinal, "split": split, **_fault_columns(failure)}


def _fault_columns(failure: Failure) -> dict[str, object]:
    return {
        "kind": failure.kind,
        "message": failure.message,
        "instance": failure.instance,
        **_seconds_columns(failure.seconds),
    }


def _placement_columns(step: int, placement: RecordedPlacement) -> dict[str, object]:
    return {
        "step": step,
        "candidate": placement.candidate,
        "island": placement.island,
        "cell": placement.cell,
        "status": placement.status,
        "displaced": placement.displaced,
        "source_island": placement.source_island,
    }


def _seconds_columns(seconds: Seconds) -> dict[str, object]:
    return {"compile_seconds": seconds.compile, "run_seconds": seconds.run, "cpu_seconds": seconds.cpu}


def _gap_columns(name: str, gap: Gap | None) -> dict[str, object]:
    figures = (None, None, None) if gap is None else (gap.scaled, gap.ratio, gap.mean)
    known = (None if figure is None else _finite(figure) for figure in figures)
    return dict(zip((f"{name}_scaled", f"{name}_ratio", f"{name}_mean"), known, strict=True))


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError(f"Expected a finite number, got {number}.")
    return float(number)
