"""The top level of a source: imports, constants and function headers become the names that bodies may use.

Constants are numbers and arithmetic of numbers, computed under bounds before anything is compiled.
"""

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from evaluators.language.dialect import Dialect
from evaluators.language.functions import CONSTANTS, LibraryFunction
from evaluators.language.tree import Number
from evaluators.syntax import ConstantDefinition, define, definitions, rejected
from problems import Signature

Constant = bool | int | float
LARGEST = 2**63 - 1
WHOLE_NUMBERS = 2.0**53
POWERS = 64
MODULES = {"math": "math", "numpy": "np"}
"""The modules by their names in an import, and as functions are spelled in the table."""

OPERATORS: Mapping[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
}
FOLDED: Mapping[str, Callable[[Constant, Constant], object]] = {
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
    defaults: tuple[Constant, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """What the top level defines: modules by their names here, functions of the library, constants, own functions."""

    dialect: Dialect
    modules: dict[str, str] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)
    constants: dict[str, Constant] = field(default_factory=dict)
    headers: dict[str, Header] = field(default_factory=dict)

    def reserved(self, name: str) -> bool:
        """Say whether a name means a function or module, so that no variable may bear it."""
        known = name == "range" or name in self.modules or name in self.functions or name in self.headers
        return known or (not self.dialect.scalar and (name in ("math", "np") or name.startswith(self.dialect.reserved)))

    def available(self) -> list[str]:
        """Return all names, those of the candidate first."""
        return [*self.headers, *self.constants, *self.modules, *self.functions]

    def function(self, module: str, name: str, line: int) -> str:
        """Return the spelling in the table of a module's function.

        Raises:
            Refused: it is not in the language.
        """
        prefix = MODULES.get(module, module)
        spelled = f"{prefix}.{name}"
        if spelled not in self.dialect.functions:
            available = f"available: {', '.join(sorted(self.dialect.within(f'{prefix}.')))}"
            instead = self.dialect.instead.get(name, available)
            raise rejected(line, f"'{prefix or 'array'}.{name}' is not in {self.dialect.language}; {instead}.")
        return spelled

    def meaning(self, spelled: str) -> LibraryFunction:
        """Return the row of the table."""
        return self.dialect.functions[spelled]


def read_names(tree: ast.Module, dialect: Dialect) -> Names:
    """Read the top level in order; a constant may use those above it."""
    names = Names(dialect, functions={name: name for name in dialect.builtins})
    for part in definitions(tree):
        match part:
            case ast.Import():
                read_import(part, names)
            case ast.ImportFrom():
                read_import_from(part, names)
            case ConstantDefinition(name, value, line):
                define(names, name, line)
                names.constants[name] = constant_of(value, names)
            case ast.FunctionDef(name=name):
                header = read_header(part, names)
                define(names, name, part.lineno)
                names.headers[name] = header
    return names


def read_import(node: ast.Import, names: Names) -> None:
    """Read `import math` or `import numpy as np`."""
    for alias in node.names:
        name = alias.asname or alias.name
        if not names.dialect.scalar and MODULES.get(alias.name) != name:
            raise rejected(node.lineno, "only `import math` and `import numpy as np`, written so, are imported.")
        if alias.name not in MODULES:
            raise rejected(node.lineno, f"module '{alias.name}' cannot be imported; available: math, numpy.")
        if names.dialect.scalar and names.modules.get(name) != alias.name:
            define(names, name, node.lineno)
        names.modules[name] = alias.name


def read_import_from(node: ast.ImportFrom, names: Names) -> None:
    """Read `from math import exp, pi`."""
    if not names.dialect.scalar:
        raise rejected(node.lineno, "only `import math` and `import numpy as np` are imported: write math.exp(x).")
    module = node.module or ""
    if node.level or module not in MODULES:
        raise rejected(node.lineno, f"module '{module}' cannot be imported; available: math, numpy.")
    for alias in node.names:
        name, number = alias.asname or alias.name, CONSTANTS.get(f"{MODULES[module]}.{alias.name}")
        if number is not None:
            define(names, name, node.lineno)
            names.constants[name] = number
        else:
            spelled = names.function(module, alias.name, node.lineno)
            if name not in names.functions or names.meaning(names.functions[name]) != names.meaning(spelled):
                define(names, name, node.lineno)
            names.functions[name] = spelled


def read_header(node: ast.FunctionDef, names: Names) -> Header:
    """Read a function's parameters: plain positional ones, in rules with defaults that are constants."""
    arguments, language = node.args, names.dialect.language
    if node.decorator_list:
        raise rejected(node.lineno, f"decorators are not in {language}: leave them out.")
    is_plain = not (arguments.posonlyargs or arguments.kwonlyargs or arguments.vararg or arguments.kwarg)
    if not is_plain or (arguments.defaults and not names.dialect.scalar):
        without = "" if names.dialect.scalar else " without default values"
        raise rejected(node.lineno, f"only plain parameters `def f(a, b):`{without} are in {language}.")
    parameters = tuple(argument.arg for argument in arguments.args)
    if len(set(parameters)) != len(parameters):
        raise rejected(node.lineno, "a parameter's name stands twice.")
    return Header(node, parameters, tuple(constant_of(value, names) for value in arguments.defaults))


def number(node: ast.Constant, dialect: Dialect) -> Constant:
    """Return a number of the source; whole numbers fit a float of a rule exactly, and 64 bits of an algorithm."""
    value = node.value
    if not isinstance(value, bool | int | float):
        if dialect.scalar:
            name = type(value).__name__
            raise rejected(node.lineno, f"a {name} constant is not in {dialect.language}: only numbers are.")
        name = "text" if isinstance(value, str | bytes) else "None" if value is None else type(value).__name__
        raise rejected(node.lineno, f"{name} is not in {dialect.language}: only numbers are.")
    if dialect.scalar and isinstance(value, int) and value > WHOLE_NUMBERS:
        raise rejected(node.lineno, "a whole number above 2**53 is not exact as a float: write it as a float.")
    if isinstance(value, int) and value > LARGEST:
        raise rejected(node.lineno, "a whole number beyond 64 bits: write a smaller one, or a float.")
    return float(value) if dialect.scalar else value


def constant_of(node: ast.expr, names: Names) -> Constant:
    """Return the value of a constant.

    Raises:
        Refused: it is no arithmetic of numbers, or has no value.
    """
    value = fold(node, names.constants, names.dialect)
    if value is None:
        raise rejected(node.lineno, "a constant is a number or arithmetic of numbers: compute others in a function.")
    return value


def fold(node: ast.expr, constants: Mapping[str, Constant], dialect: Dialect) -> Constant | None:
    """Return the value of a constant expression, None when it is none; in rules in floats.

    Raises:
        Refused: it has no value of 64 bits.
    """
    match node:
        case ast.Constant(value=bool() | int() | float()):
            return number(node, dialect)
        case ast.Name(id=name):
            return constants.get(name)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=operand):
            value = fold(operand, constants, dialect)
            return value if value is None or isinstance(sign, ast.UAdd) else -value
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            first, second = fold(left, constants, dialect), fold(right, constants, dialect)
            if first is None or second is None:
                return None
            return apply_operator(OPERATORS[type(op)], first, second, node.lineno)
    return None


