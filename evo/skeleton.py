"""Skeletons of problems: text files in `evo/skeletons`, filled with a name."""

from importlib.resources import files
from pathlib import Path
from string import Template

from evo.fields import ConfigError


def write_problem(name: str, kind: str, folder: Path) -> tuple[Path, Path]:
    """Write the module and the YAML of a small working problem; returns both paths.

    Raises:
        ConfigError: the name cannot be a module's, or a file is there already.
    """
    if not (name.isidentifier() and name == name.lower()):
        raise ConfigError(f"Expected a name of small letters, digits and _, got {name!r}.")
    values = {"name": name, "class_name": "".join(part.capitalize() for part in name.split("_")) or "Own"}
    texts = {folder / f"{name}.py": f"{kind}.py.txt", folder / "problem" / f"{name}.yaml": "problem.yaml.txt"}
    for path in texts:
        if path.exists():
            raise ConfigError(f"{path} exists already; nothing was written.")
    for path, skeleton in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        text = (files("evo") / "skeletons" / skeleton).read_text(encoding="utf-8")
        path.write_text(Template(text).substitute(values), encoding="utf-8")
    module, yaml = texts
    return module, yaml
