"""`evo show`: all that is known of one candidate, also while its run goes on."""

import typer

from evo.cli.json_output import print_json
from evo.cli.naming import named_candidate
from evo.cli.options import (
    AsJson,
    CandidateName,
    CandidateOption,
    ConfigDir,
    RunFirst,
    RunOption,
    RunsDir,
)
from evo.core.files import RUNS

app = typer.Typer()


@app.command(epilog="Example: evo show toy_s0 best")
def show(
    name: RunFirst = None,
    candidate: CandidateName = None,
    run: RunOption = None,
    by_option: CandidateOption = None,
    runs: RunsDir = RUNS,
    _config_dir: ConfigDir = None,
    as_json: AsJson = False,
) -> None:
    """Show one candidate: its source, parents, scores, prompt and reply."""
    from evo.analysis import find_candidate
    from evo.analysis.archives import island_names
    from evo.analysis.candidates import show as everything
    from evo.cli.views import candidate_view, show_view
    from evo.store import RunStore

    chosen = named_candidate(name, candidate, runs, run, by_option)
    with RunStore.open_folder(chosen.folder) as store:
        record = everything(store, find_candidate(store, chosen.candidate))
        islands = island_names(store)
    if as_json:
        print_json(record)
    else:
        show_view(candidate_view(record, islands))
