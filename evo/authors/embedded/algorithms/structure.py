"""Which names are structure: indices, sizes and arrays of indices. An edit that spares them leaves sequences valid.

Everything else is judgement: what is compared, weighed and preferred. Two passes over the whole algorithm find the
structure: backwards from every index, range and size to what it is made of; then forwards through array arguments, as
a helper that moves entries may be given indices once and times another time.
"""

import ast
from collections.abc import Callable, Iterator, Sequence

from evaluators.language.functions import ROWS, Charge, Entries
from evo.authors.embedded.algorithms.flow import own
from evo.authors.embedded.algorithms.inference import Types
from evo.authors.embedded.algorithms.types import ArrayOf

OF_ARRAYS = {row.name.removeprefix("np."): row for row in ROWS if row.in_algorithms}
LAUNDERED = [name for name, row in OF_ARRAYS.items() if row.entries in (Entries.INTEGER, Entries.TRUTH)]
SIZED = ("arange", *(name for name, row in OF_ARRAYS.items() if row.charge is Charge.LENGTH))

Key = tuple[str, str]  # function and name
Access = ast.Subscript | ast.Call
Step = Callable[[str, Sequence[Access]], None]


class Structure:
    """Answers what in an algorithm is structure; `solution` is the argument of `start` that takes the solution."""

    def __init__(self, types: Types, start: str, solution: str) -> None:
        self._types = types
        self._found: set[Key] = {(start, solution)}
        self._statements = [
            (name, node, _accesses(node))
            for name, function in types.functions.items()
            for node in ast.walk(function)
            if isinstance(node, ast.stmt)
        ]
        self._results: set[tuple[str, int]] = set()
        self._settle(self._backward)
        self._settle(self._forward)

    def holds(self, function: str, name: str) -> bool:
        """Whether a name is structure."""
        return (function, name) in self._found

    def result(self, function: str, place: int) -> bool:
        """Whether the value that a function returns at this place is structure."""
        return (function, place) in self._results

    def flows(self, node: ast.expr) -> frozenset[str]:
        """Return the names whose values an expression is made of: neither those of its indices, nor what it asks."""
        return frozenset(each.id for each in self._atoms(node) if isinstance(each, ast.Name))

    def judges(self, function: str, nodes: Sequence[ast.expr]) -> bool:
        """Whether anything else than structure takes part in these."""
        return any(self._judgement(function, atom) for node in nodes for atom in self._atoms(node))

    def _judgement(self, function: str, atom: ast.Name | ast.Call) -> bool:
        if isinstance(atom, ast.Name):
            return not self.holds(function, atom.id)
        return isinstance(atom.func, ast.Name) and not self.result(atom.func.id, 0)

    def _atoms(self, node: ast.expr) -> Iterator[ast.Name | ast.Call]:
        match node:
            case ast.Name():
                yield node
            case ast.Subscript(value=array):
                yield from self._atoms(array)
            case ast.Call(func=ast.Name(id=name)) if name in self._types.functions:
                yield node
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in LAUNDERED:
                return
            case ast.Compare() | ast.Attribute():
                return
            case ast.IfExp(body=body, orelse=orelse):
                yield from (*self._atoms(body), *self._atoms(orelse))
            case ast.Call(func=ast.Attribute(value=held), args=args):
                for part in (held, *args):
                    if not (isinstance(part, ast.Name) and part.id in ("np", "math")):
                        yield from self._atoms(part)
            case _:
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr):
                        yield from self._atoms(child)

    def _settle(self, step: Step) -> None:
        size = -1
        while size != len(self._found) + len(self._results):
            size = len(self._found) + len(self._results)
            for name, statement, accesses in self._statements:
                step(name, accesses)
                self._assigned(name, statement)

    def _mark(self, function: str, node: ast.expr) -> None:
        for atom in self._atoms(node):
            if isinstance(atom, ast.Name):
                self._found.add((function, atom.id))
            elif isinstance(atom.func, ast.Name):
                self._results.add((atom.func.id, 0))

    def _backward(self, function: str, accesses: Sequence[Access]) -> None:
        for node in accesses:
            for part in self._indices(node):
                self._mark(function, part)

    def _indices(self, node: Access) -> list[ast.expr]:
        match node:
            case ast.Subscript(slice=ast.Slice(lower=lower, upper=upper, step=step)):
                return [each for each in (lower, upper, step) if each is not None]
            case ast.Subscript(slice=index):
                return [index]
            case ast.Call(func=ast.Name(id="range"), args=args):
                return args
            case ast.Call(func=ast.Attribute(value=ast.Name(id="np"), attr=name), args=args) if name in SIZED:
                return args[:1]
            case ast.Call(func=ast.Name(id=name), args=args) if name in self._types.functions:
                parameters = self._types.functions[name].args.args
                return [arg for arg, its in zip(args, parameters, strict=False) if self.holds(name, its.arg)]
        return []

    def _forward(self, function: str, accesses: Sequence[Access]) -> None:
        for node in accesses:
            match node:
                case ast.Call(func=ast.Name(id=name), args=args) if name in self._types.functions:
                    for arg, its in zip(args, self._types.functions[name].args.args, strict=False):
                        if isinstance(arg, ast.Name) and self.holds(function, arg.id) and self._array(function, arg):
                            self._found.add((name, its.arg))

    def _assigned(self, function: str, statement: ast.stmt) -> None:
        match statement:
            case ast.Return(value=ast.expr() as value):
                parts = value.elts if isinstance(value, ast.Tuple) else [value]
                for place, part in enumerate(parts):
                    if self.result(function, place):
                        self._mark(function, part)
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
                for target, value in zip(targets, values, strict=True):
                    self._pair(function, target, value)
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Call(func=ast.Name(id=callee))):
                for place, target in enumerate(targets):
                    if isinstance(target, ast.Name) and self.holds(function, target.id):
                        self._results.add((callee, place))
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._pair(function, target, value)
            case ast.AugAssign(target=target, value=value):
                self._pair(function, target, value)

    def _pair(self, function: str, target: ast.expr, value: ast.expr) -> None:
        held = target.value if isinstance(target, ast.Subscript) else target
        if not isinstance(held, ast.Name):
            return
        if self.holds(function, held.id):
            self._mark(function, value)
        elif isinstance(value, ast.Name) and self.holds(function, value.id) and self._array(function, value):
            self._found.add((function, held.id))  # two names of one array

    def _array(self, function: str, node: ast.Name) -> bool:
        return isinstance(self._types.name(function, node.id), ArrayOf)


def _accesses(statement: ast.stmt) -> list[Access]:
    """Return the calls, and the entries read or written, of a statement itself."""
    nodes = [node for expression in own(statement) for node in ast.walk(expression)]
    return [node for node in nodes if isinstance(node, ast.Subscript | ast.Call)]
