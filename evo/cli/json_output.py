"""Results as JSON for programs: plain values, printed."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum

from evo.core.foreign_text import visible_json


def plain(value: object) -> object:
    """Return dataclasses and mappings as dicts, arrays and tuples as lists, members by value."""
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if hasattr(value, "tolist"):  # an array; numpy itself is not imported here: light verbs stay light
        return value.tolist()
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value


def print_json(value: object) -> None:
    """Print a value as `plain` makes it; numbers that JSON cannot hold are refused, not smuggled."""
    print(visible_json(plain(value)))