def apply_operator(name: str, left: Constant, right: Constant, line: int) -> Constant:
    """Apply one operator; powers of whole numbers have an exponent of at most 64, so that none takes long."""
    if name == "**" and isinstance(left, int) and isinstance(right, int) and abs(right) > POWERS:
        raise rejected(line, f"a power of whole numbers with an exponent beyond {POWERS}: write the number as a float.")
    try:
        value = FOLDED[name](left, right)
    except ArithmeticError as error:
        raise rejected(line, f"this constant has no value: {error}.") from None
    if isinstance(value, complex):
        raise rejected(line, "this constant is a complex number.")
    if not isinstance(value, int | float) or (isinstance(value, int) and abs(value) > LARGEST):
        raise rejected(line, "this constant is no number of 64 bits.")
    return value


def check_promised(names: Names, signatures: Sequence[Signature]) -> None:
    """Refuse a source without the promised functions, or with other headers than promised."""
    for signature in signatures:
        header = names.headers.get(signature.name)
        if header is None:
            others = ", ".join(names.headers) or "none"
            raise rejected(1, f"the function `{signature.header()}` is missing; functions found: {others}.")
        expected = tuple(parameter.name for parameter in signature.parameters)
        if header.parameters != expected or header.defaults:
            raise rejected(header.node.lineno, f"expected exactly the header `{signature.header()}`.")


def constants_of(names: Names) -> Mapping[str, Number]:
    """Return the constants as the tree holds them."""
    return {name: Number(value, name=name) for name, value in names.constants.items()}
