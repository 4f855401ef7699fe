"""Arguments that several verbs share, so that each has one name and one help text."""

import json
import os
from pathlib import Path
from typing import Annotated, Literal

import typer

Overrides = Annotated[
    list[str] | None, typer.Argument(help="Settings as key=value, e.g. problem=toy.", metavar="KEY=VALUE")
]
ConfigDir = Annotated[str | None, typer.Option("--config-dir", "-cd", help="Your folder of problems and YAML files.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
RunsDir = Annotated[Path, typer.Option("--runs", envvar="EVO_RUNS", help="The folder of all runs.")]
RunName = Annotated[
    str | None, typer.Argument(help="The run's folder, or a unique part of its name; default: the newest.")
]
RunOption = Annotated[
    str | None, typer.Option("--run", help="The run's folder, or a unique part of its name; default: the newest.")
]
Identity = Annotated[str, typer.Argument(help="A candidate's ordinal, the beginning of its digest, or best.")]

SplitName = Literal["train", "validation", "test"]

RUNS = Path("runs")


def print_json(value: object) -> None:
    """Print a value made of plain types; numbers that JSON cannot hold are refused, not smuggled."""
    print(json.dumps(value, indent=2, allow_nan=False, ensure_ascii=False))


def find_run(name: str | None, runs: Path) -> Path:
    """Return the folder of a run: named by its path, its name or a unique part of it, else the newest.

    Raises:
        ConfigError: there is none, or several fit.
    """
    from evo.core.validation import ConfigError, near
    from evo.store.folders import DATABASE, run_folders

    if name is not None and (Path(name) / DATABASE).is_file():
        return Path(name)
    folders = run_folders(runs)
    fitting = [folder for folder in folders if name is None or name in folder.name]
    fitting = [folder for folder in fitting if folder.name == name] or fitting
    if not folders:
        raise ConfigError(f"No run in {runs}{os.sep}; `evo run` makes one (its record begins with the references).")
    if not fitting:
        raise ConfigError(f"No run {name!r} in {runs}{os.sep}{near(str(name), [folder.name for folder in folders])}.")
    if name is not None and len(fitting) > 1:
        shown = ", ".join(folder.name for folder in fitting[-5:])
        more = f" and {len(fitting) - 5} more" if len(fitting) > 5 else ""
        raise ConfigError(f"Several runs fit {name!r}: {shown}{more}; give more of the name.")
    return fitting[-1]
