"""Files of the user that hide our packages: a `problems.py` in a folder that is searched before ours."""

from collections.abc import Sequence
from importlib.machinery import PathFinder
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("configs", "evaluators", "evo", "islands", "problems")


def hidden_package(path: Sequence[str]) -> str | None:
    """Return the line that says what would be imported from these folders in place of a package of ours, if anything.

    A folder without `__init__.py` hides nothing: Python goes on to look for a package.
    """
    for name in PACKAGES:
        found = PathFinder.find_spec(name, list(path))
        if found is None or found.origin is None:
            continue
        file = Path(found.origin).resolve()
        place = file.parent if file.stem == "__init__" else file
        if place != ROOT / name:
            return f"{place} hides evo's own package {name}: rename it"
    return None
