"""One SQLite file through SQLAlchemy: the right pragmas, one writer, and every failure told in one line."""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

from evo.core.errors import MachineError


class StoreError(MachineError):
    """The run's file cannot be used, or has not what was asked for; one line that names the file and the cause."""


class Mode(StrEnum):
    """How a file is opened, in SQLite's words."""

    CREATE = "rwc"
    WRITE = "rw"
    READ = "ro"


# Extended codes (SQLITE_IOERR_WRITE) begin with their primary one. What is not listed is a bug and passes through.
REASONS = {
    "SQLITE_FULL": "the disk is full: free some space, then resume the run",
    "SQLITE_IOERR": "the disk cannot be read or written",
    "SQLITE_READONLY": "the file or its folder is read-only",
    "SQLITE_CANTOPEN": "cannot be opened: is the folder there and writable?",
    "SQLITE_BUSY": "locked by another program",
    "SQLITE_NOTADB": "is not a database",
    "SQLITE_CORRUPT": "the database is damaged",
}


class Database:
    """An open file: `transaction()` gives its one connection. Not to be shared between threads.

    `patience` is how long another program's lock is waited for, in seconds. A reader never blocks the writer.
    """

    def __init__(self, path: Path, mode: Mode, patience: float) -> None:
        self.path = path
        engine = create_engine("sqlite://", creator=lambda: _connect(path, mode, patience), poolclass=NullPool)
        event.listen(engine, "begin", _begin if mode is Mode.READ else _begin_writing)
        with self._told_in_one_line():
            self._connection = engine.connect()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """All or nothing for writers, one unchanging view for readers.

        Raises:
            StoreError: the disk is full, the file is locked, damaged or read-only.
        """
        with self._told_in_one_line(), self._connection.begin():
            yield self._connection

    def close(self) -> None:
        """Release the file."""
        self._connection.close()

    @contextmanager
    def _told_in_one_line(self) -> Iterator[None]:
        try:
            yield
        except DatabaseError as error:
            reason = _reason(error)
            if reason is None:
                raise
            raise StoreError(f"{self.path}: {reason}.") from error


class WriterLock:
    """Keeps a second process from writing the same run; the kernel drops it when the holder dies.

    A POSIX lock: forked workers do not inherit it, and a second store of the same process is not refused.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._file = path.with_name(path.name + ".lock").open("w")
        except OSError as error:
            raise StoreError(f"{path}: {REASONS['SQLITE_CANTOPEN']}") from error
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.close()
            raise StoreError(f"{path}: another process is writing this run.") from error

    def close(self) -> None:
        """Let others write."""
        self._file.close()


def _connect(path: Path, mode: Mode, patience: float) -> sqlite3.Connection:
    # isolation_level=None: the driver begins no transactions of its own, so DDL is transactional, a read is one view.
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?mode={mode}", uri=True, isolation_level=None, timeout=patience
    )
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        if mode is not Mode.READ:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _begin_writing(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _reason(error: DatabaseError) -> str | None:
    name = getattr(error.orig, "sqlite_errorname", "")
    if str(error.orig) == "unsupported file format":  # of the first page, with no code of its own
        name = "SQLITE_CORRUPT"
    return next((reason for code, reason in REASONS.items() if name == code or name.startswith(f"{code}_")), None)
