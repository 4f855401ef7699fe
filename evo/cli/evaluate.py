"""`evo evaluate`: one file is scored."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from evo.cli.json_output import print_json
from evo.cli.options import RUNS, AsJson, ConfigDir, Overrides, RunsDir

app = typer.Typer()


@app.command(epilog="Example: evo evaluate rule.py problem=toy --json --instances")
def evaluate(
    file: Annotated[Path, typer.Argument(help="The file with the candidate's source.", exists=True, dir_okay=False)],
    overrides: Overrides = None,
    split: Annotated[Literal["train", "validation", "test", "all"], typer.Option(help="Which instances.")] = "all",
    instances: Annotated[bool, typer.Option("--instances", help="A row per instance.")] = False,
    runs: RunsDir = RUNS,
    config_dir: ConfigDir = None,
    as_json: AsJson = False,
) -> int:
    """Score one file; exit status 1 when it fails."""
    from rich.console import Console

    from evo.cli.views import instance_rows, show_view, trial_view
    from evo.config.compose import compose
    from evo.tools.evaluate import try_source
    from problems import Split

    settings = compose(overrides or [], config_dir)
    splits = tuple(Split) if split == "all" else (Split(split),)
    trial = try_source(settings, read_text(file), splits, runs, Console(stderr=True))
    if as_json:
        print_json({"problem": settings.problem.name, "file": str(file), **trial.summary(instances)})
    else:
        show_view(trial_view(trial))
        if instances:
            show_view(instance_rows(trial))
    return 0 if trial.failure is None else 1


def read_text(file: Path) -> str:
    """Return the text of a file.

    Raises:
        UserError: it is not UTF-8.
    """
    from evo.core.errors import UserError

    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UserError(f"Expected UTF-8 text in {file}, got byte {error.object[error.start]:#x}.") from error
