"""A run's file brought to the newest tables (`evo/store/migrations.py`): each change once, in order, recorded."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, text

from evo.store.connection import StoreError
from evo.store.migrations import CHANGES, Change

APPLICATION_ID = 0x45564F31
"""What `PRAGMA application_id` says of our files ("EVO1"), so that a foreign database is known at once."""


def install(connection: Connection, path: Path, changes: Sequence[Change] = CHANGES) -> None:
    """Make the tables in a new file, in the caller's transaction."""
    if _version(connection, path) != 0:
        raise StoreError(f"{path}: holds a run already.")
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.exec_driver_sql(
        "CREATE TABLE schema_changes (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied TEXT NOT NULL)"
    )
    _apply(connection, changes, 0)


def upgrade(connection: Connection, path: Path, changes: Sequence[Change] = CHANGES) -> None:
    """Bring a run's file to the newest version, in the caller's transaction.

    Raises:
        StoreError: the file is not a run's, or newer than `changes`.
    """
    _apply(connection, changes, _known_version(connection, path, changes))


def is_current(connection: Connection, path: Path, changes: Sequence[Change] = CHANGES) -> bool:
    """Return whether a run's file has the newest tables.

    Raises:
        StoreError: the file is not a run's, or newer than `changes`.
    """
    return _known_version(connection, path, changes) == len(changes)


def _apply(connection: Connection, changes: Sequence[Change], version: int) -> None:
    for number, change in enumerate(changes[version:], version + 1):
        change(connection)
        connection.execute(
            text("INSERT INTO schema_changes VALUES (:version, :name, :applied)"),
            {"version": number, "name": change.__name__, "applied": datetime.now(UTC).isoformat()},
        )


def _known_version(connection: Connection, path: Path, changes: Sequence[Change]) -> int:
    version = _version(connection, path)
    if version == 0:
        raise StoreError(f"{path}: holds no run.")
    if version > len(changes):
        raise StoreError(
            f"{path}: written by a newer version (tables {version}, known here: {len(changes)}); update evo."
        )
    return version


def _version(connection: Connection, path: Path) -> int:
    """Return the number of changes applied: 0 for an empty file."""
    tables = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
    application = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    if tables == 0 and application == 0:
        return 0
    if application != APPLICATION_ID:
        raise StoreError(f"{path}: is a database of another program, not a run.")
    return int(connection.exec_driver_sql("SELECT max(version) FROM schema_changes").scalar_one())
