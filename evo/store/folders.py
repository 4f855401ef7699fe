"""The folders of runs, and what they hold under which name."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from evo.store import tables
from evo.store.connection import Database, Mode, StoreError

DATABASE = "run.sqlite"
"""The record of a run."""
PATIENCE = 1.0
"""Seconds to wait for a lock on a file that is only listed."""
NEVER = datetime.min.replace(tzinfo=UTC)

OUTPUT = "output.txt"
"""The progress of a run that is made beside others."""

BEGUN = frozenset({".hydra", "run.log", "code", OUTPUT, f"{DATABASE}.lock"})
"""What a run's folder may hold before there is a record."""


def run_folders(runs: Path) -> tuple[Path, ...]:
    """Return the folders of all runs in a folder, the first begun first."""
    folders = [file.parent for file in runs.glob(f"*/{DATABASE}") if file.is_file()]
    return tuple(sorted(folders, key=_begun))


def is_unrecorded(folder: Path) -> bool:
    """Return whether a run was begun in a folder and recorded nothing: it was killed at once, or is still starting."""
    names = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    return bool(names) and all(name in BEGUN or name.startswith(f"{DATABASE}.part") for name in names)


def unrecorded_folders(runs: Path) -> tuple[Path, ...]:
    """Return the folders of runs that recorded nothing, the first begun first."""
    folders = [folder for folder in runs.glob("*") if is_unrecorded(folder)]
    return tuple(sorted(folders, key=_configured))


def _configured(folder: Path) -> tuple[int, str]:
    """Order runs by their start: the configuration is written once, then."""
    written = folder / ".hydra" / "config.yaml"
    return (written.stat().st_mtime_ns if written.is_file() else 0, folder.name)


def _begun(folder: Path) -> tuple[datetime, str]:
    """Order runs by their recorded start; what is no run's file comes first."""
    try:
        database = Database(folder / DATABASE, Mode.READ, PATIENCE)
        with closing(database), database.transaction() as connection:
            started = datetime.fromisoformat(connection.execute(select(tables.run.c.started)).scalar_one())
    except (StoreError, SQLAlchemyError, ValueError):
        started = NEVER
    return started if started.tzinfo else started.replace(tzinfo=UTC), folder.name
