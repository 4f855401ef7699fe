"""Verbs that make a run, go on with one, or do one again."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from evo.cli.options import RUNS, AsJson, ConfigDir, RunName, RunsDir, find_run, print_json

app = typer.Typer()


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    options_metavar="[-m] [--estimate] [--json] [--config-dir DIR] [KEY=VALUE]...",
)
def run(context: typer.Context) -> int:
    """Evolve a heuristic; --help lists all settings, -m sweeps over several, --estimate says what models would cost."""
    from evo.cli.hydra_run import run_by_hydra

    return run_by_hydra(context.args)


@app.command(epilog="Example: evo resume toy_s0 budget.candidates=2000")
def resume(
    name: RunName = None,
    overrides: Annotated[
        list[str] | None,
        typer.Argument(help="A larger budget.NAME, or evaluator.workers, for this time.", metavar="KEY=VALUE"),
    ] = None,
    runs: RunsDir = RUNS,
    config_dir: ConfigDir = None,
    as_json: AsJson = False,
) -> None:
    """Go on with a run that was stopped, killed or has used up its budget; nothing paid for is asked again."""
    from evo.cli.ending import conclude, console_for
    from evo.config.compose import load
    from evo.runs.run import resume as resume_run

    settings = list(overrides or [])
    if name is not None and "=" in name and not Path(name).exists():  # the name may be left out
        settings.insert(0, name)
        name = None
    folder = find_run(name, runs)
    console = console_for(as_json)
    conclude(resume_run(load(folder, config_dir, settings), folder, console), folder, console, as_json)


@app.command(epilog="Example: evo replay toy_s0 --evaluate")
def replay(
    name: RunName = None,
    evaluate: Annotated[bool, typer.Option("--evaluate", help="Evaluate every candidate again as well.")] = False,
    runs: RunsDir = RUNS,
    config_dir: ConfigDir = None,
    as_json: AsJson = False,
) -> int:
    """Apply what a run recorded and compare the archive bit for bit; exit status 1 when it differs."""
    from evo.config.compose import load
    from evo.runs.replay import replay as replay_run

    folder = find_run(name, runs)
    result = replay_run(load(folder, config_dir), folder, evaluate)
    if as_json:
        print_json({"run": str(folder), "identical": result.identical, **asdict(result)})
    else:
        verdict = "identical" if result.identical else "differs"
        print(f"{folder}: {result.candidates} candidates, {result.evaluated} evaluated again: {verdict}")
        for line in (*result.differences, *(f"excused: {excused}" for excused in result.excused)):
            print(f"  {line}")
    return 0 if result.identical else 1
