"""`evo lineage …`: questions about a run, also while it goes on."""

import inspect
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from typer.core import TyperGroup

from evo.cli.options import Identity, RunOption, RunsDir, SplitName, open_run
from evo.core.files import RUNS

if TYPE_CHECKING:
    from rich.console import RenderableType

    from evo.analysis import DataTable
    from evo.store import RunStore

    Ask = Callable[..., DataTable]
    Layout = Callable[[DataTable, str], RenderableType]


class Format(StrEnum):
    """How an answer is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    DOT = "dot"
    MERMAID = "mermaid"


FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How the answer is written.")]
Count = Annotated[int, typer.Option("--count", "-n", min=1, help="How many.")]
Depth = Annotated[int | None, typer.Option("--depth", min=0, help="So many generations at most.")]
SplitOption = Annotated[SplitName, typer.Option(help="The instances that are meant.")]
LayoutName = Literal["table", "difference", "conversation"]
RunArgument = Annotated[str, typer.Argument(help="A run's folder, or a unique part of its name.")]


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


def question(example: str, layout: LayoutName = "table") -> "Callable[[Ask], Ask]":
    """Make a command of a function that asks a run, opened to be read, and returns a table.

    The command has the function's name, docstring and parameters, less the run and `runs`, and the options of every
    question. `layout` names the function of `evo/cli/question_tables.py` that lays the answer out for people.
    """

    def register(ask: "Ask") -> "Ask":
        _, *own = inspect.signature(ask).parameters.values()
        among_runs = any(parameter.name == "runs" for parameter in own)

        def command(run: str | None, runs: Path, form: Format, **arguments: object) -> None:
            with open_run(run, runs) as store:
                answer = ask(store, **arguments, runs=runs) if among_runs else ask(store, **arguments)
            write(answer, form, store.path.parent.name, layout)

        options = inspect.signature(_options_of_every_question).parameters.values()
        parameters = [*(parameter for parameter in own if parameter.name != "runs"), *options]
        command.__dict__["__signature__"] = inspect.Signature(parameters)  # typer makes the options of it
        app.command(ask.__name__, help=ask.__doc__, epilog=f"Example: evo lineage {example}")(command)
        return ask

    return register


def _options_of_every_question(
    run: RunOption = None, runs: RunsDir = RUNS, form: FormatOption = Format.TABLE
) -> None: ...


def write(answer: "DataTable", form: Format, of: str, layout: LayoutName = "table") -> None:
    """Write an answer; people are told which run it is `of`."""
    from evo.analysis import FORMATS

    if form is not Format.TABLE:
        print(FORMATS[form](answer), end="")
        return
    from evo.cli import question_tables
    from evo.cli.views import show_view

    lay_out: Layout = getattr(question_tables, layout)
    show_view(lay_out(answer, of))


def _is_digest(name: str) -> bool:
    return len(name) >= 3 and set(name.lower()) <= set("0123456789abcdef")


@question("best -n 5 --split validation --run toy_s0")
def best(
    store: "RunStore",
    count: Count = 10,
    split: Annotated[SplitName, typer.Option(help="The instances that the ranking is on.")] = "train",
    of_all: Annotated[bool, typer.Option("--all", help="Over all runs of the run's problem.")] = False,
    *,
    runs: Path,
) -> "DataTable":
    """List the fittest candidates."""
    from evo.analysis import rankings
    from problems import Split

    ranked = Split(split)
    return rankings.best_of_all(store, runs, count, ranked) if of_all else rankings.best(store, count, ranked)


@question("path best")
def path(store: "RunStore", identity: Identity) -> "DataTable":
    """List the steps that improved: by how much, by which operator and model."""
    from evo.analysis import find_candidate, lineage

    return lineage.path(store, find_candidate(store, identity))


@question("ancestors best --depth 3 --format mermaid")
def ancestors(store: "RunStore", identity: Identity, depth: Depth = None) -> "DataTable":
    """List all that a candidate descends from, with the gap at each step."""
    from evo.analysis import find_candidate, lineage

    return lineage.ancestors(store, find_candidate(store, identity), depth)


@question("descendants 0 --depth 1")
def descendants(store: "RunStore", identity: Identity, depth: Depth = None) -> "DataTable":
    """List all that descends from a candidate, and say which is the best."""
    from evo.analysis import find_candidate, lineage

    return lineage.descendants(store, find_candidate(store, identity), depth)


@question("common 48 54 --format dot")
def common(store: "RunStore", one: Identity, other: Identity) -> "DataTable":
    """Find the nearest common ancestors of two candidates."""
    from evo.analysis import find_candidate, lineage

    return lineage.common(store, find_candidate(store, one), find_candidate(store, other))


@question("diff best", layout="difference")
def diff(
    store: "RunStore",
    identity: Identity,
    parent: Annotated[
        str | None, typer.Argument(help="Another candidate to compare with; default: the fittest parent.")
    ] = None,
) -> "DataTable":
    """Show what changed in the source from a parent."""
    from evo.analysis import differences, find_candidate

    origin = None if parent is None else find_candidate(store, parent)
    return differences.diff(store, find_candidate(store, identity), origin)


@question("cell 9,5 --island 0")
def cell(
    store: "RunStore",
    name: Annotated[str, typer.Argument(metavar="CELL", help="Its place on each axis, such as 3,4.")],
    island: Annotated[int | None, typer.Option(min=0, help="The island's number; default: all.")] = None,
) -> "DataTable":
    """Tell the history of one cell: who held it when, displaced by whom."""
    from evo.analysis import cells

    return cells.cell(store, name, island)


@question("migrants -n 5")
def migrants(store: "RunStore", count: Count = 20) -> "DataTable":
    """List the migrations that led to elites of now."""
    from evo.analysis import migrants

    return migrants.migrants(store, count)


@question("contrib --format csv")
def contrib(store: "RunStore") -> "DataTable":
    """Show which share of the archives descends from each seed."""
    from evo.analysis import contributions

    return contributions.contrib(store)


@question("duplicates -n 50")
def duplicates(store: "RunStore", count: Count = 20, *, runs: Path) -> "DataTable":
    """List what was written again, in this run or in others of its problem."""
    from evo.analysis import duplicates

    return duplicates.duplicates(store, runs, count)


@question("prompt best", layout="conversation")
def prompt(store: "RunStore", identity: Identity) -> "DataTable":
    """Show the exact prompt and reply of a candidate."""
    from evo.analysis import find_candidate, prompts

    return prompts.prompt(store, find_candidate(store, identity))


@question("operators --run toy_s0")
def operators(store: "RunStore") -> "DataTable":
    """Say what each operator was worth: improvements, mean gain, cost."""
    from evo.analysis.operators import improvements_by

    return improvements_by(store, "operator")


@question("models --format csv")
def models(store: "RunStore") -> "DataTable":
    """Say what each model was worth: improvements, mean gain, cost."""
    from evo.analysis.operators import improvements_by

    return improvements_by(store, "model")


@question("emitters --run toy_s0")
def emitters(store: "RunStore") -> "DataTable":
    """Say what each emitter's draws brought: cells, new bests, a share of the lowering of the best gap."""
    from evo.analysis import emitters

    return emitters.emitters(store)


