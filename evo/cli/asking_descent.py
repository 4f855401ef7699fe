"""`evo lineage`: from what candidates descend, and what came of them."""

from typing import Annotated

import typer

from evo.cli.asking import Candidate, Count, Format, FormatOption, app, ask
from evo.cli.options import RUNS, RunOption, RunsDir, SplitName

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
    from evo.analysis import candidate_of, descent

    ask(lambda store: descent.path(store, candidate_of(store, identity)), run, runs, form)


@app.command(epilog="Example: evo lineage ancestors best --depth 3 --format mermaid")
def ancestors(
    identity: Candidate,
    depth: Depth = None,
    run: RunOption = None,
    runs: RunsDir = RUNS,
    form: FormatOption = Format.TABLE,
) -> None:
    """List all that a candidate descends from, with the gap at each step."""
    from evo.analysis import candidate_of, descent

    ask(lambda store: descent.ancestors(store, candidate_of(store, identity), depth), run, runs, form)


@app.command(epilog="Example: evo lineage descendants 0 --depth 1")
def descendants(
    identity: Candidate,
    depth: Depth = None,
    run: RunOption = None,
    runs: RunsDir = RUNS,
    form: FormatOption = Format.TABLE,
) -> None:
    """List all that descends from a candidate, and say which is the best."""
    from evo.analysis import candidate_of, descent

    ask(lambda store: descent.descendants(store, candidate_of(store, identity), depth), run, runs, form)


@app.command(epilog="Example: evo lineage common 48 54 --format dot")
def common(
    one: Candidate,
    other: Candidate,
    run: RunOption = None,
    runs: RunsDir = RUNS,
    form: FormatOption = Format.TABLE,
) -> None:
    """Find the nearest common ancestors of two candidates."""
    from evo.analysis import candidate_of, descent

    ask(lambda store: descent.common(store, candidate_of(store, one), candidate_of(store, other)), run, runs, form)


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
    from evo.analysis import Answer, candidate_of, differences
    from evo.cli.answers import difference
    from evo.store import RunStore

    def changes(store: RunStore) -> Answer:
        origin = None if parent is None else candidate_of(store, parent)
        return differences.diff(store, candidate_of(store, identity), origin)

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
    from evo.analysis import migrations

    ask(lambda store: migrations.migrants(store, count), run, runs, form)


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
    from evo.analysis import sameness

    ask(lambda store: sameness.duplicates(store, runs, count), run, runs, form)


@app.command(epilog="Example: evo lineage prompt best")
def prompt(identity: Candidate, run: RunOption = None, runs: RunsDir = RUNS, form: FormatOption = Format.TABLE) -> None:
    """Show the exact prompt and reply of a candidate."""
    from evo.analysis import candidate_of, prompts
    from evo.cli.answers import conversation

    ask(lambda store: prompts.prompt(store, candidate_of(store, identity)), run, runs, form, conversation)
