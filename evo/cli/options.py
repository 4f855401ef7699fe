"""Arguments that several verbs share, so that each has one name and one help text."""

import os
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from evo.cli.completion import candidate_names, run_names, run_or_candidate, settings

if TYPE_CHECKING:
    from evo.store import RunStore

CANDIDATE = "A candidate: its ordinal, the beginning of its digest, or best"
Overrides = Annotated[
    list[str] | None,
    typer.Argument(help="Settings as key=value, e.g. problem=toy.", metavar="KEY=VALUE", autocompletion=settings),
]
ConfigDir = Annotated[str | None, typer.Option("--config-dir", "-cd", help="Your folder of problems and YAML files.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
RunsDir = Annotated[Path, typer.Option("--runs", envvar="EVO_RUNS", help="The folder of all runs.")]
RUN = "The run's folder, or a unique part of its name; default: the newest."
RunName = Annotated[str | None, typer.Argument(help=RUN, metavar="RUN", autocompletion=run_names)]
RunFirst = Annotated[str | None, typer.Argument(help=RUN, metavar="RUN", autocompletion=run_or_candidate)]
"""A run that a candidate may follow, or stand in place of."""
RunOption = Annotated[str | None, typer.Option("--run", help="The run, said by an option.", autocompletion=run_names)]
Identity = Annotated[str, typer.Argument(help=f"{CANDIDATE}.", metavar="CANDIDATE", autocompletion=candidate_names)]
CandidateName = Annotated[
    str | None,
    typer.Argument(
        help=f"{CANDIDATE}; default: best. It may stand without a run.",
        metavar="CANDIDATE",
        autocompletion=candidate_names,
    ),
]
CandidateOption = Annotated[
    str | None, typer.Option("--candidate", help="The candidate, said by an option.", autocompletion=candidate_names)
]

Trust = Annotated[
    bool, typer.Option("--trust", help="Run what the record names though its code changed or it was made elsewhere.")
]
SplitName = Literal["train", "validation", "test"]


def find_run(name: str | None, runs: Path) -> Path:
    """Return the folder of a run: named by its path, its name or a unique part of it, else the newest.

    Raises:
        UserError: there is none, it recorded nothing, or several fit.
    """
    from evo.core.checked_values import near
    from evo.core.errors import UserError
    from evo.store.folders import DATABASE, is_unrecorded, run_folders, unrecorded_folders

    if name is not None and (Path(name) / DATABASE).is_file():
        return Path(name)
    folders = run_folders(runs)
    fitting = _fitting(name, folders)
    begun = [folder for folder in (Path(name), runs / name) if is_unrecorded(folder)] if name is not None else []
    if begun or not fitting:
        for folder in (begun[:1] or _fitting(name, unrecorded_folders(runs)))[-1:]:
            raise UserError(
                f"Nothing is recorded in {folder}: it was killed before, or is starting. {_how_to_begin(folder)}"
            )
    if not folders:
        raise UserError(f"No run in {runs}{os.sep}; `evo run` makes one, --runs FOLDER names another place.")
    if not fitting:
        raise UserError(f"No run {name!r} in {runs}{os.sep}{near(str(name), [folder.name for folder in folders])}.")
    if name is not None and len(fitting) > 1:
        shown = ", ".join(folder.name for folder in fitting[-5:])
        more = f" and {len(fitting) - 5} more" if len(fitting) > 5 else ""
        raise UserError(f"Several runs fit {name!r}: {shown}{more}; give more of the name.")
    return fitting[-1]


def _fitting(name: str | None, folders: Sequence[Path]) -> Sequence[Path]:
    """Return the folders of that name, else those whose name has it as a part; all where there is no name."""
    fitting = [folder for folder in folders if name is None or name in folder.name]
    return [folder for folder in fitting if folder.name == name] or fitting


def _how_to_begin(folder: Path) -> str:
    """Say by which command a run is begun again in its folder."""
    from evo.cli.program import program
    from evo.config.compose import begun_with

    arguments = begun_with(folder)
    if arguments is None:
        again = f"{program()} run … {shlex.quote(f'hydra.run.dir={folder}')}"
        return f"Its settings were not written either: remove it, or {again}"
    return f"To start it: {program()} {shlex.join(['run', *arguments, f'hydra.run.dir={folder}'])}"


def open_run(name: str | None, runs: Path) -> "RunStore":
    """Open a run to read it; named as `find_run` takes it."""
    from evo.store import RunStore

    return RunStore.open_folder(find_run(name, runs))
