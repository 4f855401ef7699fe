"""`evo resume`: a run that was stopped, killed or has used up its budget goes on."""

from pathlib import Path
from typing import Annotated

import typer

from evo.cli.completion import settings
from evo.cli.naming import named
from evo.cli.options import AsJson, ConfigDir, RunName, RunOption, RunsDir, Trust
from evo.core.files import RUNS

app = typer.Typer()


@app.command(epilog="Example: evo resume toy_s0 budget.candidates=2000")
def resume(
    name: RunName = None,
    overrides: Annotated[
        list[str] | None,
        typer.Argument(
            help="A larger budget.NAME, evaluator.workers or llm.NAME, for this time.",
            metavar="KEY=VALUE",
            autocompletion=settings,
        ),
    ] = None,
    run: RunOption = None,
    runs: RunsDir = RUNS,
    config_dir: ConfigDir = None,
    trust: Trust = False,
    as_json: AsJson = False,
) -> None:
    """Go on with a run that was stopped, killed or has used up its budget; nothing paid for is asked again."""
    from evo.cli.hydra_job import console_for
    from evo.cli.run_summary import show_conclusion
    from evo.config.recorded import load
    from evo.runs.resume import resume as resume_run

    given = list(overrides or [])
    if name is not None and "=" in name and not Path(name).exists():  # the name may be left out
        given.insert(0, name)
        name = None
    folder = named((name,), run, runs).folder
    console = console_for(as_json)
    show_conclusion(
        resume_run(load(folder, config_dir, given, trust, resumes=True), folder, console), folder, console, as_json
    )