@question("cost --gap 0.01")
def cost(
    store: "RunStore",
    gap: Annotated[float | None, typer.Option(help="Until this mean gap on train, a fraction: 0.01 is 1 %.")] = None,
) -> "DataTable":
    """Say what it took until each gap was first reached: candidates, seconds, tokens, dollars."""
    from evo.analysis import costs

    return costs.cost(store, gap)


@question("failures -n 5")
def failures(store: "RunStore", count: Count = 20) -> "DataTable":
    """Group the failures by kind and message, each group with an example."""
    from evo.analysis import failures

    return failures.failures(store, count)


@question("stagnation")
def stagnation(store: "RunStore") -> "DataTable":
    """Say how long no island got better, and how its cells filled."""
    from evo.analysis import stagnation

    return stagnation.stagnation(store)


@question("instances best -n 5 --split validation")
def instances(store: "RunStore", identity: Identity, count: Count = 10, split: SplitOption = "train") -> "DataTable":
    """List the instances where a candidate is worst, and who is best there."""
    from evo.analysis import find_candidate, instances
    from problems import Split

    return instances.instances(store, find_candidate(store, identity), count, Split(split))


@question("winners --portfolio 3")
def winners(
    store: "RunStore",
    count: Count = 10,
    portfolio: Annotated[int, typer.Option("--portfolio", "-k", min=1, help="Candidates that are to share work.")] = 5,
    split: SplitOption = "train",
) -> "DataTable":
    """List who is best on an instance, and a few candidates that are best together."""
    from evo.analysis import instances
    from problems import Split

    return instances.winners(store, count, portfolio, Split(split))


@question("generalise -n 5 --scored")
def generalise(
    store: "RunStore",
    count: Count = 10,
    scored: Annotated[bool, typer.Option("--scored", help="Only those with a score on validation.")] = False,
) -> "DataTable":
    """Set gaps on train, validation and test side by side."""
    from evo.analysis import generalisation

    return generalisation.generalise(store, count, scored)


@app.command(epilog="Example: evo lineage compare toy_s0 toy_s1")
def compare(first: RunArgument, second: RunArgument, runs: RunsDir = RUNS, form: FormatOption = Format.TABLE) -> None:
    """Set two runs side by side: settings, gaps with intervals, cost."""
    from evo.analysis import compare

    with open_run(first, runs) as one, open_run(second, runs) as other:
        answer = compare.compare(one, other)
    write(answer, form, "compare")


@question('sql "select operator, count(*) from candidates group by operator"')
def sql(
    store: "RunStore",
    statement: Annotated[str, typer.Argument(help="One SELECT; the tables: docs/lineage.md.")],
    count: Count = 1000,
    seconds: Annotated[float, typer.Option(min=0.0, help="It is broken off after so long.")] = 10.0,
) -> "DataTable":
    """Put a question of your own in SQL; nothing can be written."""
    from evo.analysis import sql

    return sql.query_table(store, statement, count, seconds)
