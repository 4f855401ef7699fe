"""The one place where an error becomes a line on stderr and an exit status.

Told in a line is what `evo.core.errors` names, what the packages below and the libraries raise for the same reasons,
and whatever the code of a user's own problem raises. Anything else is a bug of ours and keeps its traceback. Warnings
of a user's files are lines there too.
"""

import re
import sys
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from evo.cli.program import as_typed
from evo.core.errors import EvoError, ForeignCodeError, MachineError, UserError
from evo.core.foreign_text import visible

MISSING = (FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError)
FRAME = re.compile(r'File "(/[^"]+)", line (\d+)')


def attempt(action: Callable[[], int]) -> tuple[int, str]:
    """Do something; return its exit status and, where it failed for a reason that can be told, that line."""
    try:
        return action(), ""
    except Exception as error:
        reason = classify(error)
        if reason is None:
            raise
        return reason.status, str(reason)


def classify(error: Exception) -> EvoError | None:
    """Return an error as one of our tree, its message one line; None for a bug of ours.

    What only names errors is imported here: light verbs stay light.
    """
    import sqlite3

    from hydra.errors import HydraException
    from omegaconf.errors import OmegaConfBaseException

    from evaluators.sandbox import BaselineError, SandboxError
    from evo.config.compose import YAMLError, one_line
    from problems import SolverError, UnreadableInstance

    if isinstance(error, EvoError):
        return type(error)(one_line(error))
    if isinstance(error, (HydraException, OmegaConfBaseException, YAMLError, UnreadableInstance)):
        return UserError(one_line(error))
    if isinstance(error, BaselineError):
        return ForeignCodeError(one_line(error))
    if isinstance(error, MISSING):
        return UserError(f"{one_line(error)}; name a file in a folder that is there and that you may use")
    if isinstance(error, (SandboxError, SolverError, OSError, sqlite3.Error)):
        return MachineError(one_line(error))
    place = foreign_place(error)
    if place is None:
        return None
    message = f"{place}: {type(error).__name__}: {error} (mend your problem; `evo check` tries all of it)"
    return ForeignCodeError(message)


def foreign_place(error: BaseException) -> str | None:
    """Return `file:line` of the innermost frame that is neither ours nor a library's, a worker process's included."""
    import configs
    import evaluators
    import evo
    import islands
    import problems

    ours = [
        str(Path(folder)) for package in (configs, evaluators, evo, islands, problems) for folder in package.__path__
    ]
    libraries = [sys.prefix, sys.base_prefix, str(Path(traceback.__file__).parent)]
    frames = FRAME.findall("".join(traceback.format_exception(error)))
    foreign = [(file, number) for file, number in frames if not file.startswith((*ours, *libraries))]
    return ":".join(foreign[-1]) if foreign else None


def tell_warnings() -> None:
    """Let each warning of the problems' readers be one line on stderr; others stay as they are."""
    usual = warnings.showwarning

    def told(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if category.__module__.startswith("problems."):  # by name: none of them is imported for light verbs
            say(f"warning: {message}", 0)
        else:
            usual(message, category, filename, lineno, file, line)

    warnings.showwarning = told


def say(message: str, status: int) -> int:
    """Print one line on stderr and return the exit status; commands in it are named as they can be typed here."""
    print(f"evo: {visible(as_typed(' '.join(message.split())))}", file=sys.stderr)
    return status
