"""The plain-Python twin of compiled rules: CPython runs the source's own syntax tree on floats.

It shares with the compiled path the check of the source and nothing after it: names, arithmetic, control flow and lines
of errors are CPython's own (3.11 may give the line before that of an unassigned variable: it fuses instructions). The
tree is changed only where a float must stand for an int or a bool, and where a rule fails that Python lets pass.
"""

import ast
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace, TracebackType

from evaluators.rules import language
from evaluators.rules.charges import COUNT, Charges
from evaluators.rules.errors import Cause, Fault, RuleError
from evaluators.rules.names import read_names
from evaluators.rules.reading import read_rules
from evaluators.syntax import parse
from problems import Rule, Signature

FILE = "<rule>"


class NoReturnError(Exception):
    """A function ended without return."""


class NotFiniteError(Exception):
    """A promised function returned NaN or infinity."""


class RangeError(Exception):
    """An argument of range is no whole number, or the step is 0."""


CAUSES: Mapping[type[Exception], Cause] = {
    ZeroDivisionError: Cause.ZERO_DIVISION,
    OverflowError: Cause.OVERFLOW,
    ValueError: Cause.DOMAIN,
    UnboundLocalError: Cause.UNASSIGNED,
    NoReturnError: Cause.NO_RETURN,
    NotFiniteError: Cause.NOT_FINITE,
    RangeError: Cause.RANGE,
}


def power(x: float, y: float) -> float:
    """x ** y, where a complex result is an error whatever its size."""
    if -math.inf < x < 0 and math.isfinite(y) and y != math.floor(y):
        raise ValueError("math domain error")
    return float(x**y)


def finite(x: float) -> float:
    """Refuse NaN and infinity."""
    if not math.isfinite(x):
        raise NotFiniteError
    return x


def float_range(*arguments: float) -> Iterator[float]:
    """Range over floats that are whole numbers."""
    if any(abs(x) > language.WHOLE_NUMBERS or x != math.floor(x) if math.isfinite(x) else True for x in arguments):
        raise RangeError
    if len(arguments) == 3 and arguments[2] == 0:
        raise RangeError
    return map(float, range(*map(int, arguments)))


def sign(x: float) -> float:
    """Return -1.0, 0.0, 1.0 or NaN."""
    if x > 0:
        return 1.0
    if x < 0:
        return -1.0
    return 0.0 if x == 0 else x


def copysign(x: float, y: float) -> float:
    """Return x with the sign of y; the sign of NaN counts as plus."""
    return math.copysign(x, 1.0 if math.isnan(y) else y)


def as_float(function: Callable[[float], float]) -> Callable[[float], float]:
    """Return a function whose int or bool becomes a float."""
    return lambda x: float(function(x))


LIBRARY: Mapping[str, Callable[..., float]] = {
    **{name: getattr(math, name) for name in language.ARITIES if hasattr(math, name)},
    **{name: as_float(getattr(math, name)) for name in ("floor", "ceil", "trunc", "isnan", "isinf", "isfinite")},
    **{"abs": abs, "min": min, "max": max, "round": as_float(round), "int": as_float(int), "bool": as_float(bool)},
    "float": float,
    "copysign": copysign,
    "**": power,
    "/": lambda x, y: x / y,
    "//": lambda x, y: x // y,
    "%": lambda x, y: x % y,
    "neg": lambda x: -x,
    "where": lambda c, x, y: x if c else y,
    "clip": lambda x, low, high: min(max(x, low), high),
    "sign": sign,
    "square": lambda x: x * x,
}

# Names that no source can contain, so that none can hide them.
INJECTED: Mapping[str, object] = {"<float>": float, "<**>": power, "<finite>": finite, "<none>": NoReturnError}


def call(name: str, *arguments: ast.expr) -> ast.Call:
    """Return a call of an injected function."""
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])


