"""What a compiler would infer of an algorithm: the types of its names, and that every index is an integer."""

import ast
from collections.abc import Sequence

from evaluators.language.dialect import ALGORITHMS
from evo.authors.embedded.algorithms.types import (
    BOOL,
    DTYPES,
    FLOAT,
    INT,
    NOTHING,
    ArrayOf,
    MistypedError,
    Scalar,
    TupleOf,
    Type,
    call_type,
    elementwise,
    entry,
    join,
)

ROUNDS = 12  # types only widen, through at most so many calls
SIZED = ("zeros", "ones", "full")


class Types:
    """The types of names by function, "" being the top level, and what each function returns."""

    def __init__(self, module: ast.Module) -> None:
        self.functions = {each.name: each for each in module.body if isinstance(each, ast.FunctionDef)}
        self._names: dict[tuple[str, str], Type] = {}
        self._returns: dict[str, Type] = {}

    def name(self, function: str, name: str) -> Type | None:
        """Return the type of a name as a function sees it, None while unknown."""
        own = self._known(function, name)
        return self._known("", name) if own is None else own

    def parameters(self, function: str) -> tuple[Type | None, ...]:
        """Return the types of the arguments that a function is called with."""
        return tuple(self._known(function, each.arg) for each in self.functions[function].args.args)

    def result(self, function: str) -> Type | None:
        """Return what a function gives, None while unknown."""
        return self._returns.get(function)

    def of(self, function: str, node: ast.expr) -> Type | None:
        """Return the type of an expression in a function, None while unknown.

        Raises:
            MistypedError: its parts do not fit together.
        """
        match node:
            case ast.Constant(value=bool()):
                return BOOL
            case ast.Constant(value=int()):
                return INT
            case ast.Constant():
                return FLOAT
            case ast.Name(id=name):
                return self.name(function, name)
            case ast.Tuple(elts=parts):
                return TupleOf(tuple(self.of(function, part) for part in parts))
            case ast.Subscript(value=array, slice=index):
                return self._entry(function, array, index)
            case ast.Attribute(attr=name):
                return INT if name in ("size", "shape") else FLOAT
            case ast.Call():
                return self._call(function, node)
            case _:
                return self._operation(function, node)

    def assign(self, function: str, target: ast.expr, kind: Type | None) -> None:
        """Widen what is assigned to: names hold any type, integer arrays no fractions."""
        match target:
            case ast.Name(id=name):
                if (joined := join(self._names.get((function, name)), kind)) is not None:
                    self._names[function, name] = joined
            case ast.Tuple(elts=parts) if isinstance(kind, TupleOf):
                for part, its in zip(parts, kind.parts, strict=True):
                    self.assign(function, part, its)
            case ast.Subscript(value=array, slice=index):
                held = self._entry(function, array, index)
                if held is not None and kind is not None and entry(held) < entry(kind):
                    raise MistypedError(f"line {target.lineno} puts {kind} where {held} is kept")

    def returned(self, function: str, kind: Type | None) -> None:
        """Widen what a function gives."""
        if (joined := join(self._returns.get(function), kind)) is not None:
            self._returns[function] = joined

    def snapshot(self) -> tuple[dict[tuple[str, str], Type], dict[str, Type]]:
        """Return what is known now."""
        return dict(self._names), dict(self._returns)

    def whole(self, function: str, node: ast.expr | None) -> None:
        """Insist on an integer, or an array of them."""
        kind = None if node is None else self.of(function, node)
        if kind is not None and entry(kind) is not INT:
            raise MistypedError(f"line {getattr(node, 'lineno', 0)} needs an integer, not {kind}")

    def _known(self, function: str, name: str) -> Type | None:
        return self._names.get((function, name))

    def _entry(self, function: str, array: ast.expr, index: ast.expr) -> Type | None:
        if isinstance(array, ast.Attribute) and array.attr == "shape":
            return INT
        held = self.of(function, array)
        if held is not None and not isinstance(held, ArrayOf):
            raise MistypedError(f"line {array.lineno} takes an entry of {held}")
        if isinstance(index, ast.Slice):
            for bound in (index.lower, index.upper, index.step):
                self.whole(function, bound)
            return held
        chosen = self.of(function, index)
        if chosen != ArrayOf(BOOL):
            self.whole(function, index)
        return held if isinstance(chosen, ArrayOf) or held is None else held.entry

    def _operation(self, function: str, node: ast.expr) -> Type | None:
        match node:
            case ast.BinOp(left, op, right):
                return self._mixed(function, (left, right), FLOAT if isinstance(op, ast.Div) else INT)
            case ast.UnaryOp(op=ast.Not()):
                return BOOL
            case ast.UnaryOp(operand=operand):
                return self._mixed(function, (operand,), INT)
            case ast.BoolOp(values=values):
                return self._mixed(function, values, BOOL)
            case ast.Compare(left, _, comparators):
                kind = self._mixed(function, (left, *comparators), BOOL)
                return ArrayOf(BOOL) if isinstance(kind, ArrayOf) else BOOL
            case ast.IfExp(test, body, orelse):
                self.of(function, test)
                return join(self.of(function, body), self.of(function, orelse))
        raise MistypedError(f"line {node.lineno} holds a {type(node).__name__}")

    def _mixed(self, function: str, nodes: Sequence[ast.expr], least: Scalar) -> Type | None:
        kinds = [kind for node in nodes if (kind := self.of(function, node)) is not None]
        return elementwise(kinds, least) if kinds else None

    def _call(self, function: str, node: ast.Call) -> Type | None:
        given = [self.of(function, argument) for argument in node.args]
        if isinstance(node.func, ast.Name) and node.func.id in self.functions:
            return self._own(node.func.id, given, node)
        match node.func:
            case ast.Name(id="range"):
                for argument in node.args:
                    self.whole(function, argument)
                return INT
            case ast.Attribute(value=ast.Name(id="math" | "np" as module), attr=name):
                spelled = f"{module}.{name}"
                if name in SIZED:
                    self.whole(function, node.args[0])
            case ast.Attribute(value=array, attr=name):
                spelled = f".{name}"
                given = [self.of(function, array), *given]
            case ast.Name(id=name):
                spelled = name
            case _:
                spelled = ""
        kinds = [kind for kind in given if kind is not None]
        if spelled in ALGORITHMS.functions:
            known = ALGORITHMS.functions[spelled]
            return call_type(known, kinds, _dtype(node)) if len(kinds) == len(given) else None
        raise MistypedError(f"line {node.lineno} calls what is not known")

    def _own(self, callee: str, given: Sequence[Type | None], node: ast.Call) -> Type | None:
        parameters = self.functions[callee].args.args
        if len(parameters) != len(given):
            raise MistypedError(f"line {node.lineno} gives {callee} {len(given)} arguments")
        for parameter, kind in zip(parameters, given, strict=True):
            self.assign(callee, ast.Name(parameter.arg), kind)
        return self._returns.get(callee)


