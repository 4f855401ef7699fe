"""`evo lineage …`: questions about a run, also while it goes on."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evo.cli.options import RUNS, RunOption, RunsDir, SplitName, find_run

if TYPE_CHECKING:
    from evo.questions import Answer
    from evo.store import RunStore


class Format(StrEnum):
    """How an answer is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    DOT = "dot"
    MERMAID = "mermaid"


FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How the answer is written.")]
Candidate = Annotated[str, typer.Argument(help="An ordinal, the beginning of a digest, or best.")]
Count = Annotated[int, typer.Option("--count", "-n", min=1, help="How many.")]

app = typer.Typer(
    name="lineage",
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Answer questions about a run: from what, by whom, at what cost, how sure.",
    epilog="Each question has --help and --format; the SQL behind them: docs/lineage.md.",
)


@app.command(epilog="Example: evo lineage best -n 5 --split validation --run toy_s0")
def best(
    count: Count = 10,
    split: Annotated[SplitName, typer.Option(help="The instances that the ranking is on.")] = "train",
    run: RunOption = None,
    runs: RunsDir = RUNS,
    form: FormatOption = Format.TABLE,
) -> None:
    """List the fittest candidates."""
    from evo.questions.rankings import best as fittest
    from problems import Split

    ask(lambda store: fittest(store, count, Split(split)), run, runs, form)


def ask(question: Callable[["RunStore"], "Answer"], run: str | None, runs: Path, form: Format) -> None:
    """Put a question to a run and write the answer."""
    from evo.store import RunStore

    folder = find_run(run, runs)
    with RunStore.open(folder / "run.sqlite", readonly=True) as store:
        answer = question(store)
    write(answer, form, folder.name)


def write(answer: "Answer", form: Format, of: str) -> None:
    """Write an answer; people are told which run it is `of`."""
    from evo.questions import FORMATS

    if form is not Format.TABLE:
        print(FORMATS[form](answer), end="")
        return
    from evo.cli.answers import table
    from evo.cli.views import show_view

    show_view(table(answer, of))
