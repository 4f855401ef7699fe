"""`evo export`: the best candidate as a plain Python file."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from evo.cli.json_output import print_json
from evo.cli.options import (
    AsJson,
    ConfigDir,
    RunName,
    RunOption,
    RunsDir,
    find_run,
)
from evo.core.files import RUNS

app = typer.Typer()


@app.command(epilog="Example: evo export toy_s0 --to rule.py")
def export(
    name: RunName = None,
    run: RunOption = None,
    to: Annotated[Path | None, typer.Option("--to", help="The file to write; default: print it.")] = None,
    runs: RunsDir = RUNS,
    _config_dir: ConfigDir = None,
    as_json: AsJson = False,
) -> None:
    """Write the best candidate as a plain Python file that needs nothing of ours."""
    from evo.core.files import write_whole
    from evo.tools.export import FOREIGN
    from evo.tools.export import export as exported

    folder = find_run(name or run, runs)
    made = exported(folder)
    text = made.text
    if to is not None:
        write_whole(to, text)
    if as_json:
        print_json({"run": str(folder), "file": None if to is None else str(to), "source": text})
    else:
        print(text if to is None else f"wrote {to}")
    if made.foreign:
        print(f"evo: {FOREIGN}", file=sys.stderr)
