"""Text to syntax tree under bounds, and the top level of a source; the first code that hostile text meets.

Both languages read their sources through this module, in the confined child.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from evaluators.cell.program import FILE
from evaluators.outcome import FailureKind

SOURCE_CHARACTERS = 65_536
SYNTAX_NODES = 20_000
NESTING = 100


class Refused(Exception):  # noqa: N818 - the source is refused; nothing of ours is in error
    """The source cannot be a candidate; the message names the line and says what to do instead, fit for a model."""

    def __init__(self, kind: FailureKind, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


def rejected(line: int, message: str) -> Refused:
    """Return the refusal of what stands on a line."""
    return Refused(FailureKind.REJECTED, f"line {line}: {message}")


def parse(source: str) -> ast.Module:
    """Parse source of at most 65,536 characters, 20,000 syntax nodes and 100 levels of nesting.

    Raises:
        Refused: the text is no Python (COMPILE_ERROR) or exceeds a bound (REJECTED).
    """
    if len(source) > SOURCE_CHARACTERS:
        raise Refused(FailureKind.REJECTED, f"line 1: more than {SOURCE_CHARACTERS:,} characters: write less.")
    try:
        tree = ast.parse(source)
        check_bounds(tree)
        compile(tree, FILE, "exec", dont_inherit=True)  # finds what grammar alone does not: a `break` outside a loop
    except SyntaxError as error:
        raise not_python(error) from None
    except (RecursionError, MemoryError):
        raise rejected(1, "nested too deeply for the parser: split it into steps.") from None
    except ValueError as error:  # null bytes and lone surrogates
        raise Refused(FailureKind.COMPILE_ERROR, f"line 1: {error}") from None
    return tree


def not_python(error: SyntaxError) -> Refused:
    """Return the refusal of what Python's own compiler does not take."""
    return Refused(FailureKind.COMPILE_ERROR, f"line {error.lineno or 1}: {error.msg}")


def check_bounds(tree: ast.Module) -> None:
    """Walk the tree without recursion and refuse what is too large for those that recurse."""
    level: list[tuple[ast.AST, int]] = [(tree, 1)]
    nodes = depth = 0
    while level:
        nodes += len(level)
        depth += 1
        if nodes > SYNTAX_NODES:
            raise rejected(level[0][1], f"more than {SYNTAX_NODES:,} syntax nodes: write less.")
        if depth > NESTING:
            raise rejected(level[0][1], f"more than {NESTING} levels of nesting: split it into steps.")
        level = [(child, line_of(child, line)) for node, line in level for child in ast.iter_child_nodes(node)]


def line_of(node: ast.AST, otherwise: int = 1) -> int:
    """Return the node's line, or another for the few nodes that have none."""
    line = getattr(node, "lineno", otherwise)
    return line if isinstance(line, int) else otherwise


@dataclass(frozen=True, slots=True)
class ConstantDefinition:
    """A constant of the top level: its name, the expression, and the line of the statement."""

    name: str
    value: ast.expr
    line: int


class DefinedNames(Protocol):
    """The names that the top level has defined so far."""

    @property
    def constants(self) -> Mapping[str, object]:
        """The constants by name."""

    def reserved(self, name: str) -> bool:
        """Say whether a name means a function or module."""


def definitions(tree: ast.Module) -> Iterator[ast.Import | ast.ImportFrom | ConstantDefinition | ast.FunctionDef]:
    """Yield what the top level defines, in order; refuse a statement that defines nothing but a docstring."""
    for node in tree.body:
        match node:
            case ast.Expr(value=ast.Constant(value=str())):
                pass
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield ConstantDefinition(name, value, node.lineno)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield ConstantDefinition(name, value, node.lineno)
            case ast.Import() | ast.ImportFrom() | ast.FunctionDef():
                yield node
            case _:
                raise rejected(
                    node.lineno, "the top level holds only imports, constants `NAME = number` and functions."
                )


def define(names: DefinedNames, name: str, line: int) -> None:
    """Refuse a name that has a meaning already."""
    if names.reserved(name) or name in names.constants:
        raise rejected(line, f"'{name}' has a meaning already: choose another name.")