class Floats(ast.NodeTransformer):
    """Puts floats where Python has ints and bools, and the language's errors where Python returns None or inf."""

    def __init__(self, promised: Sequence[str]) -> None:
        self.promised = promised
        self.function = ""

    def visit(self, node: ast.AST) -> ast.AST:
        """Rewrite a node after its parts; every new node stands on the line of the old."""
        if isinstance(node, ast.FunctionDef):
            self.function = node.name
        self.generic_visit(node)
        return ast.fix_missing_locations(ast.copy_location(self.rewrite(node), node))

    def rewrite(self, node: ast.AST) -> ast.AST:
        """Return what stands for a node whose parts are rewritten already."""
        match node:
            case ast.Constant(value=bool() | int() as value):
                return ast.Constant(float(value))
            case ast.Compare() | ast.UnaryOp(op=ast.Not()):
                return call("<float>", node)
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                return call("<**>", left, right)
            case ast.AugAssign(target=ast.Name(id=name) as target, op=ast.Pow(), value=value):
                old = ast.copy_location(ast.Name(name, ast.Load()), node)
                return ast.Assign([target], ast.copy_location(call("<**>", old, value), node))
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                return ast.Assign([target], value)
            case ast.Return(value=ast.expr() as value) if self.function in self.promised:
                return ast.Return(ast.copy_location(call("<finite>", value), node))
            case ast.arg(arg=name):
                return ast.arg(name)
            case ast.FunctionDef(name=name, args=arguments, body=body):
                end = ast.copy_location(ast.Raise(ast.Name("<none>", ast.Load())), node)
                return ast.FunctionDef(name, arguments, [*body, end], [])
        return node


def namespace(tree: ast.Module) -> dict[str, object]:
    """Return what the source may name: the builtins of the language, and its imports from its own modules."""
    modules = {
        module: SimpleNamespace(
            **{name: LIBRARY[meaning] for name, meaning in functions.items()}, **language.MODULE_CONSTANTS[module]
        )
        for module, functions in language.MODULES.items()
    }
    names: dict[str, object] = {"__builtins__": {}, "range": float_range, **INJECTED}
    names |= {name: LIBRARY[meaning] for name, meaning in language.BUILTINS.items()}
    for node in tree.body:
        if isinstance(node, ast.Import):
            names |= {alias.asname or alias.name: modules[alias.name] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = modules[node.module or ""]
            names |= {alias.asname or alias.name: getattr(module, alias.name) for alias in node.names}
    return names


def line_of(traceback: TracebackType | None) -> int:
    """Return the innermost line of the rule."""
    line = 0
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == FILE:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def interpreted(function: Callable[..., float]) -> Rule:
    """Return a promised function that takes floats and raises `RuleError`."""

    def rule(*arguments: float) -> float:
        try:
            return function(*map(float, arguments))
        except tuple(CAUSES) as error:
            raise RuleError(Fault(CAUSES[type(error)], line_of(error.__traceback__))) from None

    return rule


@dataclass(slots=True)
class Count:
    """The operations that rules have used."""

    operations: int = 0

    def add(self, operations: float) -> None:
        """Add what a block costs; every number of the twin is a float."""
        self.operations += int(operations)


def interpret_rules(source: str, signatures: Sequence[Signature], count: Count | None = None) -> tuple[Rule, ...]:
    """Return the promised functions as CPython runs them; a call that fails raises `RuleError`.

    Their work is added to `count`.

    Raises:
        Refused: the source is no Python or not in the rule language.
    """
    promised = read_rules(source, signatures).promised
    tree = parse(source)
    top = read_names(tree)
    names = {**namespace(tree), COUNT: (count or Count()).add}
    tree.body = [node for node in tree.body if not isinstance(node, ast.Import | ast.ImportFrom)]
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            node.body = Charges(top, top.headers[node.name]).block(node.body)
    Floats(promised).generic_visit(tree)
    # The check above leaves only arithmetic, calls and control flow on names of this dictionary.
    exec(compile(tree, FILE, "exec"), names)
    return tuple(interpreted(function) for function in map(names.get, promised) if callable(function))
