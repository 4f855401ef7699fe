"""The reference interpreter of rules: CPython runs the source's own syntax tree on floats, and counts the work.

It shares with the compiled path the check of the source and nothing after it: names, arithmetic, control flow and lines
of errors are CPython's own (3.11 may give the line before that of an unassigned variable: it fuses instructions). The
tree is changed only where a float must stand for an int or a bool, where a rule fails that Python lets pass, and where
work is counted: the costs are those of `counting.py`, read off CPython's own syntax tree.
"""

import ast
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace, TracebackType

from evaluators.rules import language
from evaluators.rules.errors import Cause, Fault, RuleError
from evaluators.rules.expressions import local_names
from evaluators.rules.names import OPERATORS, Header, RuleNames, library_function, read_names
from evaluators.rules.reading import read_rules
from evaluators.syntax import parse
from evaluators.work import cost
from problems import Rule, Signature

COUNT = "<count>"
"""The function that is called before a block; no source can contain this name."""


class StatementCosts:
    """Puts a charge before the statements of one function; `names` are those of the top level, `header` is its own."""

    def __init__(self, names: RuleNames, header: Header) -> None:
        self.names = names
        self.constants = set(names.constants) - local_names(header)

    def block(self, nodes: Sequence[ast.stmt], own: int = 0) -> list[ast.stmt]:
        """Return statements with a charge before each; `own` is what each pass costs of the loop they are in."""
        result: list[ast.stmt] = []
        for node in nodes:
            result += [*self.charge(own + self.own_cost(node), node), node]
            own = 0
            match node:
                case ast.If(body=body, orelse=orelse):
                    node.body, node.orelse = self.block(body), self.block(orelse)
                case ast.While(body=body, orelse=orelse) | ast.For(body=body, orelse=orelse):
                    test = self.operations(node.test) if isinstance(node, ast.While) else 0
                    node.body, node.orelse = self.block(body, 1 + test), self.block(orelse)
        return result

    def charge(self, operations: int, at: ast.stmt) -> list[ast.stmt]:
        """Return the statement that charges; none where nothing is charged."""
        if not operations:
            return []
        call = ast.Call(ast.Name(COUNT, ast.Load()), [ast.Constant(operations)], [])
        return [ast.fix_missing_locations(ast.copy_location(ast.Expr(call), at))]

    def own_cost(self, node: ast.stmt) -> int:
        """Return what a statement costs once, without the statements in it."""
        match node:
            case ast.If(test=test) | ast.While(test=test):
                return self.operations(test)
            case ast.For(iter=ast.Call(args=numbers)):
                return sum(map(self.operations, numbers))
            case ast.AugAssign(op=op, value=value):
                return cost(OPERATORS[type(op)]) + self.operations(value)
            case ast.Assign(value=ast.Tuple(elts=values)):
                return sum(map(self.operations, values))
            case ast.Assign(value=ast.expr() as value) | ast.AnnAssign(value=ast.expr() as value):
                return self.operations(value)
            case ast.Return(value=ast.expr() as value):
                return self.operations(value)
        return 0

    def operations(self, node: ast.expr) -> int:
        """Return what an expression costs, charged whole."""
        if self.is_number(node):
            return 0
        own = 0
        match node:
            case ast.BinOp(op=op):
                own = cost(OPERATORS[type(op)])
            case ast.UnaryOp(op=ast.USub() | ast.Not()) | ast.IfExp():
                own = 1
            case ast.Compare(ops=relations):
                own = len(relations)
            case ast.BoolOp(values=values):
                own = len(values) - 1
            case ast.Call(args=arguments):
                return self.call(node) + sum(map(self.operations, arguments))
        return own + sum(self.operations(part) for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr))

    def call(self, node: ast.Call) -> int:
        """Return what a call costs without its arguments."""
        meaning = ""
        match node.func:
            case ast.Name(id=name) if name not in self.names.headers:
                meaning = self.names.functions[name]
            case ast.Attribute(value=ast.Name(id=alias), attr=name):
                meaning = library_function(self.names.modules[alias], name, node.lineno)
        return len(node.args) - 1 if meaning in ("min", "max") else cost(meaning)

    def is_number(self, node: ast.expr) -> bool:
        """Say whether an expression is a constant with its sign."""
        match node:
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
                return self.is_number(operand)
            case ast.Call(func=ast.Name(id="float"), args=[ast.Constant(value=str())]):
                return True
            case ast.Name(id=name):
                return name in self.constants
        return isinstance(node, ast.Constant | ast.Attribute)


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

# RuleNames that no source can contain, so that none can hide them.
INJECTED: Mapping[str, object] = {"<float>": float, "<**>": power, "<finite>": finite, "<none>": NoReturnError}


def call(name: str, *arguments: ast.expr) -> ast.Call:
    """Return a call of an injected function."""
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])


class FloatTransformer(ast.NodeTransformer):
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
class OperationCount:
    """The operations that rules have used."""

    operations: int = 0

    def add(self, operations: float) -> None:
        """Add what a block costs; every number of an interpreted rule is a float."""
        self.operations += int(operations)


def interpret_rules(
    source: str, signatures: Sequence[Signature], count: OperationCount | None = None
) -> tuple[Rule, ...]:
    """Return the promised functions as CPython runs them; a call that fails raises `RuleError`.

    Their work is added to `count`.

    Raises:
        Refused: the source is no Python or not in the rule language.
    """
    promised = read_rules(source, signatures).promised
    tree = parse(source)
    top = read_names(tree)
    names = {**namespace(tree), COUNT: (count or OperationCount()).add}
    tree.body = [node for node in tree.body if not isinstance(node, ast.Import | ast.ImportFrom)]
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            node.body = StatementCosts(top, top.headers[node.name]).block(node.body)
    FloatTransformer(promised).generic_visit(tree)
    # The check above leaves only arithmetic, calls and control flow on names of this dictionary.
    exec(compile(tree, FILE, "exec"), names)
    return tuple(interpreted(function) for function in map(names.get, promised) if callable(function))
