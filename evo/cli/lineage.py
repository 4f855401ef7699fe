"""`evo lineage …`: questions about a run, also while it goes on."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from typer.core import TyperCommand, TyperGroup
from typer.models import ArgumentInfo

from evo.cli.completion import run_names
from evo.cli.naming import BEST, looks_like_candidate, named
from evo.cli.options import Identity, RunFirst, RunName, RunOption, RunsDir, SplitName, find_run, open_run
from evo.core.files import RUNS

if TYPE_CHECKING:
    from rich.console import RenderableType

    from evo.analysis import DataTable
    from evo.analysis.select import Value
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
ISLAND_COLUMNS = ("island", "from_island", "to_island", "came_from_island")
LayoutName = Literal["table", "difference", "conversation"]
OneRun = Annotated[
    str | None, typer.Argument(help="A run; default: the newest but one.", metavar="RUN", autocompletion=run_names)
]
OtherRun = Annotated[
    str | None, typer.Argument(help="Another run; default: the newest.", metavar="RUN", autocompletion=run_names)
]


class Questions(TyperGroup):
    """The questions; `evo lineage 54`, which once was one, is told what it is called now."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: D102, the group's own: its types are private
        name = args[0]
        if name not in self.commands and looks_like_candidate(name):
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
        words = [parameter for parameter in own if _is_argument(parameter)]
        needs = sum(parameter.default is inspect.Parameter.empty for parameter in words)

        def command(run: str | None, first: str | None, runs: Path, form: Format, **arguments: Any) -> None:
            given = [first, *(arguments.pop(parameter.name) for parameter in words)]
            chosen = named(given, run, runs, needs)
            told = {one.name: word for one, word in zip(words, chosen.words, strict=False)}
            from evo.analysis.archives import island_names
            from evo.store import RunStore

            with RunStore.open_folder(chosen.folder) as store:
                asked = {**arguments, **told, **({"runs": runs} if among_runs else {})}
                answer = ask(store, **asked)
                if form is Format.TABLE:
                    answer = with_island_names(answer, island_names(store))
            write(answer, form, chosen.folder.name, layout)

        own_options = [parameter for parameter in own if parameter.name != "runs" and parameter not in words]
        options = inspect.signature(_options_of_every_question).parameters.values()
        first = next(iter(inspect.signature(_run_first if needs < len(words) else _run_alone).parameters.values()))
        parameters = [first, *map(_left_out, words), *own_options, *options]
        command.__dict__["__signature__"] = inspect.Signature(parameters)  # typer makes the options of it
        usage = _command_with(["[RUN]", *(_metavar(word) for word in words)])
        app.command(ask.__name__, cls=usage, help=ask.__doc__, epilog=f"Example: evo lineage {example}")(command)
        return ask

    return register


def _is_argument(parameter: inspect.Parameter) -> bool:
    return any(isinstance(each, ArgumentInfo) for each in getattr(parameter.annotation, "__metadata__", ()))


def _left_out(parameter: inspect.Parameter) -> inspect.Parameter:
    """Return a parameter that typer lets people leave out: a run may stand before it or not."""
    annotation = Annotated[str | None, *parameter.annotation.__metadata__]
    return parameter.replace(annotation=annotation, default=None)


def _command_with(words: Sequence[str]) -> type[TyperCommand]:
    """Return a command whose usage names these words, the needed ones without brackets."""

    class Question(TyperCommand):
        def collect_usage_pieces(self, ctx: Any) -> list[str]:  # noqa: ARG002, the command's own
            return ["[OPTIONS]", *words]

    return Question


def _metavar(word: inspect.Parameter) -> str:
    shown = str(next(each.metavar for each in word.annotation.__metadata__ if isinstance(each, ArgumentInfo)))
    return shown if word.default is inspect.Parameter.empty else f"[{shown}]"


def _run_first(first: RunFirst = None) -> None: ...


def _run_alone(first: RunName = None) -> None: ...


def _options_of_every_question(
    run: RunOption = None, runs: RunsDir = RUNS, form: FormatOption = Format.TABLE
) -> None: ...


def with_island_names(answer: "DataTable", names: Mapping[int, str]) -> "DataTable":
    """Return an answer that tells people the name of an island beside its number."""
    places = [place for place, column in enumerate(answer.columns) if column.name in ISLAND_COLUMNS]

    def named_cell(place: int, value: "Value") -> "Value":
        return f"{names[value]} ({value})" if place in places and isinstance(value, int) and value in names else value

    rows = tuple(tuple(named_cell(place, value) for place, value in enumerate(row)) for row in answer.rows)
    return replace(answer, rows=rows)


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


