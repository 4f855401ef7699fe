"""Rows of one statement of our own, read from a run's file."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, text

from evo.store.run_store import RunStore

Value = int | float | str | None
"""What SQLite gives back."""


def select(store: RunStore, statement: str, **parameters: Value) -> tuple[tuple[Value, ...], ...]:
    """Return the rows that a statement with `:named` parameters selects; one view of the run, also while it goes on.

    Raises:
        StoreError: the file cannot be read.
    """
    with store.snapshot() as connection:
        return tuple(tuple(row) for row in connection.execute(text(statement), parameters))


def named_rows(store: RunStore, statement: str, **parameters: Value) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return the same rows with an attribute for each column, typed as the statement makes them.

    Raises:
        StoreError: the file cannot be read.
    """
    with store.snapshot() as connection:
        return connection.execute(text(statement), parameters).all()
