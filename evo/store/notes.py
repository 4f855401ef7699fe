"""What people write about a run and its candidates; nothing that a search reads."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, delete, select

from evo.store import tables
from evo.store.connection import Database, Mode, StoreError
from evo.store.prepared_statements import insert_all
from evo.store.run_store import RunStore

PATIENCE = 10.0
"""Seconds to wait for the run's own short transactions."""
INSERT_NOTE = insert_all(tables.notes, "id")


@dataclass(frozen=True, slots=True)
class Note:
    """A note on a candidate, or on the run where `candidate` is None; `created` is UTC in ISO 8601."""

    id: int
    candidate: int | None
    text: str
    created: str


def notes(store: RunStore) -> tuple[Note, ...]:
    """Return the notes on a run and its candidates, the earliest first.

    Raises:
        StoreError: the file cannot be read.
    """
    with store.snapshot() as connection:
        return read_notes(connection)


def read_notes(connection: Connection) -> tuple[Note, ...]:
    """Return all notes, the earliest first."""
    columns = tables.notes.c
    rows = connection.execute(select(columns.id, columns.candidate, columns.text, columns.created).order_by(columns.id))
    return tuple(Note(*row) for row in rows)


def add_note(file: Path, text: str, candidate: int | None = None, patience: float = PATIENCE) -> tuple[Note, ...]:
    """Write a note into a run's file, also while the run goes on, and return all notes.

    Raises:
        StoreError: the file cannot be written, or stays locked.
        ValueError: the text is empty.
    """
    if not text.strip():
        raise ValueError("Expected a note with some text.")
    with closing(Database(file, Mode.WRITE, patience)) as database, database.transaction() as connection:
        INSERT_NOTE.run(connection, {"candidate": candidate, "text": text.strip(), "created": tables.now()})
        return read_notes(connection)


def remove_note(file: Path, identity: int, patience: float = PATIENCE) -> tuple[Note, ...]:
    """Remove a note by its number and return those that are left.

    Raises:
        StoreError: there is no such note, the file cannot be written, or stays locked.
    """
    with closing(Database(file, Mode.WRITE, patience)) as database, database.transaction() as connection:
        if not connection.execute(delete(tables.notes).where(tables.notes.c.id == identity)).rowcount:
            known = ", ".join(str(note.id) for note in read_notes(connection)) or "none"
            raise StoreError(f"{file}: has no note {identity}; its notes: {known}.")
        return read_notes(connection)
