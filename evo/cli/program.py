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


def as_typed(text: str) -> str:
    """Return a text whose commands, such as `evo show`, are named as they can be typed."""
    return text.replace("`evo ", f"`{program()} ")


def typed_as(started: str) -> str:
    """Return how the program file that was started can be typed: by its name where the shell finds it so.

    Another file is named by its way from here, such as `.venv/bin/evo`, unless its absolute path is shorter.
    """
    file = Path(started)
    found = shutil.which(file.name)
    if not file.is_file() or (found is not None and Path(found).resolve() == file.resolve()):
        return "evo"
    whole = os.path.abspath(file)  # noqa: PTH100, a link is named, not what it points to
    return shlex.quote(min(os.path.relpath(whole), whole, key=len))
