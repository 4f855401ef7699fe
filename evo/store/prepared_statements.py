"""Statements that are compiled once: SQLAlchemy's cache of statements would cost a third more per candidate."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Insert, Table, Update, insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.compiler import SQLCompiler

from evo.store.tables import Written

DIALECT = sqlite.dialect(paramstyle="named")


class Prepared:
    """An insert or update of these columns; values are converted by the types of their columns.

    A statement's own parameters (`bindparam`) are given with the columns.
    """

    def __init__(self, statement: Insert | Update, *columns: str) -> None:
        compiled = statement.compile(dialect=DIALECT, column_keys=list(columns))
        assert isinstance(compiled, SQLCompiler)
        self._sql = str(compiled)
        self._writers = [
            (name, bind.type.write) for bind, name in compiled.bind_names.items() if isinstance(bind.type, Written)
        ]
        self._constants = {name: compiled.params[name] for name in compiled.params if name not in columns}

    def run(self, connection: Connection, columns: Mapping[str, object]) -> int:
        """Execute the statement and return the number of rows that it changed."""
        return connection.exec_driver_sql(self._sql, self._parameters(columns)).rowcount

    def run_each(self, connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
        """Execute the statement for each of the rows, which may be none."""
        if rows:
            connection.exec_driver_sql(self._sql, [self._parameters(row) for row in rows])

    def _parameters(self, columns: Mapping[str, object]) -> dict[str, object]:
        values = {**self._constants, **columns}
        for name, write in self._writers:
            value = values[name]
            values[name] = None if value is None else write(value)
        return values


def insert_all(table: Table, *but: str) -> Prepared:
    """Return the statement that inserts a row of all columns, those left out that SQLite fills in."""
    return Prepared(insert(table), *(column.name for column in table.columns if column.name not in but))
