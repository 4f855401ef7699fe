"""`evo sweep-report`: the arms of a sweep, or of any folder of runs, compared."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from evo.cli.completion import sweep_names
from evo.cli.options import RunsDir
from evo.core.files import RUNS

if TYPE_CHECKING:
    from evo.sweeps import LeftOut, SweepComparison

app = typer.Typer()


@app.command(
    "sweep-report", epilog="Example: evo sweep-report runs/20261123-020334_sweep --by strategy --plot arms.png"
)
def sweep_report(
    folder: Annotated[
        Path | None,
        typer.Argument(
            help="The folder of a sweep, or a folder with runs; default: the newest sweep.",
            metavar="DIR",
            autocompletion=sweep_names,
        ),
    ] = None,
    by: Annotated[
        list[str] | None, typer.Option("--by", help="A setting that makes the arms; default: all that were swept.")
    ] = None,
    against: Annotated[
        str | None, typer.Option("--against", help="The arm that the others are compared with; default: the first.")
    ] = None,
    spend: Annotated[
        Literal["candidates", "seconds", "dollars", "tokens"], typer.Option(help="What performance is measured over.")
    ] = "candidates",
    form: Annotated[
        Literal["table", "json", "csv", "md", "html"], typer.Option("--format", "-f", help="How it is written.")
    ] = "table",
    plot: Annotated[Path | None, typer.Option("--plot", help="A file for the curves as PNG.")] = None,
    in_runs: RunsDir = RUNS,
) -> None:
    """Compare the arms of a sweep: gaps, paired differences with intervals, performance over spend, seeds or length."""
    from evo.sweeps import SpendUnit, arms, compare, read_runs

    folder = folder or _newest_sweep(in_runs)
    runs, left_out = read_runs(folder)
    if not runs:
        from evo.core.errors import UserError

        why = "; ".join(f"{one.name}: {one.why}" for one in left_out[:3])
        raise UserError(f"No finished run in {folder}: {why}{'; …' if len(left_out) > 3 else ''}.")
    comparison = compare(arms(runs, by or ()), SpendUnit(spend), against)
    if plot is not None:
        from evo.sweeps.output import as_png

        plot.write_bytes(as_png(comparison))
    _write(comparison, left_out, form, folder.resolve().name)


def _newest_sweep(runs: Path) -> Path:
    from evo.core.errors import UserError
    from evo.sweeps import sweep_folders

    if not (found := sweep_folders(runs)):
        raise UserError(f"No sweep in {runs}: `evo run -m` makes one, or name a folder with runs.")
    return found[-1]


def _write(comparison: "SweepComparison", left_out: "tuple[LeftOut, ...]", form: str, name: str) -> None:
    from evo.analysis.table import as_csv, as_json
    from evo.sweeps.tables import arm_table, comparison_tables, surface_table

    if form == "json":
        print(as_json(arm_table(comparison, left_out), surface=surface_table(comparison)), end="")
    elif form == "csv":
        print(as_csv(arm_table(comparison, left_out)), end="")
    elif form == "table":
        from evo.cli.question_tables import table
        from evo.cli.views import show_view

        for answer in comparison_tables(comparison, left_out):
            show_view(table(answer, name))
    else:
        from evo.sweeps.output import markdown, page

        print((page if form == "html" else markdown)(comparison, left_out, name), end="")
