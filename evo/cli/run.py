"""`evo run`: a heuristic is evolved."""

import typer

from evo.cli.start import run_with

app = typer.Typer()


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    options_metavar="[-m] [--estimate] [--json] [--config-dir DIR] [KEY=VALUE]...",
)
def run(context: typer.Context) -> int:
    """Evolve a heuristic; --help lists all settings, -m sweeps over several, --estimate says what models would cost."""
    return run_with(context.args)
