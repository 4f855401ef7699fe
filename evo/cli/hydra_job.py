"""One job that hydra starts: a run alone, or one of a sweep, in this process or in another.

What only sweeps or the end of a run need is imported there: a run starts without it.
"""

import fcntl
import multiprocessing
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from hydra.conf import HydraConf
from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf
from rich.console import Console

from evo.cli.errors import attempt, say
from evo.cli.launchers import cores_of_a_job
from evo.config.compose import from_config
from evo.config.settings import Settings
from evo.core.format import by_level
from evo.runs.build import instance_sets
from evo.runs.finish import Conclusion
from evo.runs.run import run
from evo.store.folders import OUTPUT
from problems import Split

if TYPE_CHECKING:
    from evo.sweeps import SweepJob

LOCK = "references.lock"


def run_job(config: DictConfig, as_json: bool, sweep: Path) -> int:
    """Run the job that hydra has composed; return its exit status. `sweep` is the folder of the sweep, if it is one."""
    hydra, folder = HydraConfig.get(), folder_of_job()
    if hydra.mode is not RunMode.MULTIRUN:
        return run_alone(partial(settings_of, config, hydra), folder, as_json)
    from evo.sweeps import SweepJob, write_job

    job = SweepJob(hydra.job.num, folder, tuple(hydra.overrides.task))
    write_job(sweep, job)
    cores = cores_of_a_job(hydra.launcher)
    if cores is None:
        message, status = _ended(partial(settings_of, config, hydra), folder, as_json, console_for(as_json))
    else:
        message, status = _beside_others(config, hydra, folder, as_json, cores, job)
    write_job(sweep, job.ended(status, message))
    return status


def console_for(as_json: bool) -> Console:
    """Return where the progress goes: beside the result where that is for programs."""
    return Console(stderr=as_json)


def folder_of_job() -> Path:
    """Return the folder that hydra has made for this job."""
    return Path(os.path.relpath(HydraConfig.get().runtime.output_dir))


def settings_of(config: DictConfig, hydra: HydraConf) -> Settings:
    """Return the settings of a configuration; `hydra` is hydra's own node of it.

    Raises:
        UserError: one does not fit.
    """
    folders = tuple(source.path for source in hydra.runtime.config_sources if source.schema == "file")
    return from_config(config, folders, hydra.overrides.task)


def run_alone(settings: Callable[[], Settings], folder: Path, as_json: bool) -> int:
    """Run the only job; return its exit status."""
    message, status = _ended(settings, folder, as_json, console_for(as_json))
    return say(message, status) if status else 0


def _beside_others(
    config: DictConfig, hydra: HydraConf, folder: Path, as_json: bool, cores: int, job: "SweepJob"
) -> tuple[str, int]:
    """Run while others do: on its share of the cores, its progress in a file of its folder."""
    # Joblib's processes have a start method of their own, which processes that they spawn do not know.
    multiprocessing.set_start_method("spawn", force=True)
    if not config.evaluator.workers:
        OmegaConf.update(config, "evaluator.workers", cores)
    with (folder / OUTPUT).open("w", encoding="utf-8") as file:
        return _ended(partial(settings_of, config, hydra), folder, as_json, Console(file=file, width=120), job)


def _ended(
    settings: Callable[[], Settings], folder: Path, as_json: bool, console: Console, beside: "SweepJob | None" = None
) -> tuple[str, int]:
    """Run to the end; return why it failed in one line, and the exit status: the other jobs of a sweep go on."""
    status, message = attempt(lambda: _run_to_the_end(settings(), folder, as_json, console, beside))
    return message, status


def _run_to_the_end(
    settings: Settings, folder: Path, as_json: bool, console: Console, beside: "SweepJob | None"
) -> int:
    if beside is not None:
        _know_references(settings, folder.parent, console)
    conclusion = run(settings, folder, console)
    from evo.cli.run_summary import show_conclusion

    show_conclusion(conclusion, folder, console, as_json)
    if beside is not None and not as_json:
        print(f"{beside.name}: {_figures(conclusion)}; {folder}", flush=True)
    return 0


def _know_references(settings: Settings, runs: Path, console: Console) -> None:
    """Compute the references in turn: at once, all jobs of a new problem would compute the same ones."""
    with _turn(runs / LOCK):
        instance_sets(settings, runs, console)


@contextmanager
def _turn(file: Path) -> Iterator[None]:
    with file.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _figures(conclusion: Conclusion) -> str:
    gaps = conclusion.found.gaps
    told = [f"{split} {by_level((gaps[split].scaled, *gaps[split].lower))}" for split in Split if split in gaps]
    return f"gap {', '.join(told)}"
