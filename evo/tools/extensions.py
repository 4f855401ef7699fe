"""What Python programs add to a run: callbacks, operators, an author, as objects or by entry points of packages."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files
from pathlib import Path

from evo.callbacks.events import Callback
from evo.config.settings import Settings
from evo.core.checked_values import near
from evo.core.errors import UserError
from evo.core.records import Operator
from evo.tools.written_code import module_text

CALLBACKS, OPERATORS = "evo.callbacks", "evo.operators"
"""The groups of entry points: a class of a callback, an `Operator`."""
Author = Callable[[str], str]
"""From the text of a prompt to a reply that holds code."""


def hear(settings: Settings, callbacks: Sequence[Callback]) -> Settings:
    """Return the settings with these objects among those who hear of the run; the record does not know them."""
    own = {f"{type(one).__name__} {place}": partial(_same, one) for place, one in enumerate(callbacks, 1)}
    return replace(settings, callbacks={**settings.callbacks, **own}) if own else settings


def shipped_callbacks(callbacks: Sequence[Callback | str]) -> list[str]:
    """Return the override that names those of the callbacks that are shipped."""
    names = [one for one in callbacks if isinstance(one, str) and _is_shipped(one)]
    return [f"callbacks=[{','.join(names)}]"] if names else []


def further_settings(
    author: str | None, operators: Sequence[Operator | str], callbacks: Sequence[Callback | str]
) -> dict[str, dict[str, object]]:
    """Return what is set beside the overrides, by group: all of it is recorded.

    Raises:
        UserError: there is no entry point of a name.
    """
    named = [one for one in callbacks if isinstance(one, str) and not _is_shipped(one)]
    heard = {one: {"_target_": _entry_point(CALLBACKS, one).value.replace(":", ".")} for one in named}
    asked = {"provider": "python", "model": author, "local": True} if author else {}
    added = {str(values["name"]): values for values in map(_operator_values, operators)}
    for values in added.values():
        del values["name"]
    return {"llm": asked, "operator": dict(added), "callbacks": dict(heard)}


def write_author(author: Author, folder: Path) -> str:
    """Write the function as a module; return its place.

    Raises:
        UserError: it needs what cannot be written.
    """
    text = module_text(author)
    name = getattr(author, "__name__", "")
    module = f"evo_author_{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    (folder / f"{module}.py").write_text(
        f'"""An author of candidates, written by evo.run."""\n\n{text}', encoding="utf-8"
    )
    return f"{module}:{name}"


def _is_shipped(name: str) -> bool:
    return (files("configs") / "callbacks" / f"{name}.yaml").is_file()


def _operator_values(operator: Operator | str) -> dict[str, object]:
    """Return an operator as settings, by itself or by the name of an entry point.

    Raises:
        UserError: there is none of this name, or it is something else.
    """
    if isinstance(operator, str):
        loaded = _entry_point(OPERATORS, operator).load()
        if not isinstance(loaded, Operator):
            raise UserError(f"Expected an evo.Operator at the entry point {operator} of {OPERATORS}, got {loaded!r}.")
        operator = loaded
    return {
        **asdict(operator),
        "hints": list(operator.hints),
        "task": str(operator.task),
        "answer": str(operator.answer),
    }


def _entry_point(group: str, name: str) -> EntryPoint:
    known = {one.name: one for one in entry_points(group=group)}
    if name not in known:
        kind = group.rpartition(".")[2]
        raise UserError(f"No installed package has {name!r} among its {kind}{near(name, known)}.")
    return known[name]


def _same(callback: Callback) -> Callback:
    return callback
