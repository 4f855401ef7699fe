"""The start of `evo run`: the sandbox's processes first, then the imports, then hydra."""

import gc
import os
from collections.abc import Sequence

WORKERS = "evaluator.workers="
HELP_ALL = "--help-all"
HELP = ("--help", "-h", HELP_ALL)


def run_with(arguments: Sequence[str]) -> int:
    """Run with the arguments of the verb; return the exit status."""
    if any(argument in HELP for argument in arguments):
        return _help(arguments)
    from evaluators.sandbox import end_ahead, start_ahead

    if all(argument == "--json" or not argument.startswith("-") for argument in arguments):
        start_ahead(_workers(arguments))
    gc.disable()  # what is imported is no garbage, and to look for some costs 0.15 s
    try:
        from evo.cli.hydra_run import run_by_hydra
    finally:
        gc.freeze()
        gc.enable()
    try:
        return run_by_hydra(arguments)
    finally:
        end_ahead()


def _help(arguments: Sequence[str]) -> int:
    from evo.cli.run_help import show_all_settings, show_run_help

    if HELP_ALL not in arguments:
        return show_run_help()
    from evo.cli.hydra_run import config_dir, sorted_arguments
    from evo.config.values import own_folders

    options, settings = sorted_arguments(arguments)
    return show_all_settings(settings, own_folders(config_dir(options)))


def _workers(settings: Sequence[str]) -> int:
    """Return how many sandbox processes the run will start, as far as can be told before its settings are read."""
    named = [setting.removeprefix(WORKERS) for setting in settings if setting.startswith(WORKERS)]
    wanted = int(named[-1]) if named and named[-1].isdecimal() else 0
    cores = os.cpu_count() or 1
    return min(wanted or cores, cores)
