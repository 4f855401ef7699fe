"""The top level of a source, in either language: imports, constants and functions, in the order of the text."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from evaluators.syntax import rejected


@dataclass(frozen=True, slots=True)
class Assigned:
    """A name that an expression is assigned to; the line is the statement's."""

    name: str
    value: ast.expr
    line: int


class Named(Protocol):
    """What the top level has defined so far."""

    @property
    def constants(self) -> Mapping[str, object]:
        """The constants by name."""

    def reserved(self, name: str) -> bool:
        """Say whether a name means a function or module."""


def definitions(tree: ast.Module) -> Iterator[ast.Import | ast.ImportFrom | Assigned | ast.FunctionDef]:
    """Yield what the top level defines, in order; refuse a statement that defines nothing but a docstring."""
    for node in tree.body:
        match node:
            case ast.Expr(value=ast.Constant(value=str())):
                pass
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield Assigned(name, value, node.lineno)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield Assigned(name, value, node.lineno)
            case ast.Import() | ast.ImportFrom() | ast.FunctionDef():
                yield node
            case _:
                raise rejected(
                    node.lineno, "the top level holds only imports, constants `NAME = number` and functions."
                )


def define(names: Named, name: str, line: int) -> None:
    """Refuse a name that has a meaning already."""
    if names.reserved(name) or name in names.constants:
        raise rejected(line, f"'{name}' has a meaning already: choose another name.")
