"""The command `evo`: what it is given, and the exit status that it ends with."""

import os
import signal
import sys
from collections.abc import Sequence

from evo.cli.errors import attempt, say, tell_warnings
from evo.cli.program import PROGRAM, typed_as
from evo.cli.start import run_with
from evo.core.shadowing import hidden_package

INTERRUPTED = 130  # typer returns it for Ctrl-C, without a word


def main() -> None:
    """Run the command line; `evo seed=1` and `evo -m seed=1,2` mean `evo run …`."""
    os.environ.setdefault("NUMBA_DISABLE_ERROR_MESSAGE_HIGHLIGHTING", "1")  # its colours are none in one line
    os.environ.setdefault(PROGRAM, typed_as(sys.argv[0]))
    tell_warnings()
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
        # Hydra reads all that follows `run`.
        ended = run_with(arguments[1:]) if list(arguments[:1]) == ["run"] else _run_by_typer(arguments)
        sys.stdout.flush()
        return ended
    except BrokenPipeError:  # `evo top | head` has seen enough; the interpreter would complain when it flushes
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE


def _run_by_typer(arguments: Sequence[str]) -> int:
    """Run a verb; typer is imported here, since `evo run` starts 0.1 s sooner without it."""
    from evo.cli.completion import VARIABLE, complete_bash, leave_words_unchecked

    if VARIABLE in os.environ:
        leave_words_unchecked()
    from typer._completion_classes import completion_init
    from typer.exceptions import Abort, TyperException

    from evo.cli.verbs import app

    def verb() -> int:
        return int(app(args=list(arguments), prog_name="evo", standalone_mode=False) or 0)

    completion_init()
    try:
        return complete_bash(verb) if os.environ.get(VARIABLE) == "complete_bash" else verb()
    except TyperException as error:
        return say(error.format_message(), error.exit_code)
    except Abort:
        return INTERRUPTED


def _interrupted(arguments: Sequence[str]) -> int:
    resumable = list(arguments[:1]) in (["run"], ["resume"])
    return say("interrupted" + ("; `evo resume` goes on from what is recorded" if resumable else ""), INTERRUPTED)
