"""`evo replay`: what a run recorded, applied again and compared bit for bit."""

from dataclasses import asdict
from typing import Annotated

import typer

from evo.cli.json_output import print_json
from evo.cli.naming import named
from evo.cli.options import AsJson, ConfigDir, RunName, RunOption, RunsDir, Trust
from evo.core.files import RUNS
from evo.core.foreign_text import visible

app = typer.Typer()


@app.command(epilog="Example: evo replay toy_s0 --evaluate")
def replay(
    name: RunName = None,
    run: RunOption = None,
    evaluate: Annotated[bool, typer.Option("--evaluate", help="Evaluate every candidate again as well.")] = False,
    runs: RunsDir = RUNS,
    config_dir: ConfigDir = None,
    trust: Trust = False,
    as_json: AsJson = False,
) -> int:
    """Apply what a run recorded and compare the archive bit for bit; exit status 1 when it differs."""
    from evo.config.recorded import load
    from evo.runs.replay import replay as replay_run

    folder = named((name,), run, runs).folder
    result = replay_run(load(folder, config_dir, trust=trust), folder, evaluate)
    if as_json:
        print_json({"run": str(folder), "identical": result.identical, **asdict(result)})
    else:
        verdict = "identical" if result.identical else "differs"
        print(f"{visible(str(folder))}: {result.candidates} candidates, {result.evaluated} evaluated again: {verdict}")
        for line in (*result.differences, *(f"excused: {excused}" for excused in result.excused)):
            print(f"  {visible(line)}")
    return 0 if result.identical else 1
