"""`evo evaluate`: one file is scored."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from evo.cli.json_output import print_json
from evo.cli.options import AsJson, ConfigDir, Overrides, RunsDir
from evo.core.files import RUNS

app = typer.Typer()


@app.command(epilog="Example: evo evaluate rule.py problem=smtt --instances jobs.npz --json")
def evaluate(
    file: Annotated[Path, typer.Argument(help="The file with the candidate's source.", exists=True, dir_okay=False)],
    overrides: Overrides = None,
    split: Annotated[
        Literal["train", "validation", "test", "all"] | None,
        typer.Option(
            help="Which instances; default: train and validation. A look at test is counted in the record of each "
            "run that has these instances."
        ),
    ] = None,
    instances: Annotated[
        Path | None,
        typer.Option(
            help="Instances of your own in their place, baselines beside: a file, a folder or a pattern; "
            "docs/instances.md has the formats of each problem, smtt: a line `p d` per job, CSV, wt40.txt, .npz."
        ),
    ] = None,
    baselines: Annotated[
        bool,
        typer.Option("--baselines", help="With the baselines beside it, paired, on one split; default: validation."),
    ] = False,
    per_instance: Annotated[bool, typer.Option("--per-instance", help="A row per instance.")] = False,
    runs: RunsDir = RUNS,
    config_dir: ConfigDir = None,
    as_json: AsJson = False,
) -> int:
    """Score one file; exit status 1 when it fails."""
    from rich.console import Console

    from evo.cli.views import comparison_view, instance_rows, show_view, trial_view
    from evo.config.compose import compose
    from evo.core.errors import UserError
    from evo.tools.evaluate import WITHOUT_TEST, Trial, try_source
    from evo.tools.own_instances import Comparison, compare_on_file, compare_on_split
    from problems import Split

    if instances is not None and split is not None:
        raise UserError("--split chooses among the problem's own instances: leave it out, or --instances.")
    if baselines and split == "all":
        raise UserError("--baselines compares on one split: --split train, validation or test.")
    settings, console = compose(overrides or [], config_dir), Console(stderr=True)
    result: Trial | Comparison
    if baselines and instances is None:
        one = Split(split or Split.VALIDATION)
        result = comparison = compare_on_split(settings, read_text(file), one, runs, console)
        view = comparison_view(comparison, file.name)
    elif instances is None:
        splits = WITHOUT_TEST if split is None else tuple(Split) if split == "all" else (Split(split),)
        result = trial = try_source(settings, read_text(file), splits, runs, console)
        view = trial_view(trial)
    else:
        result = comparison = compare_on_file(settings, read_text(file), instances, runs, console)
        view = comparison_view(comparison, file.name)
    if as_json:
        print_json({"problem": settings.problem.name, "file": str(file), **result.summary(per_instance)})
    else:
        show_view(view)
        if per_instance:
            show_view(instance_rows(result.rows()))
    return 0 if result.failure is None else 1


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
