"""`evo references`: how many instances have a proven optimum."""

from typing import Annotated

import typer

from evo.cli.json_output import print_json
from evo.cli.options import AsJson, ConfigDir, Overrides, RunsDir
from evo.core.files import RUNS

app = typer.Typer()


@app.command(epilog="Example: evo references problem=smtt --compute")
def references(
    overrides: Overrides = None,
    compute: Annotated[bool, typer.Option("--compute", help="Compute those that are missing, on all cores.")] = False,
    renew: Annotated[bool, typer.Option("--renew", help="Compute again those that are not proven.")] = False,
    runs: RunsDir = RUNS,
    config_dir: ConfigDir = None,
    as_json: AsJson = False,
) -> None:
    """Show how many of a problem's instances have a proven optimum; the file is shared by all runs."""
    from rich.console import Console

    from evo.cli.views import covered, show_view
    from evo.config.compose import compose
    from evo.runs.build import instance_sets
    from evo.tools.references import coverage

    settings = compose(overrides or [], config_dir)
    if compute or renew:
        instance_sets(settings, runs, Console(stderr=True), renew=renew)
    splits = coverage(settings.problem, runs)
    if as_json:
        print_json({"problem": settings.problem.name, "splits": splits})
    else:
        show_view(covered(settings.problem.name, splits))
