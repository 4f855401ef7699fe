"""How `evo` is typed in the shell at hand: what is printed as a command can be pasted."""

import os
import shlex
import shutil
from pathlib import Path

PROGRAM = "EVO_PROGRAM"
"""The variable with the words that start `evo`; `go.py` sets it to its own."""


def program() -> str:
    """Return the words that start `evo`."""
    return os.environ.get(PROGRAM, "evo")


def typed_as(started: str) -> str:
    """Return how the program file that was started can be typed: by its name where the shell finds it so.

    A file below this folder is named by its way from here, such as `.venv/bin/evo`.
    """
    file = Path(started)
    found = shutil.which(file.name)
    if not file.is_file() or (found is not None and Path(found).resolve() == file.resolve()):
        return "evo"
    place = Path(os.path.abspath(file))  # noqa: PTH100, a link is named, not what it points to
    here = Path.cwd()
    return shlex.quote(str(place.relative_to(here) if place.is_relative_to(here) else place))