@question("best toy_s0 -n 5 --split validation")
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


@question("path toy_s0 best")
def path(store: "RunStore", identity: Identity = BEST) -> "DataTable":
    """List the steps that improved: by how much, by which operator and model."""
    from evo.analysis import find_candidate, lineage

    return lineage.path(store, find_candidate(store, identity))


@question("ancestors toy_s0 best --depth 3 --format mermaid")
def ancestors(store: "RunStore", identity: Identity = BEST, depth: Depth = None) -> "DataTable":
    """List all that a candidate descends from, with the gap at each step."""
    from evo.analysis import find_candidate, lineage

    return lineage.ancestors(store, find_candidate(store, identity), depth)


@question("descendants 0 --depth 1")
def descendants(store: "RunStore", identity: Identity = BEST, depth: Depth = None) -> "DataTable":
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
    identity: Identity = BEST,
    parent: Annotated[
        str | None,
        typer.Argument(help="Another candidate to compare with; default: the fittest parent.", metavar="PARENT"),
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
    island: Annotated[str | None, typer.Option(help="The island's name or number; default: all.")] = None,
) -> "DataTable":
    """Tell the history of one cell: who held it when, displaced by whom."""
    from evo.analysis import cells

    return cells.cell(store, name, None if island is None else _island_number(store, island))


def _island_number(store: "RunStore", wanted: str) -> int:
    """Return the number of an island that is named, or given by its number.

    Raises:
        UserError: there is none.
    """
    from evo.analysis.archives import island_names
    from evo.core.errors import UserError

    names = island_names(store)
    numbers = {name: number for number, name in names.items()}
    if wanted.isdecimal() and (int(wanted) in names or not names):
        return int(wanted)
    if wanted not in numbers:
        known = ", ".join(f"{name} ({number})" for number, name in names.items())
        raise UserError(f"No island {wanted!r}; the run has {known}.")
    return numbers[wanted]


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
def prompt(store: "RunStore", identity: Identity = BEST) -> "DataTable":
    """Show the exact prompt and reply of a candidate."""
    from evo.analysis import find_candidate, prompts

    return prompts.prompt(store, find_candidate(store, identity))


@question("operators toy_s0")
def operators(store: "RunStore") -> "DataTable":
    """Say what each operator was worth: improvements, mean gain, cost."""
    from evo.analysis.operators import improvements_by

    return improvements_by(store, "operator")


@question("models --format csv")
def models(store: "RunStore") -> "DataTable":
    """Say what each model was worth: improvements, mean gain, cost."""
    from evo.analysis.operators import improvements_by

    return improvements_by(store, "model")


@question("emitters toy_s0")
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
def instances(
    store: "RunStore", identity: Identity = BEST, count: Count = 10, split: SplitOption = "train"
) -> "DataTable":
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
def compare(
    first: OneRun = None, second: OtherRun = None, runs: RunsDir = RUNS, form: FormatOption = Format.TABLE
) -> None:
    """Set two runs side by side: settings, gaps with intervals, cost; default: the last two."""
    from evo.analysis import compare

    with open_run(first or _before(find_run(second, runs), runs), runs) as one, open_run(second, runs) as other:
        answer = compare.compare(one, other)
    write(answer, form, "compare")


def _before(folder: Path, runs: Path) -> str:
    """Return the folder of the newest run but this one."""
    from evo.core.errors import UserError
    from evo.store.folders import run_folders

    others = [each for each in run_folders(runs) if each.resolve() != folder.resolve()]
    if not others:
        raise UserError(f"Expected two runs to compare, found one in {runs}.")
    return str(others[-1])


@question('sql "select operator, count(*) from candidates group by operator"')
def sql(
    store: "RunStore",
    statement: Annotated[str, typer.Argument(help="One SELECT; the tables: docs/lineage.md.", metavar="STATEMENT")],
    count: Count = 1000,
    seconds: Annotated[float, typer.Option(min=0.0, help="It is broken off after so long.")] = 10.0,
) -> "DataTable":
    """Put a question of your own in SQL; nothing can be written."""
    from evo.analysis import sql

    return sql.query_table(store, statement, count, seconds)
