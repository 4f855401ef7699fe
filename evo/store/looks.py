"""The looks at a run's test instances: each was a source that was scored on them."""

from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, func, select

from evo.store import tables
from evo.store.connection import Database, Mode
from evo.store.prepared_statements import insert_all
from evo.store.records import Look, ScoredBy

PATIENCE = 10.0
"""Seconds to wait for the run's own short transactions."""
INSERT_LOOK = insert_all(tables.test_looks, "id")


def insert_look(connection: Connection, scored_by: ScoredBy, candidate: int | None, digest: str | None) -> None:
    """Record a look now, in the caller's transaction."""
    columns = {"scored_by": scored_by, "candidate": candidate, "digest": digest, "created": tables.now()}
    INSERT_LOOK.run(connection, columns)


def read_looks(connection: Connection) -> tuple[Look, ...]:
    """Return all looks, the first one first."""
    looks = tables.test_looks
    rows = connection.execute(select(looks).order_by(looks.c.id))
    return tuple(Look(row.scored_by, row.candidate, row.digest, row.created) for row in rows)


def add_evaluation_look(file: Path, digest: str, patience: float = PATIENCE) -> int:
    """Record that `evo evaluate` looked, with a source of this digest, and return how many looks there are by now.

    This may be done while the run goes on: no other transaction writes or reads these rows before it ends, so the lock
    that a writer of candidates holds is not asked for.

    Raises:
        StoreError: the file cannot be written, or stays locked.
    """
    candidates = tables.candidates.c
    same = select(func.min(candidates.ordinal)).where(candidates.digest == digest, candidates.repeat_of.is_(None))
    with closing(Database(file, Mode.WRITE, patience)) as database, database.transaction() as connection:
        insert_look(connection, ScoredBy.EVALUATE, connection.execute(same).scalar(), digest)
        return connection.execute(select(func.count()).select_from(tables.test_looks)).scalar_one()
