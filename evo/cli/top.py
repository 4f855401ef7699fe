"""`evo top`: the fittest candidates of a run."""

from typing import Annotated

import typer

from evo.cli.json_output import print_json
from evo.cli.naming import named
from evo.cli.options import (
    AsJson,
    ConfigDir,
    RunName,
    RunOption,
    RunsDir,
    SplitName,
)
from evo.core.files import RUNS

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
    from rich.text import Text

    from evo.analysis.candidates import top as fittest
    from evo.cli.views import ranking, show_view
    from evo.store import RunStore
    from problems import Split

    with RunStore.open_folder(named((name,), run, runs).folder) as store:
        candidates = fittest(store, count, Split(split))
        if as_json:
            print_json({"run": str(store.path.parent), "split": split, "candidates": candidates})
        else:
            show_view(ranking(candidates, f"{store.path.parent.name}: best on {split}"))
            if (picked := store.header().best) is not None:
                show_view(Text(f"best everywhere else is candidate {picked}, which validation picked", style="dim"))
