"""`evo resume`: a run that was stopped, killed or has used up its budget goes on."""

from pathlib import Path
from typing import Annotated

import typer

from evo.cli.options import AsJson, ConfigDir, RunName, RunsDir, Trust, find_run
from evo.core.files import RUNS

app = typer.Typer()


@app.command(epilog="Example: evo resume toy_s0 budget.candidates=2000")
def resume(
    name: RunName = None,
    overrides: Annotated[
        list[str] | None,
        typer.Argument(help="A larger budget.NAME, evaluator.workers or llm.NAME, for this time.", metavar="KEY=VALUE"),
    ] = None,
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

    settings = list(overrides or [])
    if name is not None and "=" in name and not Path(name).exists():  # the name may be left out
        settings.insert(0, name)
        name = None
    folder = find_run(name, runs)
    console = console_for(as_json)
    show_conclusion(
        resume_run(load(folder, config_dir, settings, trust, resumes=True), folder, console), folder, console, as_json
    )
