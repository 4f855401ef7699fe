"""References of instances, computed once on all cores and kept in one small SQLite file for all runs."""

import hashlib
import inspect
import multiprocessing
import sqlite3
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from pathlib import Path

from problems import Instance, Problem, Reference

Progress = Callable[[int, int], None]

TABLE = """CREATE TABLE IF NOT EXISTS reference_values (
  problem TEXT, code TEXT, instance TEXT,
  value REAL NOT NULL, bound REAL, proven INTEGER NOT NULL, method TEXT NOT NULL,
  PRIMARY KEY (problem, code, instance))"""


def references(
    problem: Problem,
    instances: Sequence[Instance],
    file: Path,
    folders: Sequence[str] = (),
    progress: Progress | None = None,
) -> tuple[Reference, ...]:
    """Return the references in the order of the instances; those not in `file` are computed and put there at once.

    `folders` holds the modules of problems from outside. `progress` hears how many of the missing ones are done.

    Raises:
        sqlite3.Error: the file cannot be read or written.
    """
    digests = [instance.digest() for instance in instances]
    code = _code_digest(problem)
    with closing(sqlite3.connect(file, timeout=30)) as connection:
        connection.execute(TABLE)
        known = _kept(connection, problem.name, code)
        missing = {d: i for d, i in zip(digests, instances, strict=True) if d not in known}
        computed = _computed(problem, list(missing.values()), folders)
        for done, (digest, reference) in enumerate(zip(missing, computed, strict=True), 1):
            known[digest] = reference
            row = (reference.value, reference.bound, reference.proven, reference.method)
            with connection:
                connection.execute(
                    "INSERT OR REPLACE INTO reference_values VALUES (?,?,?,?,?,?,?)", (problem.name, code, digest, *row)
                )
            if progress is not None:
                progress(done, len(missing))
    return tuple(known[digest] for digest in digests)


def _kept(connection: sqlite3.Connection, problem: str, code: str) -> dict[str, Reference]:
    rows = connection.execute(
        "SELECT instance, value, bound, proven, method FROM reference_values WHERE problem = ? AND code = ?",
        (problem, code),
    )
    return {digest: Reference(value, bound, bool(proven), method) for digest, value, bound, proven, method in rows}


def _computed(problem: Problem, instances: Sequence[Instance], folders: Sequence[str]) -> Iterable[Reference]:
    if len(instances) < 8:  # starting processes costs more
        yield from map(problem.reference, instances)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(mp_context=context, initializer=_extend_path, initargs=(tuple(folders),)) as pool:
        yield from pool.map(problem.reference, instances, chunksize=4)


def _extend_path(folders: tuple[str, ...]) -> None:
    sys.path[:0] = [folder for folder in folders if folder not in sys.path]


def _code_digest(problem: Problem) -> str:
    """Return a hash of the sources beside the problem's own: references made by other code are not taken for ours."""
    hashed = hashlib.sha256()
    for path in sorted(Path(inspect.getfile(type(problem))).parent.glob("*.py")):
        hashed.update(path.read_bytes())
    return hashed.hexdigest()[:16]
