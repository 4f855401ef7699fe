"""`evo show`: all that is known of one candidate, also while its run goes on."""

import typer

from evo.cli.json_output import print_json
from evo.cli.options import (
    AsJson,
    ConfigDir,
    Identity,
    RunOption,
    RunsDir,
    open_run,
)
from evo.core.files import RUNS

app = typer.Typer()


@app.command(epilog="Example: evo show best --run toy_s0")
def show(
    identity: Identity,
    run: RunOption = None,
    runs: RunsDir = RUNS,
    _config_dir: ConfigDir = None,
    as_json: AsJson = False,
) -> None:
    """Show one candidate: source, parents, scores, prompt and reply."""
    from evo.analysis import find_candidate
    from evo.analysis.candidates import show as everything
    from evo.cli.views import candidate_view, show_view

    with open_run(run, runs) as store:
        record = everything(store, find_candidate(store, identity))
    if as_json:
        print_json(record)
    else:
        show_view(candidate_view(record))
