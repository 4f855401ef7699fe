"""`evo run` by hydra: overrides, sweeps, --cfg and its help; one folder per job."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import hydra
from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig
from rich.console import Console

from evo.build import make_author
from evo.cli.ending import conclude_for_people
from evo.cli.errors import complain, expected_errors
from evo.composition import compose, extending, from_config, register_schema
from evo.fields import ConfigError
from evo.run import run

FOLDER = "hydra.run.dir="


def run_by_hydra(arguments: Sequence[str]) -> int:
    """Hand the arguments of `evo run` to hydra; return the exit status, the worst of a sweep's jobs.

    Raises:
        HydraException, ConfigError: the arguments do not fit; no folder was made.
    """
    made, config_dir = absolute_config_dir(arguments)
    if not any(argument.startswith("-") for argument in made if not argument.startswith("--config-dir")):
        _check_plain_run(made, config_dir)
    register_schema()
    # Hydra would print and exit by itself; with this it raises, and one line is made of it.
    os.environ["HYDRA_FULL_ERROR"] = "1"
    sys.argv = ["evo run", *extending(made)]
    statuses = [0]

    @hydra.main(version_base=None, config_path="pkg://configs", config_name="config")
    def job(config: DictConfig) -> None:
        try:
            _run_job(config)
        except expected_errors() as error:  # the other jobs of a sweep go on
            statuses.append(complain(error))

    job()
    return max(statuses)


def absolute_config_dir(arguments: Sequence[str]) -> tuple[list[str], str | None]:
    """Return the arguments with --config-dir made absolute (it is recorded, a resume may start elsewhere), and it."""
    made, folder, pending = [], None, False
    for argument in arguments:
        name, equals, value = argument.partition("=")
        if pending or (equals and name in ("--config-dir", "-cd")):
            folder = str(Path(argument if pending else value).resolve())
            made.append(f"--config-dir={folder}")
            pending = False
        elif argument in ("--config-dir", "-cd"):
            pending = True
        else:
            made.append(argument)
    return made, folder


def _check_plain_run(arguments: Sequence[str], config_dir: str | None) -> None:
    """Say what is wrong before hydra makes a folder; the jobs of a sweep are checked as each begins."""
    overrides = [argument for argument in arguments if not argument.startswith(("-", "hydra."))]
    try:
        make_author(compose(overrides, config_dir))
    except ValueError as error:
        raise ConfigError(str(error)) from error
    for argument in arguments:
        folder = Path(argument.removeprefix(FOLDER))
        if argument.startswith(FOLDER) and folder.exists():
            raise ConfigError(
                f"{folder} exists already: a run gets a folder of its own; `evo resume` goes on with one."
            )


def _run_job(config: DictConfig) -> None:
    runtime = HydraConfig.get().runtime
    folders = tuple(source.path for source in runtime.config_sources if source.schema == "file")
    folder = Path(os.path.relpath(runtime.output_dir))
    console = Console()
    conclude_for_people(run(from_config(config, folders), folder, console), folder, console)
