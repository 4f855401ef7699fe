"""`evo report`: a run as one file to send."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from evo.cli.naming import named
from evo.cli.options import RunName, RunOption, RunsDir
from evo.core.files import RUNS

if TYPE_CHECKING:
    from evo.store import RunHeader

app = typer.Typer()


@app.command(epilog="Example: evo report toy_s0 --to toy.html; evo report --figures figures --tables tables")
def report(
    name: RunName = None,
    run: RunOption = None,
    to: Annotated[Path | None, typer.Option("--to", help="The file to write; default: report.html in the run.")] = None,
    form: Annotated[
        Literal["html", "md", "pdf-ready"],
        typer.Option("--format", "-f", help="A page, Markdown with PNG beside it, or a page laid out for A4."),
    ] = "html",
    figures: Annotated[
        Path | None, typer.Option("--figures", help="A folder for the figures as PNG, SVG and PDF, a column wide.")
    ] = None,
    tables: Annotated[
        Path | None, typer.Option("--tables", help="A folder for the tables as LaTeX, with booktabs.")
    ] = None,
    runs: RunsDir = RUNS,
) -> None:
    """Write a run as one file to send: what was found, how sure, from what, how to do it again."""
    from evo.core.foreign_text import visible
    from evo.report import FigureFormat, ReportFormat, contents, write_figures, write_report, write_tables
    from evo.store import RunStore

    folder, wanted = named((name,), run, runs).folder, ReportFormat(form)
    with RunStore.open_folder(folder) as store:
        told = contents(store, began=_was_typed(folder, store.header()))
    written = write_report(told, to or folder / wanted.file, wanted)
    if figures is not None:
        written += write_figures(told, figures, tuple(FigureFormat))
    if tables is not None:
        written += write_tables(told, tables)
    for path in written:
        print(f"wrote {visible(str(path))}")


def _was_typed(folder: Path, header: "RunHeader") -> bool:
    """Return whether a command began the run: one begun from Python names no settings, and hydra left no folder."""
    return bool(header.overrides) or (header.overrides == () and (folder / ".hydra").is_dir())
