"""What of a page changed since the last look, so that a refresh moves nothing else under its reader.

Dash makes whatever is put into `children` anew: the focus, an opened part and a figure's zoom would be lost.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dash.development.base_component import Component
from plotly.io.json import to_json_plotly

MOVING = ("figure", "children", "data")
"""Of an element with an id, what is put in its place by itself."""

Value = object
Digests = Mapping[str, str]
REST = ""
"""The name of all that has no id."""


@dataclass(frozen=True, slots=True)
class ElementValue:
    """What stands in one property of an element with an id, as plain values."""

    identity: str
    name: str
    value: Value

    @property
    def digest(self) -> str:
        """Equal for equal values."""
        return _digest(self.value)


@dataclass(frozen=True, slots=True)
class PageParts:
    """A page taken to pieces; `digests` has one for each, and one for the rest."""

    elements: tuple[ElementValue, ...]
    digests: Digests

    def changed(self, before: Digests) -> tuple[ElementValue, ...] | None:
        """Return the pieces that are not as they were, None where the rest of the page has changed too."""
        if before.keys() != self.digests.keys() or before[REST] != self.digests[REST]:
            return None
        return tuple(element for element in self.elements if before[element.identity] != self.digests[element.identity])


def take_apart(page: Sequence[Component]) -> PageParts:
    """Take a page to pieces: an element with an id is one, with all that stands in it."""
    whole = json.loads(to_json_plotly(list(page)))
    elements = tuple(_elements(whole))
    return PageParts(elements, {REST: _digest(whole), **{element.identity: element.digest for element in elements}})


def _elements(value: Value) -> Iterator[ElementValue]:
    """Take the pieces out of a value; what is left of it is the rest."""
    if isinstance(value, list):
        for one in value:
            yield from _elements(one)
    elif isinstance(value, dict):
        name = next((name for name in MOVING if name in value), None) if isinstance(value.get("id"), str) else None
        if name is not None:
            yield ElementValue(value["id"], name, value.pop(name))
        else:
            for one in value.values():
                yield from _elements(one)


def _digest(value: Value) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
