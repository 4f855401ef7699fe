"""The verbs of `evo` as typer knows them, a module each."""

import os
import sys
from types import ModuleType
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from evo.cli import (
    apply,
    check,
    dashboard,
    doctor,
    draw,
    evaluate,
    explain,
    export,
    lineage,
    new,
    note,
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
from evo.cli.completion_scripts import install_completion, show_completion
from evo.cli.program import program

RUNNING = (run, resume, replay)
LOOKING = (show, explain, top, lineage, draw, note, report, dashboard, sweep_report)
USING = (export, apply, evaluate, solve, references, new, check, doctor)
SECTIONS = {"Run": RUNNING, "Look at runs": LOOKING, "Use what was found, prove it, add to it": USING}
FIRST_STEPS = ("run experiment=quick", "show", "lineage path", "run --help")


class Verbs(TyperGroup):
    """The verbs by what they are for, each with its whole sentence."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002, the group's own: its types are private
        """Write a section for each purpose."""
        for heading, modules in SECTIONS.items():
            with formatter.section(_styled(heading, bold=True)):
                formatter.write_dl([(_styled(name, fg="cyan"), self._sentence(name)) for name in map(verb, modules)])

    def format_epilog(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002, likewise
        """Write commands to begin with."""
        with formatter.section(_styled("First steps; each verb has --help", bold=True)):
            for command in FIRST_STEPS:
                formatter.write_text(f"{program()} {command}")

    def _sentence(self, name: str) -> str:
        return str(self.commands[name].help).partition("\n\n")[0]


def verb(module: ModuleType) -> str:
    """Return the verb of a module."""
    return module.__name__.rpartition(".")[2].replace("_", "-")


def _styled(text: str, fg: str | None = None, bold: bool = False) -> str:
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return typer.style(text, fg=fg, bold=bold) if colour else text


# Plain help: drawing it by rich costs another 0.2 s.
app = typer.Typer(
    name="evo",
    cls=Verbs,
    add_completion=False,
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"max_content_width": 100},
)
for module in (*RUNNING, *LOOKING, *USING):
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
    _installed: Annotated[
        bool,
        typer.Option(
            "--install-completion",
            callback=install_completion,
            is_eager=True,
            help="Have your shell complete verbs, settings and runs.",
        ),
    ] = False,
    _script: Annotated[
        bool,
        typer.Option(
            "--show-completion", callback=show_completion, is_eager=True, help="Print the script that does so."
        ),
    ] = False,
) -> None:
    """Discover heuristics: evolve code, measure its gap to proven optima, keep the lineage."""
    if context.invoked_subcommand is None:
        print(context.get_help())
