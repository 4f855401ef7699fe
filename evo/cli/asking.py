"""`evo lineage …`: the frame of all questions about a run, also while it goes on."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from evo.cli.options import find_run

if TYPE_CHECKING:
    from rich.console import RenderableType

    from evo.analysis import Answer
    from evo.store import RunStore

    Question = Callable[[RunStore], Answer]
    Layout = Callable[[Answer, str], RenderableType]


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


class Questions(TyperGroup):
    """The questions; `evo lineage 54`, which once was one, is told what it is called now."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: D102, the group's own: its types are private
        name = args[0]
        if name not in self.commands and (name.isdecimal() or _is_digest(name)):
            from evo.core.validation import ConfigError

            raise ConfigError(f"`evo lineage` needs a question first: use `evo lineage path {name}`.")
        return super().resolve_command(ctx, args)


app = typer.Typer(
    name="lineage",
    cls=Questions,
    invoke_without_command=True,
    rich_markup_mode=None,
    help="Answer questions about a run: from what, by whom, at what cost, how sure.",
    epilog="Each question has --help and --format; the SQL behind them: docs/lineage.md.",
)


@app.callback()
def _help(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        print(context.get_help())


def ask(question: "Question", run: str | None, runs: Path, form: Format, layout: "Layout | None" = None) -> None:
    """Put a question to a run and write the answer; `layout` is how people see it, by default a table."""
    from evo.store import RunStore
    from evo.store.folders import DATABASE

    folder = find_run(run, runs)
    with RunStore.open(folder / DATABASE, readonly=True) as store:
        answer = question(store)
    write(answer, form, folder.name, layout)


def write(answer: "Answer", form: Format, of: str, layout: "Layout | None" = None) -> None:
    """Write an answer; people are told which run it is `of`."""
    from evo.analysis import FORMATS

    if form is not Format.TABLE:
        print(FORMATS[form](answer), end="")
        return
    from evo.cli.answers import table
    from evo.cli.views import show_view

    show_view((layout or table)(answer, of))


def _is_digest(name: str) -> bool:
    return len(name) >= 3 and set(name.lower()) <= set("0123456789abcdef")
