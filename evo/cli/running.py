"""Verbs that make a run, go on with one, or do one again."""

from dataclasses import asdict
from typing import Annotated

import typer

from evo.cli.options import RUNS, AsJson, ConfigDir, RunName, RunsDir, find_run, print_json

app = typer.Typer()


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    options_metavar="[-m] [--config-dir DIR] [KEY=VALUE]...",
)
def run(context: typer.Context) -> int:
    """Evolve a heuristic; `evo run --help` lists all settings, -m sweeps over several."""
    from evo.cli.hydra_run import run_by_hydra

    return run_by_hydra(context.args)


@app.command()
def resume(name: RunName = None, runs: RunsDir = RUNS, config_dir: ConfigDir = None) -> None:
    """Go on with a run that was stopped or killed; nothing paid for is asked again."""
    from rich.console import Console

    from evo.cli.ending import conclude_for_people
    from evo.composition import load
    from evo.run import resume as resume_run

    folder = find_run(name, runs)
    console = Console()
    conclude_for_people(resume_run(load(folder, config_dir), folder, console), folder, console)


@app.command()
def replay(
    name: RunName = None,
    evaluate: Annotated[bool, typer.Option("--evaluate", help="Evaluate every candidate again as well.")] = False,
    runs: RunsDir = RUNS,
    config_dir: ConfigDir = None,
    as_json: AsJson = False,
) -> int:
    """Apply what a run recorded and compare the archive bit for bit; exit status 1 when it differs."""
    from evo.composition import load
    from evo.replay import replay as replay_run

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
