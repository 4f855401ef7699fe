"""Errors of the user's own problem: told in one line that names the file, not by a traceback through ours."""

import re
import sys
import traceback
from pathlib import Path

import configs
import evaluators
import evo
import islands
import problems

OURS = tuple(
    str(Path(folder)) for package in (configs, evaluators, evo, islands, problems) for folder in package.__path__
)
FRAME = re.compile(r'File "(/[^"]+)", line (\d+)')


def own_place(error: BaseException) -> str | None:
    """Return `file:line` of the innermost frame that is neither ours nor a library's, a worker process's included."""
    frames = FRAME.findall("".join(traceback.format_exception(error)))
    libraries = (sys.prefix, sys.base_prefix, str(Path(traceback.__file__).parent))
    foreign = [(file, number) for file, number in frames if not file.startswith((*OURS, *libraries))]
    return ":".join(foreign[-1]) if foreign else None


def told(error: BaseException, place: str) -> str:
    """Return the line: where, what kind, what it says."""
    return f"{place}: {type(error).__name__}: {error} (mend your problem; `evo check` tries all of it)"
