"""`evo lineage …`: questions about a run, also while it goes on."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from evo.cli.options import RUNS, RunOption, RunsDir, SplitName, find_run

if TYPE_CHECKING:
    from rich.console import RenderableType

    from evo.analysis import DataTable
    from evo.store import RunStore

    Question = Callable[[RunStore], DataTable]
    Layout = Callable[[DataTable, str], RenderableType]


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
            from evo.core.errors import UserError

            raise UserError(f"`evo lineage` needs a question first: use `evo lineage path {name}`.")
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


def write(answer: "DataTable", form: Format, of: str, layout: "Layout | None" = None) -> None:
    """Write an answer; people are told which run it is `of`."""
    from evo.analysis import FORMATS

    if form is not Format.TABLE:
        print(FORMATS[form](answer), end="")
        return
    from evo.cli.question_tables import table
    from evo.cli.views import show_view

    show_view((layout or table)(answer, of))


def _is_digest(name: str) -> bool:
    return len(name) >= 3 and set(name.lower()) <= set("0123456789abcdef")


Depth = Annotated[int | None, typer.Option("--depth", min=0, help="So many generations at most.")]


@app.command(epilog="Example: evo lineage best -n 5 --split validation --run toy_s0")
def best(
    count: Count = 10,
    split: Annotated[SplitName, typer.Option(help="The instances that the ranking is on.")] = "train",
    of_all: Annotated[bool, typer.Option("--all", help="Over all runs of the run's problem.")] = False,
    run: RunOption = None,
    runs: RunsDir = RUNS,
    form: FormatOption = Format.TABLE,
) -> None:
    """List the fittest candidates."""
    from evo.analysis import rankings
    from problems import Split

    if of_all:
        ask(lambda store: rankings.best_of_all(store, runs, count, Split(split)), run, runs, form)
    else:
        ask(lambda store: rankings.best(store, count, Split(split)), run, runs, form)


@app.command(epilog="Example: evo lineage path best")
def path(identity: Candidate, run: RunOption = None, runs: RunsDir = RUNS, form: FormatOption = Format.TABLE) -> None:
    """List the steps that improved: by how much, by which operator and model."""
    from evo.analysis import find_candidate, lineage

    ask(lambda store: lineage.path(store, find_candidate(store, identity)), run, runs, form)


@app.command(epilog="Example: evo lineage ancestors best --depth 3 --format mermaid")
def ancestors(
    identity: Candidate,
    depth: Depth = None,
    run: RunOption = None,
    runs: RunsDir = RUNS,
    form: FormatOption = Format.TABLE,
) -> None:
    """List all that a candidate descends from, with the gap at each step."""
    from evo.analysis import find_candidate, lineage

    ask(lambda store: lineage.ancestors(store, find_candidate(store, identity), depth), run, runs, form)


@app.command(epilog="Example: evo lineage descendants 0 --depth 1")
def descendants(
    identity: Candidate,
    depth: Depth = None,
    run: RunOption = None,
    runs: RunsDir = RUNS,
    form: FormatOption = Format.TABLE,
) -> None:
    """List all that descends from a candidate, and say which is the best."""
    from evo.analysis import find_candidate, lineage

    ask(lambda store: lineage.descendants(store, find_candidate(store, identity), depth), run, runs, form)


@app.command(epilog="Example: evo lineage common 48 54 --format dot")
def common(
    one: Candidate,
    other: Candidate,
    run: RunOption = None,
    runs: RunsDir = RUNS,
    form: FormatOption = Format.TABLE,
) -> None:
    """Find the nearest common ancestors of two candidates."""
    from evo.analysis import find_candidate, lineage

    ask(lambda store: lineage.common(store, find_candidate(store, one), find_candidate(store, other)), run, runs, form)


@app.command(epilog="Example: evo lineage diff best")
def diff(
    identity: Candidate,
    parent: Annotated[
        str | None, typer.Argument(help="Another candidate to compare with; default: the fittest parent.")
    ] = None,
    run: RunOption = None,
    runs: RunsDir = RUNS,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show what changed in the source from a parent."""
    from evo.analysis import DataTable, differences, find_candidate
    from evo.cli.question_tables import difference
    from evo.store import RunStore

    def changes(store: RunStore) -> DataTable:
        origin = None if parent is None else find_candidate(store, parent)
        return differences.diff(store, find_candidate(store, identity), origin)

    ask(changes, run, runs, form, difference)


@app.command(epilog="Example: evo lineage cell 9,5 --island 0")
def cell(
    name: Annotated[str, typer.Argument(metavar="CELL", help="Its place on each axis, such as 3,4.")],
    island: Annotated[int | None, typer.Option(min=0, help="The island's number; default: all.")] = None,
    run: RunOption = None,
    runs: RunsDir = RUNS,
    form: FormatOption = Format.TABLE,
) -> None:
    """Tell the history of one cell: who held it when, displaced by whom."""
    from evo.analysis import cells

    ask(lambda store: cells.cell(store, name, island), run, runs, form)


@app.command(epilog="Example: evo lineage migrants -n 5")
def migrants(count: Count = 20, run: RunOption = None, runs: RunsDir = RUNS, form: FormatOption = Format.TABLE) -> None:
    """List the migrations that led to elites of now."""
    from evo.analysis import migrants

    ask(lambda store: migrants.migrants(store, count), run, runs, form)


@app.command(epilog="Example: evo lineage contrib --format csv")
def contrib(run: RunOption = None, runs: RunsDir = RUNS, form: FormatOption = Format.TABLE) -> None:
    """Show which share of the archives descends from each seed."""
    from evo.analysis import contributions

    ask(contributions.contrib, run, runs, form)


