"""`evo show`: all that is known of one candidate, also while its run goes on."""

import typer

from evo.cli.json_output import print_json
from evo.cli.naming import Named, of_candidate
from evo.cli.options import AsJson, ConfigDir

app = typer.Typer()


@app.command(epilog="Example: evo show toy_s0 best")
@of_candidate
def show(
    chosen: Named,
    _config_dir: ConfigDir = None,
    as_json: AsJson = False,
) -> None:
    """Show one candidate: its source, parents, scores, prompt and reply."""
    from evo.analysis import find_candidate
    from evo.analysis.archives import island_names
    from evo.analysis.candidates import show as everything
    from evo.cli.views import candidate_view, show_view
    from evo.store import RunStore

    with RunStore.open_folder(chosen.folder) as store:
        record = everything(store, find_candidate(store, chosen.candidate))
        islands = island_names(store)
    if as_json:
        print_json(record)
    else:
        show_view(candidate_view(record, islands))
