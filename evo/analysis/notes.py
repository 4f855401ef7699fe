"""What people wrote about a run and its candidates."""

from evo.store import RunStore
from evo.store.notes import Note, read_notes


def notes(store: RunStore) -> tuple[Note, ...]:
    """Return the notes on a run and its candidates, the earliest first.

    Raises:
        StoreError: the file cannot be read.
    """
    with store.snapshot() as connection:
        return read_notes(connection)
