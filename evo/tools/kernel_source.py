"""The source of a function with all that it calls, so that it runs without this package."""

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import FunctionType, ModuleType

from problems.kernels import plain

REMARKS = re.compile(r"\s*# (noqa|fmt: skip)\b.*")
IMPORTS = {"numpy": "import numpy as np", "math": "import math"}


@dataclass(slots=True)
class Bundle:
    """What a function needs: imports, constants by name, and the definitions that it calls, each before its callers."""

    imports: set[str] = field(default_factory=set)
    constants: dict[str, str] = field(default_factory=dict)
    definitions: dict[str, str] = field(default_factory=dict)

    def text(self) -> str:
        """Return constants and definitions as Python source, without the imports."""
        constants = "\n".join(f"{name} = {value}" for name, value in self.constants.items())
        return "\n\n\n".join(part for part in (constants, *self.definitions.values()) if part) + "\n"


def bundled(function: Callable[..., object]) -> Bundle:
    """Return a function of a problem with what it calls there: functions, compiled or not, exceptions and constants.

    Raises:
        ValueError: it needs something else, such as an object with a state, or two things have the same name.
    """
    bundle = Bundle()
    _add(plain(function), bundle)
    return bundle


def _add(made: object, bundle: Bundle) -> None:
    assert isinstance(made, FunctionType | type)
    source = inspect.getsource(made)
    text, names = _plain_definition(source)
    known = vars(inspect.getmodule(made)) if isinstance(made, type) else made.__globals__
    for name in names:
        if name != made.__name__ and name in known:
            _add_named(name, known[name], bundle)
    if bundle.definitions.setdefault(made.__name__, text) != text:
        raise ValueError(f"Expected one function {made.__name__}, got two.")


def _add_named(name: str, value: object, bundle: Bundle) -> None:
    """Add what a name stands for."""
    value = plain(value) if callable(value) else value
    if isinstance(value, ModuleType):
        if value.__name__ not in IMPORTS:
            raise ValueError(f"Expected no module but {', '.join(IMPORTS)}, got {value.__name__}.")
        bundle.imports.add(IMPORTS[value.__name__])
    elif isinstance(value, FunctionType) or (isinstance(value, type) and issubclass(value, Exception)):
        if name != value.__name__:
            raise ValueError(f"Expected {value.__name__} under its own name, got {name}.")
        if name not in bundle.definitions:
            _add(value, bundle)
    elif _is_constant(value):
        if bundle.constants.setdefault(name, repr(value)) != repr(value):
            raise ValueError(f"Expected one constant {name}, got {bundle.constants[name]} and {value!r}.")
    else:
        raise ValueError(f"Expected functions and constants, got {name}, a {type(value).__name__}.")


def _is_constant(value: object) -> bool:
    try:
        return bool(ast.literal_eval(repr(value)) == value)
    except (ValueError, SyntaxError):
        return False


def _plain_definition(source: str) -> tuple[str, list[str]]:
    """Return a definition without decorators and annotations, and the names that it reads from its module."""
    tree = ast.parse(source).body[0]
    assert isinstance(tree, ast.FunctionDef | ast.ClassDef)
    lines = [line.encode() for line in source.splitlines()]
    for row, start, end in sorted(_annotations(tree, lines), reverse=True):
        lines[row] = lines[row][:start] + lines[row][end:]
    kept = (REMARKS.sub("", line.decode()) for line in lines[tree.lineno - 1 : tree.end_lineno])
    text = "\n".join(kept)
    nodes = list(ast.walk(ast.parse(text)))
    bound = {node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    bound |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    read = (node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load))
    return text, [name for name in dict.fromkeys(read) if name not in bound]


def _annotations(tree: ast.AST, lines: list[bytes]) -> Iterator[tuple[int, int, int]]:
    """Yield row, start and end of each annotation, with what joins it to its name; each stands in one line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.arg) and node.annotation is not None:
            row, start, end = _span(node.annotation, lines, b":")
            yield row, start, end
            if lines[row][end : end + 3] == b" = ":  # without an annotation a default stands without spaces
                yield row, end, end + 1
                yield row, end + 2, end + 3
        elif isinstance(node, ast.FunctionDef) and node.returns is not None:
            yield _span(node.returns, lines, b"->")
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            yield _span(node.annotation, lines, b":")


def _span(annotation: ast.expr, lines: list[bytes], joint: bytes) -> tuple[int, int, int]:
    row = annotation.lineno - 1
    assert annotation.end_lineno == annotation.lineno
    assert annotation.end_col_offset is not None
    start = lines[row].rindex(joint, 0, annotation.col_offset)
    return row, len(lines[row][:start].rstrip()), annotation.end_col_offset
