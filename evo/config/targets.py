"""Objects that settings name by `_target_`: where they stand, whether they are ours, how they are made."""

from collections.abc import Callable, Collection, Iterator, Mapping
from importlib import import_module
from typing import Any

TARGET = "_target_"
SHIPPED = ("problems", "evo.callbacks")
"""The packages whose classes a record may name: to make one runs no code but ours."""


class NotAllowedError(Exception):
    """A target is none of the classes that these settings may name."""


def targets(value: object) -> Iterator[str]:
    """Yield every target in plain values, however deep."""
    if isinstance(value, Mapping):
        if TARGET in value:
            yield str(value[TARGET])
        for item in value.values():
            yield from targets(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from targets(item)


def is_shipped(target: str) -> bool:
    """Return whether a target stands in a package of ours."""
    return _is_within(target, SHIPPED)


def make(values: Mapping[str, object], allowed: Collection[str] | None = None) -> Any:
    """Make the object that values name, after those inside; `allowed` names the packages of their classes.

    Raises:
        ImportError: there is no such module or name.
        NotAllowedError: what is named is no class of an allowed package.
    """
    found = locate(str(values[TARGET]), allowed)
    arguments = {name: _made(value, allowed) for name, value in values.items() if name != TARGET}
    return found(**arguments)


def locate(target: str, allowed: Collection[str] | None = None) -> Callable[..., Any]:
    """Return the class of a target; nothing is imported from a package that is not allowed.

    Raises:
        ImportError, NotAllowedError: as `make`.
    """
    module, _, name = target.rpartition(".")
    if allowed is not None and not _is_within(target, allowed):
        raise NotAllowedError(target)
    if not module:
        raise ImportError(f"Expected module.Class, got {target}")
    try:
        found: Callable[..., Any] = getattr(import_module(module), name)
    except AttributeError as error:
        raise ImportError(f"{module} has no {name}") from error
    # A module's names include what it imports itself: problems.toy.np is none of ours.
    if allowed is not None and not (isinstance(found, type) and _is_within(found.__module__, allowed)):
        raise NotAllowedError(target)
    return found


def _made(value: object, allowed: Collection[str] | None) -> object:
    if isinstance(value, Mapping):
        if TARGET in value:
            return make(value, allowed)
        return {name: _made(item, allowed) for name, item in value.items()}
    return [_made(item, allowed) for item in value] if isinstance(value, list | tuple) else value


def _is_within(name: str, packages: Collection[str]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)
