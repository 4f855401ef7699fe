"""Rows of one statement of our own, read from a run's file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text

from evo.store.run_store import RunStore

Value = int | float | str | None
"""What SQLite gives back."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Rows with a value for each column."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


def select(store: RunStore, statement: str, **parameters: Value) -> Selection:
    """Return what a statement with `:named` parameters selects; one view of the run, also while it goes on.

    Raises:
        StoreError: the file cannot be read.
    """
    with store.snapshot() as connection:
        result = connection.execute(text(statement), parameters)
        return Selection(tuple(result.keys()), tuple(tuple(row) for row in result))


def named_rows(store: RunStore, statement: str, **parameters: Value) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return the same rows with an attribute for each column, typed as the statement makes them.

    Raises:
        StoreError: the file cannot be read.
    """
    with store.snapshot() as connection:
        return connection.execute(text(statement), parameters).all()
