"""`evo run` by hydra: overrides, sweeps, --cfg and its help; one folder per job."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import hydra
from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig

from evo.build import make_author
from evo.cli.ending import conclude, console_for
from evo.cli.errors import complain, is_expected
from evo.cli.estimating import show_estimate
from evo.cli.hydra_options import ESTIMATE, JSON, config_dir, sorted_arguments
from evo.composition import compose, extending, from_config, register_schema
from evo.fields import ConfigError
from evo.run import run

FOLDER = "hydra.run.dir="


def run_by_hydra(arguments: Sequence[str]) -> int:
    """Hand the arguments of `evo run` to hydra; return the exit status, the worst of a sweep's jobs.

    Raises:
        HydraException, ConfigError: the arguments do not fit; no folder was made.
    """
    options, settings = sorted_arguments(arguments)
    as_json = JSON in options
    options = [option for option in options if option != JSON]
    if ESTIMATE in options:
        return show_estimate(settings, config_dir(options), as_json)
    if all(option.startswith(("--config-dir", "-cd")) for option in options):
        _check_plain_run(settings, config_dir(options))
    register_schema()
    # Hydra would print and exit by itself; with this it raises, and one line is made of it.
    os.environ["HYDRA_FULL_ERROR"] = "1"
    sys.argv = ["evo run", *options, *extending(settings)]
    statuses = [0]

    @hydra.main(version_base=None, config_path="pkg://configs", config_name="config")
    def job(config: DictConfig) -> None:
        try:
            _run_job(config, as_json)
        except Exception as error:  # the other jobs of a sweep go on
            if not is_expected(error):
                raise
            statuses.append(complain(error))

    job()
    return max(statuses)


def _check_plain_run(settings: Sequence[str], config_dir: str | None) -> None:
    """Say what is wrong before hydra makes a folder; the jobs of a sweep are checked as each begins."""
    make_author(compose([setting for setting in settings if not setting.startswith("hydra.")], config_dir))
    for setting in settings:
        folder = Path(setting.removeprefix(FOLDER))
        if setting.startswith(FOLDER) and folder.exists():
            raise ConfigError(
                f"{folder} exists already: a run gets a folder of its own; `evo resume` goes on with one."
            )


def _run_job(config: DictConfig, as_json: bool) -> None:
    runtime = HydraConfig.get().runtime
    folders = tuple(source.path for source in runtime.config_sources if source.schema == "file")
    folder = Path(os.path.relpath(runtime.output_dir))
    console = console_for(as_json)
    conclude(run(from_config(config, folders), folder, console), folder, console, as_json)
