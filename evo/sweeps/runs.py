"""The runs of a sweep, or of any folder: settings, gaps of what each found, and how the best gap fell."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from evo.analysis.archives import recorded_config
from evo.analysis.calls import ReplyCounts, reply_counts
from evo.analysis.candidates import header
from evo.analysis.instances import SplitGaps, best_gaps
from evo.analysis.progress import Point, progress
from evo.core.checked_values import flat
from evo.core.errors import UserError
from evo.store import RunHeader, RunStatus, RunStore, StoreError
from evo.store.folders import DATABASE
from evo.sweeps.jobs import SweepJob, read_jobs
from problems import Split


@dataclass(frozen=True, slots=True)
class SweptRun:
    """A finished run: `settings` by dotted name, `overrides` those it was asked with where it is a sweep's."""

    folder: Path
    seed: int
    started: str
    settings: Mapping[str, str]
    overrides: Mapping[str, str] | None
    gaps: Mapping[Split, SplitGaps]
    points: tuple[Point, ...]
    budget: Mapping[str, float | None]
    replies: ReplyCounts


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A run that is not counted, and why."""

    name: str
    why: str


def read_runs(folder: Path) -> tuple[tuple[SweptRun, ...], tuple[LeftOut, ...]]:
    """Return the finished runs of a sweep's folder, or of a folder of runs, and those that are left out.

    Raises:
        UserError: there is no run.
    """
    jobs = {job.run: job for job in read_jobs(folder)}
    folders = list(jobs) or sorted(file.parent for file in folder.glob(f"*/{DATABASE}"))
    if not folders:
        raise UserError(f"Expected the folder of a sweep, or one with runs in it, got {folder}.")
    read = [_read(run, jobs.get(run)) for run in folders]
    runs = tuple(one for one in read if isinstance(one, SweptRun))
    return runs, tuple(one for one in read if isinstance(one, LeftOut))


def _read(folder: Path, job: SweepJob | None) -> SweptRun | LeftOut:
    """Read a run; one that failed or was killed counts once `evo resume` has finished it."""
    name, failed = (folder.name, "") if job is None else (job.name, job.message)
    try:
        with RunStore.open_folder(folder) as store:
            run = header(store)
            if run.status is RunStatus.FINISHED:
                return _finished(folder, job, store, run)
            return LeftOut(name, failed or f"not finished: {run.status}")
    except StoreError as error:
        return LeftOut(name, failed or str(error))


def _finished(folder: Path, job: SweepJob | None, store: RunStore, run: RunHeader) -> SweptRun:
    config = recorded_config(store)
    settings = {"problem": run.problem, **dict(flat(config))}
    overrides = None if job is None else _by_name(job.overrides)
    budget = config.get("budget")
    return SweptRun(
        folder=folder,
        seed=run.seed,
        started=run.started,
        settings=settings,
        overrides=overrides,
        gaps=best_gaps(store),
        points=progress(store),
        budget=_limits(budget),
        replies=reply_counts(store),
    )


def _limits(budget: object) -> dict[str, float | None]:
    values = budget if isinstance(budget, dict) else {}
    return {str(name): None if limit is None else float(str(limit)) for name, limit in values.items()}


def _by_name(overrides: tuple[str, ...]) -> dict[str, str]:
    pairs = (override.lstrip("+~").partition("=") for override in overrides)
    return {name.partition("@")[0]: value for name, _, value in pairs}
