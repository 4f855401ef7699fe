"""The runs of a folder, opened read-only for each request."""

import fcntl
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from struct import Struct

from evo.core.files import open_plain
from evo.store import RunStore, StoreError
from evo.store.folders import DATABASE, run_folders

FLOCK = Struct("hhqqi4x")
"""`struct flock` of Linux on 64 bits: kind, whence, start, length, process."""


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The folder that holds a folder for each run."""

    folder: Path

    def runs(self) -> tuple[str, ...]:
        """Return the names of the runs, the newest first."""
        return tuple(folder.name for folder in reversed(run_folders(self.folder)))

    def chosen(self, query: Mapping[str, str]) -> str:
        """Return the run that an address names, the newest where it names none.

        Raises:
            StoreError: there is no run at all.
        """
        if query.get("run"):
            return query["run"]
        runs = self.runs()
        if not runs:
            raise StoreError(f"No run in {self.folder}; `evo run` makes one.")
        return runs[0]

    def path(self, name: str) -> Path:
        """Return the file of a run, of those in the folder alone, whatever the name says.

        Raises:
            StoreError: no run is called so.
        """
        path = self.folder / name / DATABASE
        # `os.path.isfile` says no, where `Path.is_file` raises, to names too long for the system.
        if name in ("", "..") or Path(name).name != name or not os.path.isfile(path):  # noqa: PTH113
            raise StoreError(f"No run {name!r} in {self.folder}.")
        return path

    def opened(self, name: str) -> RunStore:
        """Open a run to read.

        Raises:
            StoreError: no run is called so, or its file cannot be read.
        """
        return RunStore.open(self.path(name), readonly=True)

    def stamp(self, name: str) -> tuple[int, ...]:
        """Return when and how the file of a run was written last: equal while nothing of it has changed.

        Raises:
            StoreError: no run is called so.
        """
        path = self.path(name)
        log = path.with_name(f"{path.name}-wal")
        files = [path, *([log] if log.is_file() and log.stat().st_size else [])]  # readers leave an empty one
        return tuple(figure for file in files for figure in (file.stat().st_mtime_ns, file.stat().st_size))

    def running(self, name: str) -> bool:
        """Whether a process writes a run now; one that was killed says in its file that it runs, and does not."""
        return _is_locked(self.path(name))


def _is_locked(path: Path) -> bool:
    """Whether another process holds the lock of `evo.store`; asked without taking it."""
    try:
        with open_plain(path.with_name(f"{path.name}.lock")) as file:
            question = FLOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
            kind, *_ = FLOCK.unpack(fcntl.fcntl(file, fcntl.F_GETLK, question))
    except OSError:
        return False
    return bool(kind != fcntl.F_UNLCK)
