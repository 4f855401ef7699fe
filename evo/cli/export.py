"""`evo export`: a candidate as a plain Python file, alone or with what makes solutions by it."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from evo.cli.json_output import print_json
from evo.cli.naming import Named, of_candidate
from evo.cli.options import AsJson, ConfigDir, Trust

app = typer.Typer()


@app.command(epilog="Example: evo export toy_s0 --with-kernel --to rule.py")
@of_candidate
def export(
    chosen: Named,
    with_kernel: Annotated[
        bool, typer.Option("--with-kernel", help="With the problem's kernel: instances in, solutions out, numpy alone.")
    ] = False,
    to: Annotated[Path | None, typer.Option("--to", help="The file to write; default: print it.")] = None,
    config_dir: ConfigDir = None,
    trust: Trust = False,
    as_json: AsJson = False,
) -> None:
    """Write a candidate as a plain Python file that needs nothing of ours."""
    from evo.core.errors import UserError
    from evo.core.files import write_whole
    from evo.tools.export import FOREIGN
    from evo.tools.export import export as exported

    if to is not None and to.suffix.lower() not in ("", ".py"):
        raise UserError(f"Expected --to FILE.py, got {to}: this is for Python; drawings: `evo draw --to FILE.svg`.")
    problem = None
    if with_kernel:
        from evo.config.recorded import load

        problem = load(chosen.folder, config_dir, trust=trust).problem
    made = exported(chosen.folder, chosen.candidate, problem)
    text = made.text
    if to is not None:
        write_whole(to, text)
    if as_json:
        print_json({"run": str(chosen.folder), "file": None if to is None else str(to), "source": text})
    else:
        print(text if to is None else f"wrote {to}")
    if made.foreign:
        print(f"evo: {FOREIGN}", file=sys.stderr)
