"""Skeletons of problems: text files in `evo/tools/skeletons`, filled with a name."""

import keyword
import re
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from string import Template

from evo.core.errors import UserError
from evo.core.files import write_whole


def write_problem(name: str, kind: str, folder: Path) -> tuple[Path, Path]:
    """Write the module and the YAML of a small working problem; returns both paths.

    Raises:
        UserError: the name cannot be a module's, is taken, or a file is there already.
        OSError: the folder cannot be written to; nothing of the problem is left.
    """
    _check_name(name)
    values = {"name": name, "class_name": "".join(part.capitalize() for part in name.split("_"))}
    texts = {folder / f"{name}.py": f"{kind}.py.txt", folder / "problem" / f"{name}.yaml": "problem.yaml.txt"}
    for path in texts:
        if path.exists():
            raise UserError(f"{path} exists already; nothing was written.")
    try:
        for path, skeleton in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            text = (files("evo.tools") / "skeletons" / skeleton).read_text(encoding="utf-8")
            write_whole(path, Template(text).substitute(values))
    except OSError:
        for path in texts:
            path.unlink(missing_ok=True)
        raise
    module, yaml = texts
    return module, yaml


def _check_name(name: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
        raise UserError(f"Expected a name of small letters, digits and _, beginning with a letter, got {name!r}.")
    if (files("configs") / "problem" / f"{name}.yaml").is_file():
        raise UserError(f"The problem {name} is shipped with evo: choose another name.")
    if find_spec(name) is not None:
        raise UserError(f"A Python module is named {name} already: choose another name.")
