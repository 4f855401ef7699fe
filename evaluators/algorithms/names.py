"""The top level of an algorithm: imports, constants and functions become the names that bodies may use."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from evaluators.algorithms import language
from evaluators.algorithms.constants import Constant, fold
from evaluators.syntax import Assignment, define, definitions, rejected
from problems import Signature

RESERVED = "__"
"""How the names begin that counting puts into an algorithm; no source may use such a name."""


@dataclass(frozen=True, slots=True)
class Names:
    """What the top level defines."""

    modules: set[str] = field(default_factory=set)
    constants: dict[str, Constant] = field(default_factory=dict)
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)

    def reserved(self, name: str) -> bool:
        """Say whether a name means a function or module, so that no variable may bear it."""
        known = name in language.BUILTINS or name in self.modules or name in self.functions
        return known or name in ("range", "math", "np") or name.startswith(RESERVED)

    def arity(self, name: str) -> int:
        """Return how many arguments a function of the algorithm takes."""
        return len(self.functions[name].args.args)

    def available(self) -> list[str]:
        """Return all names, those of the candidate first."""
        return [*self.functions, *self.constants, *sorted(self.modules), *language.BUILTINS]


def read_names(tree: ast.Module) -> Names:
    """Read the top level in order; a constant may use those above it."""
    names = Names()
    for part in definitions(tree):
        match part:
            case ast.Import():
                read_import(part, names)
            case ast.ImportFrom(lineno=line):
                raise rejected(line, "only `import math` and `import numpy as np` are imported: write math.exp(x).")
            case Assignment(name, value):
                define_constant(names, name, value)
            case ast.FunctionDef(name=name):
                check_header(part)
                define(names, name, part.lineno)
                names.functions[name] = part
    return names


def define_constant(names: Names, name: str, value: ast.expr) -> None:
    """Add a constant."""
    define(names, name, value.lineno)
    found = fold(value, names.constants)
    if found is None:
        raise rejected(value.lineno, "a constant is a number or arithmetic of numbers: compute others in a function.")
    names.constants[name] = found


def read_import(node: ast.Import, names: Names) -> None:
    """Read `import math` or `import numpy as np`."""
    for alias in node.names:
        expected = language.MODULES.get(alias.name)
        if expected is None or (alias.asname or alias.name) != expected:
            raise rejected(node.lineno, "only `import math` and `import numpy as np`, written so, are imported.")
        names.modules.add(expected)


def check_header(node: ast.FunctionDef) -> None:
    """Refuse all but plain parameters."""
    given = node.args
    if node.decorator_list:
        raise rejected(node.lineno, "decorators are not in the language of algorithms: leave them out.")
    if given.posonlyargs or given.kwonlyargs or given.vararg or given.kwarg or given.defaults:
        raise rejected(node.lineno, "only plain parameters `def f(a, b):` without default values are in the language.")


def check_promised(names: Names, signature: Signature) -> None:
    """Refuse a source without the promised function, or with another header than promised."""
    node = names.functions.get(signature.name)
    if node is None:
        found = ", ".join(names.functions) or "none"
        raise rejected(1, f"the function `{signature.header()}` is missing; functions found: {found}.")
    if tuple(argument.arg for argument in node.args.args) != tuple(known.name for known in signature.parameters):
        raise rejected(node.lineno, f"expected exactly the header `{signature.header()}`.")


def calls(node: ast.AST, names: Names) -> Iterator[ast.Call]:
    """Yield the calls of the algorithm's own functions below a node."""
    for part in ast.walk(node):
        match part:
            case ast.Call(func=ast.Name(id=name)) if name in names.functions:
                yield part


def called(node: ast.AST, names: Names) -> list[str]:
    """Return the own functions called below a node, once each, in the order of the text."""
    found = sorted(calls(node, names), key=lambda call: (call.lineno, call.col_offset))
    return list(dict.fromkeys(call.func.id for call in found if isinstance(call.func, ast.Name)))


def reached(promised: str, names: Names) -> Sequence[str]:
    """Return the functions that run, each before those that call it; refuse a cycle of calls anywhere."""
    order: list[str] = []
    for name in (promised, *names.functions):
        visit(name, names, (), order)
    return order[: order.index(promised) + 1]


def visit(name: str, names: Names, path: tuple[str, ...], done: list[str]) -> None:
    """Depth-first search that refuses a call back into the path."""
    line = names.functions[name].lineno
    if name in path:
        cycle = " -> ".join([*path[path.index(name) :], name])
        raise rejected(line, f"recursion is not in the language of algorithms ({cycle}): use a loop.")
    if len(path) > language.CALL_DEPTH:
        raise rejected(line, f"more than {language.CALL_DEPTH} functions call one another in a chain.")
    if name not in done:
        for other in called(names.functions[name], names):
            visit(other, names, (*path, name), done)
        done.append(name)
