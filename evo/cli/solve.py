"""`evo solve`: instances of your own, solved and proven."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from evo.cli.json_output import print_json
from evo.cli.options import AsJson, ConfigDir, Overrides

app = typer.Typer()


@app.command(epilog="Example: evo solve jobs.txt problem=smtt --time-limit 60 --json")
def solve(
    file: Annotated[
        Path, typer.Argument(help="The instances: a file, a folder or a pattern (docs/instances.md has the formats).")
    ],
    overrides: Overrides = None,
    time_limit: Annotated[
        float,
        typer.Option(
            "--time-limit",
            min=0.001,
            help="Seconds for each instance (CPU; mip: wall), then a bound is given; pods stop by search_rounds alone.",
        ),
    ] = float("inf"),
    method: Annotated[
        str | None,
        typer.Option(help="A method of the problem, the default first; smtt: exact, mip; jobshop: tabu, mip, cpsat."),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option("--to", help="A file for the solutions: .csv, .json or .svg, as `evo apply` writes them."),
    ] = None,
    config_dir: ConfigDir = None,
    as_json: AsJson = False,
) -> None:
    """Solve instances of your own, and prove it."""
    from evo.cli.views import answer_line
    from evo.config.compose import compose
    from evo.tools.apply import check_format, solutions_of
    from evo.tools.own_instances import read_instances
    from evo.tools.solve import answers, solver_of

    if to is not None:
        check_format(to)
    problem = compose(overrides or [], config_dir).problem
    solver, name = solver_of(problem, method)
    solved = []
    for answer in answers(read_instances(problem, file), solver, time_limit, name):
        solved.append(answer)
        print(answer_line(answer), file=sys.stderr if as_json else sys.stdout, flush=True)
    if to is not None:
        solutions_of(problem, [(one.instance, one.solved) for one in solved]).write(to)
    if as_json:
        print_json({"instances": [answer.plain() for answer in solved]})
    elif len(solved) == 1:
        print(f"{name}:", *solved[0].solution)
