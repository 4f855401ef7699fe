"""The verbs of `evo` as typer knows them, a module each."""

from typing import Annotated

import typer

from evo.cli import (
    apply,
    check,
    dashboard,
    doctor,
    evaluate,
    export,
    lineage,
    new,
    references,
    replay,
    report,
    resume,
    run,
    show,
    solve,
    sweep_report,
    top,
)

EXAMPLES = "First steps: evo run experiment=quick; evo show best; evo lineage path best; evo doctor. Each has --help."

# Plain help: drawing it by rich costs another 0.2 s.
app = typer.Typer(
    name="evo", epilog=EXAMPLES, invoke_without_command=True, pretty_exceptions_enable=False, rich_markup_mode=None
)
LOOKING = (show, top, lineage, report, dashboard, sweep_report, export)
PROVING = (evaluate, apply, references, solve, new, check, doctor)
for module in (run, resume, replay, *LOOKING, *PROVING):
    app.add_typer(module.app)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(version("evo-heuristics"))
        raise typer.Exit


@app.callback()
def _program(
    context: typer.Context,
    _shown: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Discovers heuristics: evolves code, measures its gap, keeps the lineage."""
    if context.invoked_subcommand is None:
        print(context.get_help())
