"""`evo run`: a heuristic is evolved."""

import typer

app = typer.Typer()


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    options_metavar="[-m] [--estimate] [--json] [--config-dir DIR] [KEY=VALUE]...",
)
def run(context: typer.Context) -> int:
    """Evolve a heuristic; --help lists all settings, -m sweeps over several, --estimate says what models would cost."""
    from evo.cli.hydra_run import run_by_hydra

    return run_by_hydra(context.args)
