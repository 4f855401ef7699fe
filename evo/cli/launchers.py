"""Hydra's launchers, which start the jobs of a sweep: are they there, and how many cores has each job?"""

import os
import re
import shutil
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from evo.core.errors import UserError
from evo.core.shadowing import hidden_package

PLUGINS = {"joblib": "hydra_plugins.hydra_joblib_launcher", "submitit": "hydra_plugins.hydra_submitit_launcher"}


def check_launcher(
    settings: Sequence[str], starts: bool, plugins: Mapping[str, str] = PLUGINS, submit: str = "sbatch"
) -> None:
    """See to it that the launcher that the settings name is there and, where it `starts` jobs, can do so.

    Raises:
        UserError: its package is missing, there is no SLURM, or jobs would find foreign packages in place of ours.
    """
    named = [match[1] for setting in settings if (match := re.fullmatch(r"\+*hydra/launcher=(\w+)", setting))]
    for name in named:
        plugin = plugins.get(name.partition("_")[0])
        if plugin is not None and not _is_installed(plugin):
            raise UserError(f"hydra/launcher={name} needs more packages: pip install 'evo-heuristics[sweeps]'.")
        # Submitit's processes look into the folder that they start in before all others.
        if starts and name.startswith("submitit") and (fault := hidden_package([str(Path.cwd())])):
            raise UserError(fault)
        if starts and name == "submitit_slurm" and shutil.which(submit) is None:
            raise UserError(
                f"hydra/launcher={name} needs SLURM's {submit} on this machine; hydra/launcher=joblib runs here."
            )


def cores_of_a_job(launcher: Mapping[str, object], cores: int | None = None) -> int | None:
    """Return how many cores a job may use so that all that run at once have some; None: it runs alone.

    Submitit's jobs have `cpus_per_task`, joblib's share the machine's cores evenly.
    """
    cores = cores or os.cpu_count() or 1
    if "cpus_per_task" in launcher:
        return int(str(launcher["cpus_per_task"] or 1))
    if "n_jobs" not in launcher:
        return None
    wanted = int(str(launcher["n_jobs"]))
    at_once = wanted if wanted > 0 else cores + 1 + wanted  # joblib: -1 is all cores, -2 all but one
    return max(1, cores // max(1, at_once))


def _is_installed(plugin: str) -> bool:
    try:
        return find_spec(plugin) is not None
    except ModuleNotFoundError:  # not even the package around it
        return False