@app.command(epilog="Example: evo lineage duplicates -n 50")
def duplicates(
    count: Count = 20, run: RunOption = None, runs: RunsDir = RUNS, form: FormatOption = Format.TABLE
) -> None:
    """List what was written again, in this run or in others of its problem."""
    from evo.analysis import duplicates

    ask(lambda store: duplicates.duplicates(store, runs, count), run, runs, form)


@app.command(epilog="Example: evo lineage prompt best")
def prompt(identity: Candidate, run: RunOption = None, runs: RunsDir = RUNS, form: FormatOption = Format.TABLE) -> None:
    """Show the exact prompt and reply of a candidate."""
    from evo.analysis import find_candidate, prompts
    from evo.cli.question_tables import conversation

    ask(lambda store: prompts.prompt(store, find_candidate(store, identity)), run, runs, form, conversation)


SplitOption = Annotated[SplitName, typer.Option(help="The instances that are meant.")]
RunArgument = Annotated[str, typer.Argument(help="A run's folder, or a unique part of its name.")]


@app.command(epilog="Example: evo lineage operators --run toy_s0")
def operators(run: RunOption = None, runs: RunsDir = RUNS, form: FormatOption = Format.TABLE) -> None:
    """Say what each operator was worth: improvements, mean gain, cost."""
    from evo.analysis.operators import improvements_by

    ask(lambda store: improvements_by(store, "operator"), run, runs, form)


@app.command(epilog="Example: evo lineage models --format csv")
def models(run: RunOption = None, runs: RunsDir = RUNS, form: FormatOption = Format.TABLE) -> None:
    """Say what each model was worth: improvements, mean gain, cost."""
    from evo.analysis.operators import improvements_by

    ask(lambda store: improvements_by(store, "model"), run, runs, form)


@app.command(epilog="Example: evo lineage cost --gap 0.01")
def cost(
    gap: Annotated[float | None, typer.Option(help="Until this mean gap on train, a fraction: 0.01 is 1 %.")] = None,
    run: RunOption = None,
    runs: RunsDir = RUNS,
    form: FormatOption = Format.TABLE,
) -> None:
    """Say what it took until each gap was first reached: candidates, seconds, tokens, dollars."""
    from evo.analysis import costs

    ask(lambda store: costs.cost(store, gap), run, runs, form)


@app.command(epilog="Example: evo lineage failures -n 5")
def failures(count: Count = 20, run: RunOption = None, runs: RunsDir = RUNS, form: FormatOption = Format.TABLE) -> None:
    """Group the failures by kind and message, each group with an example."""
    from evo.analysis import failures

    ask(lambda store: failures.failures(store, count), run, runs, form)


@app.command(epilog="Example: evo lineage stagnation")
def stagnation(run: RunOption = None, runs: RunsDir = RUNS, form: FormatOption = Format.TABLE) -> None:
    """Say how long no island got better, and how its cells filled."""
    from evo.analysis import stagnation

    ask(stagnation.stagnation, run, runs, form)


@app.command(epilog="Example: evo lineage instances best -n 5 --split validation")
def instances(
    identity: Candidate,
    count: Count = 10,
    split: SplitOption = "train",
    run: RunOption = None,
    runs: RunsDir = RUNS,
    form: FormatOption = Format.TABLE,
) -> None:
    """List the instances where a candidate is worst, and who is best there."""
    import problems
    from evo.analysis import find_candidate, instances

    ask(
        lambda store: instances.instances(store, find_candidate(store, identity), count, problems.Split(split)),
        run,
        runs,
        form,
    )


@app.command(epilog="Example: evo lineage winners --portfolio 3")
def winners(
    count: Count = 10,
    portfolio: Annotated[int, typer.Option("--portfolio", "-k", min=1, help="Candidates that are to share work.")] = 5,
    split: SplitOption = "train",
    run: RunOption = None,
    runs: RunsDir = RUNS,
    form: FormatOption = Format.TABLE,
) -> None:
    """List who is best on an instance, and a few candidates that are best together."""
    import problems
    from evo.analysis import instances

    ask(lambda store: instances.winners(store, count, portfolio, problems.Split(split)), run, runs, form)


@app.command(epilog="Example: evo lineage generalise -n 5 --scored")
def generalise(
    count: Count = 10,
    scored: Annotated[bool, typer.Option("--scored", help="Only those with a score on validation.")] = False,
    run: RunOption = None,
    runs: RunsDir = RUNS,
    form: FormatOption = Format.TABLE,
) -> None:
    """Set gaps on train, validation and test side by side."""
    from evo.analysis import generalisation

    ask(lambda store: generalisation.generalise(store, count, scored), run, runs, form)


@app.command(epilog="Example: evo lineage compare toy_s0 toy_s1")
def compare(first: RunArgument, second: RunArgument, runs: RunsDir = RUNS, form: FormatOption = Format.TABLE) -> None:
    """Set two runs side by side: settings, gaps with intervals, cost."""
    from evo.analysis import compare
    from evo.analysis.runs import opened

    with opened(find_run(first, runs)) as one, opened(find_run(second, runs)) as other:
        answer = compare.compare(one, other)
    write(answer, form, "compare")


@app.command(epilog='Example: evo lineage sql "select operator, count(*) from candidates group by operator"')
def sql(
    statement: Annotated[str, typer.Argument(help="One SELECT; the tables: docs/lineage.md.")],
    count: Count = 1000,
    seconds: Annotated[float, typer.Option(min=0.0, help="It is broken off after so long.")] = 10.0,
    run: RunOption = None,
    runs: RunsDir = RUNS,
    form: FormatOption = Format.TABLE,
) -> None:
    """Put a question of your own in SQL; nothing can be written."""
    from evo.analysis import sql

    ask(lambda store: sql.query_table(store, statement, count, seconds), run, runs, form)
