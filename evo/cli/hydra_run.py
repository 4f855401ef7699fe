"""`evo run` by hydra: its options, overrides, sweeps, --cfg and its help; one folder per job."""

import os
import signal
import sys
import time
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor
from pathlib import Path

import hydra
from hydra import initialize_config_module
from hydra._internal.callbacks import Callbacks
from hydra.core.global_hydra import GlobalHydra
from hydra.core.utils import configure_log
from hydra.core.utils import run_job as run_hydra_job
from hydra.types import HydraContext, RunMode
from omegaconf import DictConfig, OmegaConf

from evo.authors.llm.settings import check_programs
from evo.cli.errors import say
from evo.cli.hydra_job import folder_of_job, run_alone, run_job, settings_of
from evo.cli.launchers import check_launcher
from evo.cli.program import program
from evo.config.compose import check_groups, composed, extending, look_first_in, register_schema
from evo.config.values import own_folders
from evo.core.checked_values import near
from evo.core.errors import UserError
from evo.core.files import RUNS
from evo.runs.build import make_author, make_callbacks
from evo.store.folders import is_unrecorded

JSON = "--json"
ESTIMATE = "--estimate"
FLAGS = (JSON, ESTIMATE, "--help", "-h", "--help-all", "--hydra-help", "--version", "--resolve", "--run", "-r",
         "--multirun", "-m", "--shell-completion", "-sc")  # fmt: skip
WITH_VALUE = ("--config-dir", "-cd", "--cfg", "-c", "--package", "-p", "--config-name", "-cn", "--config-path", "-cp",
              "--info", "-i")  # fmt: skip
CONFIG_DIR = ("--config-dir", "-cd")


