"""What a sweep's folder holds: a small file for each job that says which run it made and how that ended."""

import json
import os
from dataclasses import dataclass, replace
from pathlib import Path

from evo.core.errors import UserError
from evo.core.files import read_plain, write_whole

MOST_BYTES = 2**20
"""Of a job's file."""


@dataclass(frozen=True, slots=True)
class SweepJob:
    """One run of a sweep; `status` is its exit status, None while it goes on or when it was killed."""

    number: int
    run: Path
    overrides: tuple[str, ...]
    status: int | None = None
    message: str = ""

    @property
    def name(self) -> str:
        """What people call it."""
        return f"job {self.number} ({' '.join(self.overrides)})"

    def ended(self, status: int, message: str = "") -> "SweepJob":
        """Return the job with how it ended."""
        return replace(self, status=status, message=message)


def write_job(folder: Path, job: SweepJob) -> None:
    """Write a job's file; the run stands in it relative to the sweep's folder, so that both may be moved together.

    A file for each job needs no lock, also where jobs run on several machines.
    """
    folder.mkdir(parents=True, exist_ok=True)
    values = {
        "run": os.path.relpath(job.run.resolve(), folder.resolve()),
        "overrides": job.overrides,
        "status": job.status,
        "message": job.message,
    }
    write_whole(folder / f"job{job.number}.json", json.dumps(values, indent=2) + "\n")


def sweep_folders(runs: Path) -> tuple[Path, ...]:
    """Return the folders of all sweeps in a folder, by their names, which begin with the time of their start."""
    return tuple(sorted({file.parent for file in runs.glob("*/job*.json")}))


def read_jobs(folder: Path) -> tuple[SweepJob, ...]:
    """Return the jobs of a sweep by number; none where the folder is not a sweep's.

    Raises:
        UserError: a file is not what we write.
    """
    jobs = [_read(file) for file in folder.glob("job*.json") if file.stem[3:].isdecimal()]
    return tuple(sorted(jobs, key=lambda job: job.number))


def _read(file: Path) -> SweepJob:
    try:
        values = json.loads(read_plain(file, MOST_BYTES))
        run = Path(os.path.normpath(file.parent / values["run"]))
        return SweepJob(int(file.stem[3:]), run, tuple(values["overrides"]), values["status"], values["message"])
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(f"{file} is not the file of a sweep's job: {error!r}.") from error
