"""From the source of an accepted rule to one expression per function, by inlining its locals and branches."""

import ast
from collections.abc import Mapping, Sequence

from evo.authors.embedded.spelling import PLAIN, Respelled
from evo.authors.embedded.tree import Node, call, choice, constant, feature
from problems import Signature

READ_NODES = 240
LARGEST_CONSTANT = 1e15  # whole numbers up to here are exact, and sums of products of a few of them are finite

Locals = Mapping[str, Node]

BINARY: Mapping[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
}
COMPARE: Mapping[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}


class UnreadableError(Exception):
    """The source is no single expression of a bounded size; the message says why."""


def read(source: str, signatures: Sequence[Signature]) -> dict[str, Node]:
    """Return the expression of each function of an accepted source, features named as in its signature.

    Raises:
        UnreadableError: a loop, a helper function, or more than `READ_NODES` nodes.
    """
    module = ast.parse(source)
    functions = {each.name: each for each in module.body if isinstance(each, ast.FunctionDef)}
    if set(functions) != {signature.name for signature in signatures}:
        raise UnreadableError("it defines helper functions")
    Respelled(module).visit(module)
    constants = _inline([each for each in module.body if isinstance(each, ast.Assign | ast.AnnAssign)], {})
    return {each.name: _function(functions[each.name], each, constants.scope) for each in signatures}


class _Inlined:
    """What a block of statements leaves: the locals' expressions, and what it returns if it does."""

    __slots__ = ("result", "scope")

    def __init__(self, scope: Locals, result: Node | None = None) -> None:
        self.scope = scope
        self.result = result


def _function(function: ast.FunctionDef, signature: Signature, shared: Locals) -> Node:
    names = [argument.arg for argument in function.args.args]
    if len(names) != len(signature.parameters):
        raise UnreadableError(f"{function.name} has other parameters than its signature")
    features = {name: feature(parameter.name) for name, parameter in zip(names, signature.parameters, strict=True)}
    result = _inline(function.body, {**shared, **features}).result
    if result is None or result.is_condition:
        raise UnreadableError(f"{function.name} returns no number")
    return result


def _inline(statements: Sequence[ast.stmt], scope: Locals) -> _Inlined:
    for index, statement in enumerate(statements):
        match statement:
            case ast.Return(value=ast.expr() as value):
                return _Inlined(scope, _expression(value, scope))
            case ast.If(test, body, orelse) if not _returns(statement):
                condition = _condition(test, scope)
                scope = _merge(condition, _inline(body, scope).scope, _inline(orelse, scope).scope)
            case ast.If(test, body, orelse):
                then, otherwise = ([*block, *statements[index + 1 :]] for block in (body, orelse))
                return _branch(_condition(test, scope), _inline(then, scope), _inline(otherwise, scope))
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                scope = {**scope, name: _expression(value, scope)}
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                scope = {**scope, name: _expression(value, scope)}
            case ast.AugAssign(target=ast.Name(id=name) as target, op=op, value=value):
                scope = {**scope, name: _expression(ast.BinOp(target, op, value, lineno=statement.lineno), scope)}
            case ast.Pass() | ast.Expr(value=ast.Constant()):
                continue
            case _:
                raise UnreadableError(f"line {statement.lineno} is no assignment, branch or return")
    return _Inlined(scope)


def _returns(statement: ast.stmt) -> bool:
    return any(isinstance(each, ast.Return) for each in ast.walk(statement))


def _merge(condition: Node, then: Locals, otherwise: Locals) -> Locals:
    """Return the locals that both branches set: a name that only one sets cannot be read afterwards."""
    return {name: _either(condition, then[name], otherwise[name]) for name in then if name in otherwise}


def _either(condition: Node, then: Node, otherwise: Node) -> Node:
    if then == otherwise:
        return then
    if then.is_condition or otherwise.is_condition:
        raise UnreadableError("a branch sets a truth value")
    return _bounded(choice(condition, then, otherwise))


def _branch(condition: Node, then: _Inlined, otherwise: _Inlined) -> _Inlined:
    if then.result is None or otherwise.result is None:
        raise UnreadableError("a branch returns nothing")
    if then.result.is_condition or otherwise.result.is_condition:
        raise UnreadableError("a branch returns no number")
    return _Inlined({}, _bounded(choice(condition, then.result, otherwise.result)))


def _expression(node: ast.expr, scope: Locals) -> Node:
    match node:
        case ast.Constant(value=bool()):
            raise UnreadableError("a truth value stands for a number")
        case ast.Constant(value=int() | float() as value) if abs(value) <= LARGEST_CONSTANT:
            return constant(value)
        case ast.Name(id=name) if name in scope:
            return scope[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = number(operand, scope)
            return constant(-inner.value) if inner.is_constant else _bounded(-inner)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return number(operand, scope)
        case ast.BinOp(left, op, right) if type(op) in BINARY:
            return _bounded(Node(BINARY[type(op)], (number(left, scope), number(right, scope))))
        case ast.IfExp(test, body, orelse):
            return _bounded(choice(_condition(test, scope), number(body, scope), number(orelse, scope)))
        case ast.Call(func=ast.Name(id=func), args=args, keywords=[]) if func in PLAIN or func.startswith("math."):
            return _call(func, [number(each, scope) for each in args])
        case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
            return _condition(node, scope)
        case _:
            raise UnreadableError(f"line {node.lineno} holds a {type(node).__name__}")


def _call(name: str, arguments: Sequence[Node]) -> Node:
    """Return the call; min and max of many become nested calls of two."""
    if name in ("min", "max") and len(arguments) > 2:
        return _call(name, [_call(name, arguments[:2]), *arguments[2:]])
    return _bounded(call(name, *arguments))


def number(node: ast.expr, scope: Locals) -> Node:
    """Return one expression, its names read in `scope`.

    Raises:
        UnreadableError: it is a truth value, or holds what rules do not know.
    """
    expression = _expression(node, scope)
    if expression.is_condition:
        raise UnreadableError(f"line {node.lineno} uses a truth value as a number")
    return expression


def _condition(node: ast.expr, scope: Locals) -> Node:
    match node:
        case ast.Compare(left, ops, comparators) if all(type(op) in COMPARE for op in ops):
            terms = [number(each, scope) for each in (left, *comparators)]
            pairs = zip(terms, ops, terms[1:], strict=False)
            return _joined("and", [_bounded(Node(COMPARE[type(op)], (one, two))) for one, op, two in pairs])
        case ast.BoolOp(op, values):
            return _joined("and" if isinstance(op, ast.And) else "or", [_condition(each, scope) for each in values])
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _bounded(Node("not", (_condition(operand, scope),)))
        case _:
            expression = _expression(node, scope)
            return expression if expression.is_condition else Node("!=", (expression, constant(0)))


def _joined(connective: str, conditions: Sequence[Node]) -> Node:
    first, *rest = conditions
    for condition in rest:
        first = _bounded(Node(connective, (first, condition)))
    return first


def _bounded(node: Node) -> Node:
    """Return the node itself: inlining doubles a local at each use, so every step is checked."""
    if node.size > READ_NODES:
        raise UnreadableError(f"its expression has more than {READ_NODES} nodes")
    return node