def sorted_arguments(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return options, each as one argument, and settings; --config-dir is made absolute: it outlives this folder.

    Raises:
        UserError: an option is unknown or lacks its value.
    """
    options: list[str] = []
    settings: list[str] = []
    remaining = list(arguments)
    while remaining:
        argument = remaining.pop(0)
        name, equals, value = argument.partition("=")
        if not argument.startswith("-"):
            settings.append(argument)
        elif argument in FLAGS:
            options.append(argument)
        elif name not in WITH_VALUE:
            raise UserError(f"No such option: {name}{near(name, (*FLAGS, *WITH_VALUE))}.")
        elif not equals and not remaining:
            raise UserError(f"Expected a value after {name}.")
        else:
            options.append(_option(name, value if equals else remaining.pop(0)))
    return options, settings


def config_dir(options: Sequence[str]) -> str | None:
    """Return the user's own folder, if one was given."""
    named = [value for name, _, value in (option.partition("=") for option in options) if name in CONFIG_DIR]
    return named[-1] if named else None


def _option(name: str, value: str) -> str:
    if name in ("--cfg", "-c") and value not in ("job", "hydra", "all"):
        raise UserError(f"Expected {name} job, hydra or all, got {value!r}.")
    return f"{name}={Path(value).resolve() if name in CONFIG_DIR else value}"


FOLDER = "hydra.run.dir="
SWEEPS = "hydra.sweep.dir="
SHOWING = ("--cfg", "-c=", "--info", "-i=", "--help", "-h", "--hydra-help")
"""Options with which hydra shows something and starts nothing."""


def run_by_hydra(arguments: Sequence[str]) -> int:
    """Hand the arguments of `evo run` to hydra; return the exit status, the worst of a sweep's jobs.

    Raises:
        HydraException, UserError: the arguments do not fit; no folder was made.
    """
    options, settings = sorted_arguments(arguments)
    as_json = JSON in options
    options = [option for option in options if option != JSON]
    if ESTIMATE in options:
        from evo.cli.estimate import show_estimate

        return show_estimate(settings, config_dir(options), _runs_of(settings), as_json)
    folders = own_folders(config_dir(options))
    check_groups(settings, folders)
    check_launcher(settings, starts=not any(option.startswith(SHOWING) for option in options))
    # Hydra would print and exit by itself; with this it raises, and one line is made of it.
    os.environ["HYDRA_FULL_ERROR"] = "1"
    sweep = _sweep_folder(settings)
    statuses = [0]
    is_plain = all(option.startswith(CONFIG_DIR) for option in options)
    # A polite kill ends all jobs as Ctrl-C does: else those in other processes would go on alone.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        if is_plain and not any(setting.lstrip("+").startswith("hydra.mode=") for setting in settings):
            return _run_plainly(settings, folders, as_json)

        @hydra.main(version_base=None, config_path="pkg://configs", config_name="config")
        def job(config: DictConfig) -> None:
            statuses.append(run_job(config, as_json, sweep))  # of a job in another process nothing comes back here

        register_schema()
        look_first_in(folders)
        own = tuple(f"{name}=" for name in CONFIG_DIR)  # hydra itself would look there last
        sys.argv = ["evo run", *(each for each in options if not each.startswith(own)), *extending(settings)]
        job()
    except BrokenExecutor:
        statuses.append(say("A process of the sweep was killed, out of memory perhaps; fewer at once may do.", 1))
    finally:
        signal.signal(signal.SIGTERM, before)
        statuses.append(_told(sweep))
    return max(statuses)


def _run_plainly(given: Sequence[str], folders: Sequence[str], as_json: bool) -> int:
    """Run the one job as hydra does, but say what is wrong before its folder is made.

    Hydra's own `main` would compose twice more, each time for 0.2 s. The jobs of a sweep are checked as each begins.
    """
    config = composed(given, folders, with_hydra=True)
    settings = settings_of(OmegaConf.masked_copy(config, [str(key) for key in config if key != "hydra"]), config.hydra)
    make_author(settings)
    check_programs(settings.llm)
    make_callbacks(settings)
    for setting in given:
        folder = Path(setting.removeprefix(FOLDER))
        if setting.startswith(FOLDER) and folder.exists() and not is_unrecorded(folder):
            raise UserError(f"{folder} exists already: a run gets a folder of its own; `evo resume` goes on with one.")
    config.hydra.mode = RunMode.RUN
    configure_log(config.hydra.hydra_logging, config.hydra.verbose)

    def job(_: DictConfig) -> int:
        return run_alone(lambda: settings, folder_of_job(), as_json)

    with initialize_config_module("configs", version_base=None):
        callbacks = Callbacks(config)
        callbacks.on_run_start(config=config, config_name="config")
        ended = run_hydra_job(
            job, config, "hydra.run.dir", None, HydraContext(GlobalHydra.instance().config_loader(), callbacks)
        )
        callbacks.on_run_end(config=config, config_name="config", job_return=ended)
    return int(ended.return_value)


def _runs_of(settings: Sequence[str]) -> Path:
    """Return the folder in which a run would make its own."""
    named = [Path(setting.removeprefix(FOLDER)).parent for setting in settings if setting.startswith(FOLDER)]
    return named[-1] if named else Path(os.environ.get("EVO_RUNS", RUNS))


def _sweep_folder(settings: Sequence[str]) -> Path:
    """Return the folder where a sweep would note its jobs, beside their runs; it is made by the first of them."""
    named = [Path(setting.removeprefix(SWEEPS)) for setting in settings if setting.startswith(SWEEPS)]
    runs = named[-1] if named else Path(os.environ.get("EVO_RUNS", RUNS))
    return runs.resolve() / f"{time.strftime('%Y%m%d-%H%M%S')}_sweep"


def _told(sweep: Path) -> int:
    """Say what became of a sweep's jobs, a line for each that failed; return the worst exit status."""
    if not sweep.is_dir():
        return 0
    from evo.sweeps import read_jobs

    jobs = read_jobs(sweep)
    for job in jobs:
        if job.status != 0:
            say(f"{job.name}: {job.message or f'has not ended: {program()} resume {os.path.relpath(job.run)}'}", 1)
    if jobs:
        folder = os.path.relpath(sweep)
        print(f"sweep: {folder}   {program()} sweep-report {folder}", file=sys.stderr)
    return max((1 if job.status is None else job.status for job in jobs), default=0)
