"""Verbs that look into a run, also while it goes on: top, show, export."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evo.cli.options import (
    RUNS,
    AsJson,
    ConfigDir,
    Identity,
    RunName,
    RunOption,
    RunsDir,
    SplitName,
    find_run,
    print_json,
)

if TYPE_CHECKING:
    from evo.store import RunStore

app = typer.Typer()


@app.command(epilog="Example: evo top toy_s0 -n 20 --split validation")
def top(
    name: RunName = None,
    run: RunOption = None,
    count: Annotated[int, typer.Option("--count", "-n", min=1, help="How many.")] = 10,
    split: Annotated[SplitName, typer.Option(help="The instances that the ranking is on.")] = "train",
    runs: RunsDir = RUNS,
    _config_dir: ConfigDir = None,
    as_json: AsJson = False,
) -> None:
    """List the fittest candidates of a run."""
    from evo.analysis.candidates import top as fittest
    from evo.cli.plain import plain
    from evo.cli.views import ranking, show_view
    from problems import Split

    with _opened(name or run, runs) as store:
        found = fittest(store, count, Split(split))
        if as_json:
            print_json({"run": str(store.path.parent), "split": split, "candidates": plain(found)})
        else:
            show_view(ranking(found, f"{store.path.parent.name}: fittest on {split}"))


@app.command(epilog="Example: evo show best --run toy_s0")
def show(
    identity: Identity,
    run: RunOption = None,
    runs: RunsDir = RUNS,
    _config_dir: ConfigDir = None,
    as_json: AsJson = False,
) -> None:
    """Show one candidate: source, parents, scores, prompt and reply."""
    from evo.analysis import candidate_of
    from evo.analysis.candidates import show as everything
    from evo.cli.plain import plain
    from evo.cli.views import candidate, show_view

    with _opened(run, runs) as store:
        record = everything(store, candidate_of(store, identity))
    if as_json:
        print_json(plain(record))
    else:
        show_view(candidate(record))


@app.command(epilog="Example: evo export toy_s0 --to rule.py")
def export(
    name: RunName = None,
    run: RunOption = None,
    to: Annotated[Path | None, typer.Option("--to", help="The file to write; default: print it.")] = None,
    runs: RunsDir = RUNS,
    _config_dir: ConfigDir = None,
    as_json: AsJson = False,
) -> None:
    """Write the best candidate as a plain Python file that needs nothing of ours."""
    from evo.core.files import write_whole
    from evo.tools.export import export as exported

    folder = find_run(name or run, runs)
    text = exported(folder)
    if to is not None:
        write_whole(to, text)
    if as_json:
        print_json({"run": str(folder), "file": None if to is None else str(to), "source": text})
    else:
        print(text if to is None else f"wrote {to}")


@contextmanager
def _opened(name: str | None, runs: Path) -> Iterator["RunStore"]:
    from evo.store import RunStore
    from evo.store.folders import DATABASE

    with RunStore.open(find_run(name, runs) / DATABASE, readonly=True) as store:
        yield store
