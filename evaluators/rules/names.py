"""The top level of a rule: imports, constants and function headers become the names that bodies may use."""

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from evaluators.rules import language
from evaluators.syntax import ConstantDefinition, define, definitions, rejected
from problems import Signature

Operation = Callable[[float, float], float]

OPERATORS: Mapping[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
}
FOLDED: Mapping[str, Operation] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
}


@dataclass(frozen=True, slots=True)
class Header:
    """A function's parameters, and the default values of the last of them."""

    node: ast.FunctionDef
    parameters: tuple[str, ...]
    defaults: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class RuleNames:
    """What the top level defines: module aliases, library functions by their name here, constants, own functions."""

    modules: dict[str, str] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=lambda: dict(language.BUILTINS))
    constants: dict[str, float] = field(default_factory=dict)
    headers: dict[str, Header] = field(default_factory=dict)

    def reserved(self, name: str) -> bool:
        """Say whether a name means a function or module, so that no variable may bear it."""
        return name == "range" or name in self.modules or name in self.functions or name in self.headers

    def available(self) -> list[str]:
        """Return all names, those of the candidate first."""
        return [*self.headers, *self.constants, *self.modules, *self.functions]


def read_names(tree: ast.Module) -> RuleNames:
    """Read the top level in order; a constant may use those above it."""
    names = RuleNames()
    for part in definitions(tree):
        match part:
            case ast.Import():
                read_import(part, names)
            case ast.ImportFrom():
                read_import_from(part, names)
            case ConstantDefinition(name, value, line):
                define(names, name, line)
                names.constants[name] = fold(value, names.constants)
            case ast.FunctionDef(name=name):
                define(names, name, part.lineno)
                names.headers[name] = read_header(part, names.constants)
    return names


def read_import(node: ast.Import, names: RuleNames) -> None:
    """Read `import math` or `import numpy as np`."""
    for alias in node.names:
        if alias.name not in language.MODULES:
            raise rejected(node.lineno, f"module '{alias.name}' cannot be imported; available: math, numpy.")
        name = alias.asname or alias.name
        if names.modules.get(name) != alias.name:
            define(names, name, node.lineno)
        names.modules[name] = alias.name


def read_import_from(node: ast.ImportFrom, names: RuleNames) -> None:
    """Read `from math import exp, pi`."""
    module = node.module or ""
    if node.level or module not in language.MODULES:
        raise rejected(node.lineno, f"module '{module}' cannot be imported; available: math, numpy.")
    for alias in node.names:
        name = alias.asname or alias.name
        if alias.name in language.MODULE_CONSTANTS[module]:
            define(names, name, node.lineno)
            names.constants[name] = language.MODULE_CONSTANTS[module][alias.name]
        else:
            meaning = library_function(module, alias.name, node.lineno)
            if names.functions.get(name) != meaning:
                define(names, name, node.lineno)
            names.functions[name] = meaning


def library_function(module: str, name: str, line: int) -> str:
    """Return the meaning of a module's function."""
    functions = language.MODULES[module]
    if name not in functions:
        instead = language.INSTEAD.get(name, f"available: {', '.join(sorted(functions))}")
        raise rejected(line, f"'{module}.{name}' is not in the rule language; {instead}.")
    return functions[name]


def read_header(node: ast.FunctionDef, constants: Mapping[str, float]) -> Header:
    """Read a function's parameters: plain positional ones, with defaults that are constants."""
    arguments = node.args
    if node.decorator_list:
        raise rejected(node.lineno, "decorators are not in the rule language: leave them out.")
    if arguments.posonlyargs or arguments.kwonlyargs or arguments.vararg or arguments.kwarg:
        raise rejected(node.lineno, "only plain parameters `def f(a, b):` are in the rule language.")
    parameters = tuple(argument.arg for argument in arguments.args)
    if len(set(parameters)) != len(parameters):
        raise rejected(node.lineno, "a parameter's name stands twice.")
    return Header(node, parameters, tuple(fold(value, constants) for value in arguments.defaults))


def number(node: ast.Constant) -> float:
    """Return a literal as a float; whole numbers must be exact as floats."""
    value = node.value
    if isinstance(value, bool | float):
        return float(value)
    if not isinstance(value, int):
        raise rejected(node.lineno, f"a {type(value).__name__} constant is not in the rule language: only numbers are.")
    if value > language.WHOLE_NUMBERS:
        raise rejected(node.lineno, "a whole number above 2**53 is not exact as a float: write it as a float.")
    return float(value)


def fold(node: ast.expr, constants: Mapping[str, float]) -> float:
    """Compute a constant expression in floats, so that `10**10**9` overflows instead of hanging."""
    match node:
        case ast.Constant():
            return number(node)
        case ast.Name(id=name) if name in constants:
            return constants[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -fold(operand, constants)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return fold(operand, constants)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return apply_operator(OPERATORS[type(op)], fold(left, constants), fold(right, constants), node.lineno)
    raise rejected(node.lineno, "a constant is a number or arithmetic of numbers: compute others inside a function.")


def apply_operator(name: str, left: float, right: float, line: int) -> float:
    """Apply one operator; an error of arithmetic refuses the source."""
    try:
        value: object = FOLDED[name](left, right)
    except ArithmeticError as error:
        raise rejected(line, f"this constant has no value: {error}.") from None
    if not isinstance(value, float):
        raise rejected(line, "this constant is a complex number.")
    return value


def check_promised(names: RuleNames, signatures: Sequence[Signature]) -> None:
    """Refuse a source without the promised functions, or with other headers than promised."""
    for signature in signatures:
        header = names.headers.get(signature.name)
        if header is None:
            others = ", ".join(names.headers) or "none"
            raise rejected(1, f"the function `{signature.header()}` is missing; functions found: {others}.")
        expected = tuple(parameter.name for parameter in signature.parameters)
        if header.parameters != expected or header.defaults:
            raise rejected(header.node.lineno, f"expected exactly the header `{signature.header()}`.")
