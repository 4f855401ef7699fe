"""References of instances, computed once on all cores and kept in one small SQLite file for all runs."""

import hashlib
import inspect
import json
import multiprocessing
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import closing, contextmanager
from dataclasses import MISSING, Field, astuple, fields, is_dataclass, replace
from pathlib import Path

from problems import Instance, Problem, Reference, ReferenceMethod, Split

Progress = Callable[[int, int], None]

TABLE = """CREATE TABLE IF NOT EXISTS reference_records (
  method_of TEXT, code TEXT, instance TEXT,
  value REAL NOT NULL, bound REAL, proven INTEGER NOT NULL, method TEXT NOT NULL,
  seconds REAL NOT NULL, versions TEXT NOT NULL, lower TEXT NOT NULL DEFAULT '[]',
  PRIMARY KEY (method_of, code, instance))"""
SELECT = (
    "SELECT instance, value, bound, proven, method, seconds, versions, lower FROM reference_records"
    " WHERE method_of = ? AND code = ?"
)
INSERT = "INSERT OR REPLACE INTO reference_records VALUES (?,?,?,?,?,?,?,?,?,?)"
EARLIER: Mapping[tuple[str, str], tuple[str, str]] = {
    ("smtt exact 1", ""): ("problems.smtt.problem.TotalTardiness.reference", "2336ac09a7b2cf1b"),
    ("smtt exact 1", "budget_class='A'"): ("problems.smtt.problem.TotalTardiness.reference", "c8cf928091fb7b45"),
    ("smtt exact 1", "budget_class='B'"): ("problems.smtt.problem.TotalTardiness.reference", "be6e2986e58d1409"),
    ("smtt exact 1", "budget_class='C'"): ("problems.smtt.problem.TotalTardiness.reference", "565a002e3a5ce91f"),
    ("smtt exact 1", "budget_class='D'"): ("problems.smtt.problem.TotalTardiness.reference", "41a843e62d99dee1"),
    ("obp column generation 1", ""): ("problems.obp.problem.BinPacking.reference", "7e1b7ddf645609f7"),
    ("obp column generation 1", "exposure='all'"): ("problems.obp.problem.BinPacking.reference", "573ee907703728fd"),
    ("jobshop published or tabu search 1", ""): ("problems.jobshop.problem.JobShop.reference", "ee5d5555d9aa5692"),
    ("jobshop published or tabu search 1", "schedule='active'"): (
        "problems.jobshop.problem.JobShop.reference",
        "24806cefa06b624b",
    ),
    ("vmr mip 1", ""): ("problems.vmr.problem.Vmr.reference", "d72a10e59e74d3aa"),
    ("pods staged 1", ""): ("problems.pods.problem.PodPacking.reference", "b743dcf2cda0f119"),
    ("circles best known 1", ""): ("problems.geometry.circles.CirclePacking.reference", "50183410249ff305"),
    ("heilbronn best known 1", ""): ("problems.geometry.heilbronn.HeilbronnTriangle.reference", "50183410249ff305"),
    ("toy Smith's rule 1", ""): ("problems.toy.WeightedCompletion.reference", "07403ba70462bd30"),
}
"""By method and settings: the name of the function and the hash of all sources under which they were kept at first."""


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
        if progress is not None and wanted:
            progress(0, len(wanted))
        for done, (digest, reference) in enumerate(_computed(problem, wanted, folders), 1):
            known[digest] = reference
            with connection:
                connection.execute(INSERT, (*_key_of(problem), digest, *_columns(reference)))
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
    key = _key_of(problem)
    keys = [EARLIER[key], key] if key in EARLIER else [key]  # of two rows the one under the present key counts
    return {
        digest: Reference(value, bound, bool(proven), method, seconds, versions, tuple(json.loads(lower)))
        for each in keys
        for digest, value, bound, proven, method, seconds, versions, lower in connection.execute(SELECT, each)
    }


def _computed(problem: Problem, wanted: dict[str, Instance], folders: Sequence[str]) -> Iterator[tuple[str, Reference]]:
    """Yield the digests with their references as they are ready; a few are computed here."""
    if few_references(len(wanted)):
        for digest, instance in wanted.items():
            yield digest, timed_reference(problem, instance)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(mp_context=context, initializer=_prepare, initargs=(tuple(folders),)) as pool:
        try:
            with _main_module_hidden(problem):  # the processes start with what is submitted
                pending = {pool.submit(timed_reference, problem, one): digest for digest, one in wanted.items()}
            for done in as_completed(pending):
                yield pending[done], done.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _main_module_hidden(problem: Problem) -> Iterator[None]:
    """Keep processes from running the user's script again, which need not have a guard: they import what they need.

    A problem whose class stands in the script itself is found nowhere else.
    """
    main = sys.modules["__main__"]
    file = getattr(main, "__file__", None)
    if file is None or type(problem).__module__ == "__main__":
        yield
        return
    del main.__file__
    try:
        yield
    finally:
        main.__file__ = file


def few_references(count: int) -> bool:
    """Return whether so many references are computed one after the other: starting processes would cost more."""
    return count < 8


def timed_reference(problem: Problem, instance: Instance) -> Reference:
    """Compute a reference; where the problem does not say what it took, the CPU seconds of this process count."""
    started = time.process_time()
    reference = problem.reference(instance)
    return reference if reference.seconds else replace(reference, seconds=time.process_time() - started)


def _prepare(folders: tuple[str, ...]) -> None:
    """Let a process find the user's problems, and end at Ctrl-C without a word."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.path[:0] = [folder for folder in folders if folder not in sys.path]


def _key_of(problem: Problem) -> tuple[str, str]:
    """Return what makes references and with which settings: those of another method or settings are not taken for ours.

    The method is the one that a problem states, its settings those that are not the defaults. Where a problem states
    none, the second part is a hash of these settings and of the sources beside its method and below.
    """
    settings = _settings_of(problem)
    stated = _stated_method(problem)
    if stated is not None:
        return stated, ", ".join(f"{name}={value!r}" for name, value in settings)
    method = type(problem).reference
    hashed = hashlib.sha256(repr(settings).encode())
    for path in sorted(Path(inspect.getfile(method)).parent.rglob("*.py")):
        hashed.update(path.read_bytes())
    return f"{method.__module__}.{method.__qualname__}", hashed.hexdigest()[:16]


def _stated_method(problem: Problem) -> str | None:
    """Return the method that a problem states; a statement does not hold for a class below it with another method."""
    if isinstance(problem, ReferenceMethod):
        for owner in type(problem).__mro__:
            if "reference_method" in vars(owner):
                return problem.reference_method
            if "reference" in vars(owner):
                break
    return None


def _settings_of(problem: Problem) -> list[tuple[str, object]]:
    """Return the settings that differ from their defaults, but those that only choose the instances."""
    drawn = ("seed", *Split)
    own: list[Field[object]] = (
        [field for field in fields(problem) if field.name not in drawn] if is_dataclass(problem) else []
    )
    return [(field.name, value) for field in own if (value := getattr(problem, field.name)) != _default_of(field)]


def _default_of(field: Field[object]) -> object:
    return field.default_factory() if field.default_factory is not MISSING else field.default
