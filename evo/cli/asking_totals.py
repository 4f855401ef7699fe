"""`evo lineage`: what sums up a run, or sets two of them side by side."""

from typing import Annotated

import typer

from evo.cli.asking import Candidate, Count, Format, FormatOption, app, ask, write
from evo.cli.options import RUNS, RunOption, RunsDir, SplitName, find_run

Split = Annotated[SplitName, typer.Option(help="The instances that are meant.")]
Run = Annotated[str, typer.Argument(help="A run's folder, or a unique part of its name.")]


@app.command(epilog="Example: evo lineage operators --run toy_s0")
def operators(run: RunOption = None, runs: RunsDir = RUNS, form: FormatOption = Format.TABLE) -> None:
    """Say what each operator was worth: improvements, mean gain, cost."""
    from evo.analysis.authors import authors

    ask(lambda store: authors(store, "operator"), run, runs, form)


@app.command(epilog="Example: evo lineage models --format csv")
def models(run: RunOption = None, runs: RunsDir = RUNS, form: FormatOption = Format.TABLE) -> None:
    """Say what each model was worth: improvements, mean gain, cost."""
    from evo.analysis.authors import authors

    ask(lambda store: authors(store, "model"), run, runs, form)


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
    from evo.analysis import failing

    ask(lambda store: failing.failures(store, count), run, runs, form)


@app.command(epilog="Example: evo lineage stagnation")
def stagnation(run: RunOption = None, runs: RunsDir = RUNS, form: FormatOption = Format.TABLE) -> None:
    """Say how long no island got better, and how its cells filled."""
    from evo.analysis import standstill

    ask(standstill.stagnation, run, runs, form)


@app.command(epilog="Example: evo lineage instances best -n 5 --split validation")
def instances(
    identity: Candidate,
    count: Count = 10,
    split: Split = "train",
    run: RunOption = None,
    runs: RunsDir = RUNS,
    form: FormatOption = Format.TABLE,
) -> None:
    """List the instances where a candidate is worst, and who is best there."""
    import problems
    from evo.analysis import candidate_of, per_instance

    ask(
        lambda store: per_instance.instances(store, candidate_of(store, identity), count, problems.Split(split)),
        run,
        runs,
        form,
    )


@app.command(epilog="Example: evo lineage winners --portfolio 3")
def winners(
    count: Count = 10,
    portfolio: Annotated[int, typer.Option("--portfolio", "-k", min=1, help="Candidates that are to share work.")] = 5,
    split: Split = "train",
    run: RunOption = None,
    runs: RunsDir = RUNS,
    form: FormatOption = Format.TABLE,
) -> None:
    """List who is best on an instance, and a few candidates that are best together."""
    import problems
    from evo.analysis import per_instance

    ask(lambda store: per_instance.winners(store, count, portfolio, problems.Split(split)), run, runs, form)


@app.command(epilog="Example: evo lineage generalise -n 5 --scored")
def generalise(
    count: Count = 10,
    scored: Annotated[bool, typer.Option("--scored", help="Only those with a score on validation.")] = False,
    run: RunOption = None,
    runs: RunsDir = RUNS,
    form: FormatOption = Format.TABLE,
) -> None:
    """Set gaps on train, validation and test side by side."""
    from evo.analysis import generalising

    ask(lambda store: generalising.generalise(store, count, scored), run, runs, form)


@app.command(epilog="Example: evo lineage compare toy_s0 toy_s1")
def compare(first: Run, second: Run, runs: RunsDir = RUNS, form: FormatOption = Format.TABLE) -> None:
    """Set two runs side by side: settings, gaps with intervals, cost."""
    from evo.analysis import comparing
    from evo.analysis.runs import opened

    with opened(find_run(first, runs)) as one, opened(find_run(second, runs)) as other:
        answer = comparing.compare(one, other)
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
    from evo.analysis import selected

    ask(lambda store: selected.selected(store, statement, count, seconds), run, runs, form)
