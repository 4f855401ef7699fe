"""References of instances, computed once on all cores and kept in one small SQLite file for all runs."""

import hashlib
import inspect
import json
import multiprocessing
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import closing
from dataclasses import MISSING, Field, astuple, fields, is_dataclass, replace
from pathlib import Path

from problems import Instance, Problem, Reference, Split

Progress = Callable[[int, int], None]

TABLE = """CREATE TABLE IF NOT EXISTS reference_records (
  method_of TEXT, code TEXT, instance TEXT,
  value REAL NOT NULL, bound REAL, proven INTEGER NOT NULL, method TEXT NOT NULL,
  seconds REAL NOT NULL, versions TEXT NOT NULL, lower TEXT NOT NULL DEFAULT '[]',
  PRIMARY KEY (method_of, code, instance))"""
INSERT = "INSERT OR REPLACE INTO reference_records VALUES (?,?,?,?,?,?,?,?,?,?)"


def references(
    problem: Problem,
    instances: Sequence[Instance],
    file: Path,
    folders: Sequence[str] = (),
    progress: Progress | None = None,
    renew: bool = False,
) -> tuple[Reference, ...]:
    """Return the references in the order of the instances; those not in `file` are computed and put there at once.

    What was computed before an interruption is kept. `folders` holds the modules of problems from outside. `progress`
    hears how many of the missing ones are done. `renew` computes again those that are known but not proven.

    Raises:
        sqlite3.Error: the file cannot be read or written.
    """
    digests = [instance.digest() for instance in instances]
    with closing(sqlite3.connect(file, timeout=30)) as connection:
        _make_table(connection)
        known = _kept(connection, problem)
        wanted = {d: i for d, i in zip(digests, instances, strict=True) if _is_missing(known.get(d), renew)}
        for done, (digest, reference) in enumerate(_computed(problem, wanted, folders), 1):
            known[digest] = reference
            with connection:
                connection.execute(INSERT, (*_code_of(problem), digest, *_columns(reference)))
            if progress is not None:
                progress(done, len(wanted))
    return tuple(known[digest] for digest in digests)


def kept_references(problem: Problem, instances: Sequence[Instance], file: Path) -> tuple[Reference | None, ...]:
    """Return what `file` holds for each instance, None where there is nothing yet; computes nothing.

    Raises:
        sqlite3.Error: the file cannot be read.
    """
    with closing(sqlite3.connect(file, timeout=30)) as connection:
        _make_table(connection)
        known = _kept(connection, problem)
    return tuple(known.get(instance.digest()) for instance in instances)


def _make_table(connection: sqlite3.Connection) -> None:
    """Make the table, or add to an earlier one what it lacks."""
    connection.execute(TABLE)
    if "lower" not in {row[1] for row in connection.execute("PRAGMA table_info(reference_records)")}:
        connection.execute("ALTER TABLE reference_records ADD COLUMN lower TEXT NOT NULL DEFAULT '[]'")


def _columns(reference: Reference) -> tuple[object, ...]:
    return (*astuple(reference)[:-1], json.dumps(reference.lower))


def _is_missing(reference: Reference | None, renew: bool) -> bool:
    return reference is None or (renew and not reference.proven)


def _kept(connection: sqlite3.Connection, problem: Problem) -> dict[str, Reference]:
    rows = connection.execute(
        "SELECT instance, value, bound, proven, method, seconds, versions, lower FROM reference_records"
        " WHERE method_of = ? AND code = ?",
        _code_of(problem),
    )
    return {
        digest: Reference(value, bound, bool(proven), method, seconds, versions, tuple(json.loads(lower)))
        for digest, value, bound, proven, method, seconds, versions, lower in rows
    }


def _computed(problem: Problem, wanted: dict[str, Instance], folders: Sequence[str]) -> Iterator[tuple[str, Reference]]:
    """Yield the digests with their references as they are ready; a few are computed here."""
    if len(wanted) < 8:  # starting processes costs more
        for digest, instance in wanted.items():
            yield digest, _timed(problem, instance)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(mp_context=context, initializer=_prepare, initargs=(tuple(folders),)) as pool:
        try:
            pending = {pool.submit(_timed, problem, instance): digest for digest, instance in wanted.items()}
            for done in as_completed(pending):
                yield pending[done], done.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _timed(problem: Problem, instance: Instance) -> Reference:
    """Compute a reference; where the problem does not say what it took, the CPU seconds of this process count."""
    started = time.process_time()
    reference = problem.reference(instance)
    return reference if reference.seconds else replace(reference, seconds=time.process_time() - started)


def _prepare(folders: tuple[str, ...]) -> None:
    """Let a process find the user's problems, and end at Ctrl-C without a word."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.path[:0] = [folder for folder in folders if folder not in sys.path]


def _code_of(problem: Problem) -> tuple[str, str]:
    """Return which method computes the references and a hash of the sources beside it and below, and of settings.

    References made by other code or settings are not taken for ours; problems that share the method share the rest.
    """
    method = type(problem).reference
    hashed = hashlib.sha256(repr(_settings_of(problem)).encode())
    for path in sorted(Path(inspect.getfile(method)).parent.rglob("*.py")):
        hashed.update(path.read_bytes())
    return f"{method.__module__}.{method.__qualname__}", hashed.hexdigest()[:16]


def _settings_of(problem: Problem) -> list[tuple[str, object]]:
    """Return the settings that differ from their defaults, but those that only choose the instances."""
    drawn = ("seed", *Split)
    own: list[Field[object]] = (
        [field for field in fields(problem) if field.name not in drawn] if is_dataclass(problem) else []
    )
    return [(field.name, value) for field in own if (value := getattr(problem, field.name)) != _default_of(field)]


def _default_of(field: Field[object]) -> object:
    return field.default_factory() if field.default_factory is not MISSING else field.default