def infer(module: ast.Module, start: str, arguments: Sequence[Type]) -> Types:
    """Return the types of an algorithm whose function `start` is called with these arguments.

    Raises:
        MistypedError: a fraction stands where an integer must, or types do not fit together.
    """
    types = Types(ast.fix_missing_locations(module))
    for parameter, kind in zip(types.functions[start].args.args, arguments, strict=True):
        types.assign(start, ast.Name(parameter.arg), kind)
    giving = {name for name, function in types.functions.items() if _gives(function)}
    for _ in range(ROUNDS):
        before = types.snapshot()
        _block(types, "", [each for each in module.body if not isinstance(each, ast.FunctionDef)])
        for name, function in types.functions.items():
            if None not in types.parameters(name):
                _block(types, name, function.body)
                types.returned(name, None if name in giving else NOTHING)
        if types.snapshot() == before:
            return types
    raise MistypedError("the types do not settle")


def _gives(function: ast.FunctionDef) -> bool:
    return any(isinstance(node, ast.Return) and node.value is not None for node in ast.walk(function))


def _block(types: Types, function: str, statements: Sequence[ast.stmt]) -> None:
    for statement in statements:
        match statement:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    types.assign(function, target, types.of(function, value))
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                types.assign(function, target, types.of(function, value))
            case ast.AugAssign(target=target, op=op, value=value):
                changed = ast.BinOp(_read(target), op, value, lineno=statement.lineno)
                types.assign(function, target, types.of(function, changed))
            case ast.For(target=target, iter=source, body=body):
                types.assign(function, target, types.of(function, source))
                _block(types, function, body)
            case ast.While(test, body) | ast.If(test, body, []):
                types.of(function, test)
                _block(types, function, body)
            case ast.If(test, body, orelse):
                types.of(function, test)
                _block(types, function, [*body, *orelse])
            case ast.Return(value=ast.expr() as value):
                types.returned(function, types.of(function, value))
            case ast.Expr(value=ast.Call() as value):
                types.of(function, value)


def _read(target: ast.Name | ast.Attribute | ast.Subscript) -> ast.expr:
    return target


def _dtype(node: ast.Call) -> Scalar | None:
    named = [each.value for each in node.keywords if each.arg == "dtype"]
    if not named and isinstance(node.func, ast.Attribute) and node.func.attr == "astype":
        named = node.args
    found = named[0] if named else None
    return DTYPES.get(found.attr) if isinstance(found, ast.Attribute) else None
