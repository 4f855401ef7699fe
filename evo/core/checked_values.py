"""Plain values to dataclasses: types, ranges and near names checked, each fault one line."""

import difflib
import inspect
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from enum import StrEnum
from types import UnionType
from typing import TypeVar, get_args, get_origin

from evo.core.errors import UserError

T = TypeVar("T")


def defaults(factory: Callable[..., object]) -> dict[str, object]:
    """Return the defaulted fields of a dataclass as plain values, the way YAML would hold them."""
    parameters = inspect.signature(factory).parameters.values()
    return {p.name: _plain(p.default) for p in parameters if p.default is not inspect.Parameter.empty}


def build(factory: Callable[..., T], values: Mapping[str, object], where: str) -> T:
    """Make a dataclass from plain values; `where` is the setting's path, for messages.

    Raises:
        UserError: a name is unknown or missing, or a value is of the wrong type or out of range.
    """
    parameters = inspect.signature(factory, eval_str=True).parameters
    _check_names(values, parameters, where)
    for name, parameter in parameters.items():
        if parameter.default is inspect.Parameter.empty and name not in values:
            raise UserError(f"Expected a value for {_path(where, name)}, got none.")
    typed = {name: _typed(value, parameters[name].annotation, _path(where, name)) for name, value in values.items()}
    try:
        return factory(**typed)
    except ValueError as error:
        raise UserError(f"{where}: {error}" if where else str(error)) from error


def check_types(factory: Callable[..., object], values: Mapping[str, object], where: str) -> None:
    """See to it that the factory takes all values, and that those stated to be numbers, texts or truths are such.

    Other types are left to the factory.

    Raises:
        UserError: one is not.
    """
    parameters = inspect.signature(factory).parameters
    if not any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in parameters.values()):
        _check_names([name for name in values if not name.startswith("_")], parameters, where)  # hydra's own begin so
    for name, parameter in parameters.items():
        if name in values and parameter.annotation in (int, float, str, bool):
            _typed(values[name], parameter.annotation, _path(where, name))


def _check_names(names: Iterable[str], known: Collection[str], where: str) -> None:
    for name in names:
        if name not in known:
            raise UserError(f"Unknown setting {_path(where, name)}{near(name, known)}.")


def mapping(value: object, where: str) -> dict[str, object]:
    """Return names and values; `where` is the setting's path, for the message.

    Raises:
        UserError: it is something else.
    """
    if not isinstance(value, dict):
        raise UserError(f"Expected {where} to hold names and values, got {value!r}.")
    return {str(key): item for key, item in value.items()}


def flat(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the dotted name and the text of each setting in plain values; what is no text is written as JSON."""
    if not (isinstance(value, dict) and value):
        yield path, value if isinstance(value, str) else json.dumps(value)
        return
    for name, below in value.items():
        yield from flat(below, _path(path, str(name)))


def near(name: str, known: Iterable[str]) -> str:
    """Return the end of a message: the close names, else all of them when they are few, else nothing."""
    names = sorted(known)
    if close := difflib.get_close_matches(name, names, n=3):
        return f"; nearest: {', '.join(close)}"
    return f"; expected one of: {', '.join(names)}" if len(names) <= 20 else ""


def _path(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _plain(value: object) -> object:
    if isinstance(value, StrEnum):
        return value.value
    return list(value) if isinstance(value, tuple) else value


def _typed(value: object, hint: object, where: str) -> object:
    """Convert where nothing is lost (an integer to a float, a name to its enum member), refuse the rest."""
    if isinstance(hint, UnionType):
        options = [option for option in get_args(hint) if option is not type(None)]
        if value is None and len(options) < len(get_args(hint)):
            return None
        if len(options) == 1:
            return _typed(value, options[0], where)
        for option in options:
            with suppress(UserError):
                return _typed(value, option, where)
    if get_origin(hint) is tuple and isinstance(value, list | tuple):
        return tuple(_typed(item, get_args(hint)[0], where) for item in value)
    if isinstance(hint, type) and issubclass(hint, StrEnum) and isinstance(value, str) and value in list(hint):
        return hint(value)
    if get_origin(hint) is Mapping and isinstance(value, Mapping):
        return value
    if hint is float and type(value) is int:
        return float(value)
    if isinstance(hint, type) and type(value) is hint:
        return value
    raise UserError(f"Expected {where} to be {_expected(hint)}, got {value!r}.")


def _expected(hint: object) -> str:
    if isinstance(hint, UnionType):
        return " or ".join(_expected(option) for option in get_args(hint))
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return " or ".join(hint)
    if get_origin(hint) is Mapping:
        return "names and values"
    words = {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}
    return words.get(hint, str(hint)) if isinstance(hint, type) else "a list"
