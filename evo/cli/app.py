"""The verbs of `evo`, a module each, and the exit status that a command ends with."""

import os
import signal
import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.exceptions import Abort, TyperException

from evo.cli import (
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
from evo.cli.errors import attempt, say
from evo.core.shadowing import hidden_package

INTERRUPTED = 130  # typer returns it for Ctrl-C, without a word
EXAMPLES = "First steps: evo run experiment=quick; evo show best; evo lineage path best; evo doctor. Each has --help."

# Plain help: drawing it by rich costs another 0.2 s.
app = typer.Typer(
    name="evo", epilog=EXAMPLES, invoke_without_command=True, pretty_exceptions_enable=False, rich_markup_mode=None
)
LOOKING = (show, top, lineage, report, dashboard, sweep_report, export)
PROVING = (evaluate, references, solve, new, check, doctor)
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


def main() -> None:
    """Run the command line; `evo seed=1` and `evo -m seed=1,2` mean `evo run …`."""
    arguments = sys.argv[1:]
    if arguments and (arguments[0] in ("-m", "--multirun") or "=" in arguments[0]):
        arguments.insert(0, "run")
    fault = hidden_package(sys.path)  # before anything is imported from them
    sys.exit(say(fault, 2) if fault else status(arguments))


def status(arguments: Sequence[str]) -> int:
    """Run one verb and return its exit status: 0, 1 (it failed), 2 (asked wrongly), 130 and 141 (broken off)."""
    try:
        ended, message = attempt(lambda: _run(arguments))
    except KeyboardInterrupt:
        ended, message = INTERRUPTED, ""
    if message:
        return say(message, ended)
    return _interrupted(arguments) if ended == INTERRUPTED else ended


def _run(arguments: Sequence[str]) -> int:
    try:
        if list(arguments[:1]) == ["run"]:  # hydra reads all that follows; typer would import pydantic for it, 0.2 s
            ended = run.run_with(arguments[1:])
        else:
            ended = app(args=list(arguments), prog_name="evo", standalone_mode=False) or 0
        sys.stdout.flush()
        return int(ended)
    except TyperException as error:
        return say(error.format_message(), error.exit_code)
    except Abort:
        return INTERRUPTED
    except BrokenPipeError:  # `evo top | head` has seen enough; the interpreter would complain when it flushes
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE


def _interrupted(arguments: Sequence[str]) -> int:
    resumable = list(arguments[:1]) in (["run"], ["resume"])
    return say("interrupted" + ("; `evo resume` goes on from what is recorded" if resumable else ""), INTERRUPTED)
