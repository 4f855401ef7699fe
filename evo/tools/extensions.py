"""What Python programs add to a run: callbacks, operators, an author, as objects or by entry points of packages."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path

from evo.callbacks.events import Callback
from evo.config.settings import Settings
from evo.core.checked_values import near
from evo.core.errors import UserError
from evo.core.records import Operator
from evo.tools.written_code import module_text

OPERATORS = "evo.operators"
"""The entry points of operators."""
Author = Callable[[str], str]
"""From the text of a prompt to a reply that holds code."""


def hear(settings: Settings, callbacks: Sequence[Callback]) -> Settings:
    """Return the settings with these objects among those who hear of the run; the record does not know them."""
    own = {f"{type(one).__name__} {place}": partial(_same, one) for place, one in enumerate(callbacks, 1)}
    return replace(settings, callbacks={**settings.callbacks, **own}) if own else settings


def named_callbacks(callbacks: Sequence[Callback | str]) -> list[str]:
    """Return the override that names those of the callbacks that are given by a name."""
    names = [one for one in callbacks if isinstance(one, str)]
    return [f"callbacks=[{','.join(names)}]"] if names else []


def further_settings(author: str | None, operators: Sequence[Operator | str]) -> dict[str, dict[str, object]]:
    """Return what is set beside the overrides, by group: all of it is recorded.

    Raises:
        UserError: there is no entry point of a name.
    """
    asked = {"provider": "python", "model": author, "local": True} if author else {}
    added = {str(values["name"]): values for values in map(_operator_values, operators)}
    for values in added.values():
        del values["name"]
    return {"llm": asked, "operator": dict(added)}


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


def _operator_values(operator: Operator | str) -> dict[str, object]:
    """Return an operator as settings, by itself or by the name of an entry point.

    Raises:
        UserError: there is none of this name, or it is something else.
    """
    if isinstance(operator, str):
        known = {one.name: one for one in entry_points(group=OPERATORS)}
        if operator not in known:
            raise UserError(f"No installed package has the operator {operator!r}{near(operator, known)}.")
        loaded = known[operator].load()
        if not isinstance(loaded, Operator):
            raise UserError(f"Expected an evo.Operator at the entry point {operator} of {OPERATORS}, got {loaded!r}.")
        operator = loaded
    return {
        **asdict(operator),
        "hints": list(operator.hints),
        "task": str(operator.task),
        "answer": str(operator.answer),
    }


def _same(callback: Callback) -> Callback:
    return callback
