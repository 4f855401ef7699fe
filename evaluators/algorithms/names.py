"""The top level of an algorithm: imports, constants and functions become the names that bodies may use.

Constants are numbers and arithmetic of numbers, computed under bounds before anything is compiled.
"""

import ast
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from evaluators.algorithms import language
from evaluators.algorithms.language import LARGEST
from evaluators.syntax import ConstantDefinition, define, definitions, rejected
from problems import Signature

RESERVED = "__"
"""The first letters of the names that counting puts into an algorithm; no source may use such a name."""

Constant = bool | int | float
POWERS = 64

OPERATORS: Mapping[type[ast.operator], Callable[[Constant, Constant], object]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}


def literal(node: ast.Constant) -> Constant:
    """Return a number of the source; whole numbers fit 64 bits."""
    value = node.value
    if not isinstance(value, bool | int | float):
        name = "text" if isinstance(value, str | bytes) else "None" if value is None else type(value).__name__
        raise rejected(node.lineno, f"{name} is not in the language of algorithms: only numbers are.")
    if isinstance(value, int) and value > LARGEST:
        raise rejected(node.lineno, "a whole number beyond 64 bits: write a smaller one, or a float.")
    return value


def fold(node: ast.expr, constants: Mapping[str, Constant]) -> Constant | None:
    """Return the value of a constant expression, None when it is none.

    Raises:
        Refused: it has no value of 64 bits.
    """
    match node:
        case ast.Constant():
            return literal(node)
        case ast.Name(id=name):
            return constants.get(name)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=operand):
            value = fold(operand, constants)
            return value if value is None or isinstance(sign, ast.UAdd) else -value
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            first, second = fold(left, constants), fold(right, constants)
            if first is None or second is None:
                return None
            return apply_operator(type(op), first, second, node.lineno)
    return None


def apply_operator(op: type[ast.operator], left: Constant, right: Constant, line: int) -> Constant:
    """Apply one operator; powers of whole numbers have an exponent of at most 64, so that none takes long."""
    if op is ast.Pow and isinstance(left, int) and isinstance(right, int) and abs(right) > POWERS:
        raise rejected(line, f"a power of whole numbers with an exponent beyond {POWERS}: write the number as a float.")
    try:
        value = OPERATORS[op](left, right)
    except ArithmeticError as error:
        raise rejected(line, f"this constant has no value: {error}.") from None
    if not isinstance(value, int | float) or (isinstance(value, int) and abs(value) > LARGEST):
        raise rejected(line, "this constant is no number of 64 bits.")
    return value


@dataclass(frozen=True, slots=True)
class AlgorithmNames:
    """What the top level defines."""

    modules: set[str] = field(default_factory=set)
    constants: dict[str, Constant] = field(default_factory=dict)
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)

    def reserved(self, name: str) -> bool:
        """Say whether a name means a function or module, so that no variable may bear it."""
        defined = name in language.BUILTINS or name in self.modules or name in self.functions
        return defined or name in ("range", "math", "np") or name.startswith(RESERVED)

    def arity(self, name: str) -> int:
        """Return how many arguments a function of the algorithm takes."""
        return len(self.functions[name].args.args)

    def available(self) -> list[str]:
        """Return all names, those of the candidate first."""
        return [*self.functions, *self.constants, *sorted(self.modules), *language.BUILTINS]


@dataclass(frozen=True, slots=True)
class Algorithm:
    """The functions that run, bare of docstrings and annotations, each before its callers: the promised one is last."""

    functions: Mapping[str, ast.FunctionDef]
    constants: Mapping[str, Constant]

    @property
    def promised(self) -> str:
        """The name of the function that is called from outside."""
        return list(self.functions)[-1]


def read_names(tree: ast.Module) -> AlgorithmNames:
    """Read the top level in order; a constant may use those above it."""
    names = AlgorithmNames()
    for part in definitions(tree):
        match part:
            case ast.Import():
                read_import(part, names)
            case ast.ImportFrom(lineno=line):
                raise rejected(line, "only `import math` and `import numpy as np` are imported: write math.exp(x).")
            case ConstantDefinition(name, value):
                define_constant(names, name, value)
            case ast.FunctionDef(name=name):
                check_header(part)
                define(names, name, part.lineno)
                names.functions[name] = part
    return names


def define_constant(names: AlgorithmNames, name: str, value: ast.expr) -> None:
    """Add a constant."""
    define(names, name, value.lineno)
    constant = fold(value, names.constants)
    if constant is None:
        raise rejected(value.lineno, "a constant is a number or arithmetic of numbers: compute others in a function.")
    names.constants[name] = constant


def read_import(node: ast.Import, names: AlgorithmNames) -> None:
    """Read `import math` or `import numpy as np`."""
    for alias in node.names:
        expected = language.MODULES.get(alias.name)
        if expected is None or (alias.asname or alias.name) != expected:
            raise rejected(node.lineno, "only `import math` and `import numpy as np`, written so, are imported.")
        names.modules.add(expected)


def check_header(node: ast.FunctionDef) -> None:
    """Refuse all but plain parameters."""
    arguments = node.args
    if node.decorator_list:
        raise rejected(node.lineno, "decorators are not in the language of algorithms: leave them out.")
    if arguments.posonlyargs or arguments.kwonlyargs or arguments.vararg or arguments.kwarg or arguments.defaults:
        raise rejected(node.lineno, "only plain parameters `def f(a, b):` without default values are in the language.")


def check_promised(names: AlgorithmNames, signature: Signature) -> None:
    """Refuse a source without the promised function, or with another header than promised."""
    node = names.functions.get(signature.name)
    if node is None:
        others = ", ".join(names.functions) or "none"
        raise rejected(1, f"the function `{signature.header()}` is missing; functions found: {others}.")
    if tuple(argument.arg for argument in node.args.args) != tuple(
        parameter.name for parameter in signature.parameters
    ):
        raise rejected(node.lineno, f"expected exactly the header `{signature.header()}`.")


def calls(node: ast.AST, names: AlgorithmNames) -> Iterator[ast.Call]:
    """Yield the calls of the algorithm's own functions below a node."""
    for part in ast.walk(node):
        match part:
            case ast.Call(func=ast.Name(id=name)) if name in names.functions:
                yield part


def called_functions(node: ast.AST, names: AlgorithmNames) -> list[str]:
    """Return the own functions called below a node, once each, in the order of the text."""
    ordered = sorted(calls(node, names), key=lambda call: (call.lineno, call.col_offset))
    return list(dict.fromkeys(call.func.id for call in ordered if isinstance(call.func, ast.Name)))


def reachable(promised: str, names: AlgorithmNames) -> Sequence[str]:
    """Return the functions that run, each before those that call it; refuse a cycle of calls anywhere."""
    order: list[str] = []
    for name in (promised, *names.functions):
        visit(name, names, (), order)
    return order[: order.index(promised) + 1]


def visit(name: str, names: AlgorithmNames, path: tuple[str, ...], visited: list[str]) -> None:
    """Depth-first search that refuses a call back into the path."""
    line = names.functions[name].lineno
    if name in path:
        cycle = " -> ".join([*path[path.index(name) :], name])
        raise rejected(line, f"recursion is not in the language of algorithms ({cycle}): use a loop.")
    if len(path) > language.CALL_DEPTH:
        raise rejected(line, f"more than {language.CALL_DEPTH} functions call one another in a chain.")
    if name not in visited:
        for other in called_functions(names.functions[name], names):
            visit(other, names, (*path, name), visited)
        visited.append(name)
