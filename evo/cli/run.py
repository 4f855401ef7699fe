"""`evo run`: a heuristic is evolved."""

from typing import Annotated

import typer

from evo.cli.options import AsJson, ConfigDir, Overrides
from evo.cli.start import HELP_ALL, run_with

app = typer.Typer()


@app.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
def run(
    words: Overrides = None,
    multirun: Annotated[bool, typer.Option("-m", "--multirun", help="A run for each of several values.")] = False,
    estimate: Annotated[bool, typer.Option("--estimate", help="What models would cost, or how large it is.")] = False,
    config_dir: ConfigDir = None,
    as_json: AsJson = False,
    of_all: Annotated[bool, typer.Option(HELP_ALL, help="All settings and groups.")] = False,
    short: Annotated[bool, typer.Option("--help", "-h", help="The settings that people use.")] = False,
) -> int:
    """Evolve a heuristic: -m sweeps over settings, --estimate says what it would take."""
    # Hydra reads the words themselves (`evo.cli.app`); the options stand here so that the shell can complete them.
    flags = {"-m": multirun, "--estimate": estimate, "--json": as_json, HELP_ALL: of_all, "--help": short}
    folder = ["--config-dir", config_dir] if config_dir else []
    return run_with([*(flag for flag, given in flags.items() if given), *folder, *(words or [])])
