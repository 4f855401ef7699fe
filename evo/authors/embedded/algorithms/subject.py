"""One algorithm, parsed and analysed: what edits are found in, and made on."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from evo.authors.embedded.algorithms.flow import Place, own, places
from evo.authors.embedded.algorithms.inference import Types, infer
from evo.authors.embedded.algorithms.structure import Structure
from evo.authors.embedded.algorithms.types import ArrayOf, MistypedError, Scalar, Type


@dataclass(frozen=True, slots=True)
class Entry:
    """The function that is called from outside: its name, its arguments' types, the solution last, and the sense."""

    name: str
    arguments: tuple[Type, ...]
    minimised: bool = True


@dataclass(frozen=True, slots=True)
class Slot:
    """Where an expression hangs in the tree: it can be read and replaced."""

    holder: ast.AST
    field: str
    index: int | None = None

    @property
    def node(self) -> ast.expr:
        """The expression itself."""
        held = getattr(self.holder, self.field)
        found = held if self.index is None else held[self.index]
        assert isinstance(found, ast.expr)
        return found

    def put(self, node: ast.expr) -> None:
        """Replace the expression in place."""
        if self.index is None:
            setattr(self.holder, self.field, node)
        else:
            getattr(self.holder, self.field)[self.index] = node


class Subject:
    """A module of its own for each edit, with the types and the structure that it has before.

    Raises:
        MistypedError: its types cannot be inferred.
    """

    def __init__(self, source: str, entry: Entry) -> None:
        self.module = ast.parse(source)
        self.entry = entry
        self.types: Types = infer(self.module, entry.name, entry.arguments)

    @cached_property
    def structure(self) -> Structure:
        """Which names are indices, sizes and sequences."""
        return Structure(self.types, self.entry.name, self.solver.args.args[-1].arg)

    @cached_property
    def places(self) -> list[Place]:
        """Every statement of the functions that are called."""
        return [place for name in self.types.functions for place in self._reached(name)]

    @property
    def solver(self) -> ast.FunctionDef:
        """The function that is called from outside."""
        return self.types.functions[self.entry.name]

    def typed(self, place: Place, node: ast.expr) -> Type | None:
        """Return the type of an expression at a place, None where it has none."""
        try:
            return self.types.of(place.function, node)
        except MistypedError:
            return None

    def is_number(self, place: Place, node: ast.expr) -> bool:
        """Whether an expression is one number, no truth value."""
        kind = self.typed(place, node)
        return isinstance(kind, Scalar) and kind is not Scalar.BOOL

    def fits(self) -> bool:
        """Whether the types still fit together after an edit."""
        try:
            infer(self.module, self.entry.name, self.entry.arguments)
        except MistypedError:
            return False
        return True

    def _reached(self, name: str) -> Sequence[Place]:
        return places(self.types.functions[name]) if None not in self.types.parameters(name) else ()


def slots(place: Place) -> Iterator[Slot]:
    """Yield every expression that a statement itself reads but its indices, outer ones first."""
    statement = place.statement
    for field in ("value", "test", "iter"):
        if isinstance(getattr(statement, field, None), ast.expr) and own(statement):
            yield from _inside(Slot(statement, field))


def stores(nodes: Sequence[ast.AST], types: Types, seen: frozenset[str] = frozenset()) -> bool:
    """Whether any of these writes into an array, or calls what does; calls of `seen` do not count."""
    for node in (each for root in nodes for each in ast.walk(root)):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            return True
        called = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        function = None if called in seen else types.functions.get(called)
        if function is not None and stores(function.body, types, seen | {called}):
            return True
    return False


def is_array(kind: Type | None) -> bool:
    """Whether a type is that of an array."""
    return isinstance(kind, ArrayOf)


def _inside(slot: Slot) -> Iterator[Slot]:
    yield slot
    for field, held in ast.iter_fields(slot.node):
        if isinstance(slot.node, ast.Subscript) and field == "slice":
            continue
        if isinstance(slot.node, ast.Call) and field != "args":
            continue
        if isinstance(slot.node, ast.Call) and isinstance(slot.node.func, ast.Name) and slot.node.func.id == "range":
            continue
        if isinstance(held, ast.expr):
            yield from _inside(Slot(slot.node, field))
        elif isinstance(held, list):
            for index, part in enumerate(held):
                if isinstance(part, ast.expr):
                    yield from _inside(Slot(slot.node, field, index))
