"""From the tree of an accepted rule to one formula per function, by inlining its locals and branches."""

from collections.abc import Mapping, Sequence

from evaluators.language import read_rules
from evaluators.language.functions import OPERATORS, ROWS
from evaluators.language.tree import (
    Apply,
    Assign,
    Choice,
    Compare,
    If,
    Number,
    Pass,
    Return,
    Shortcut,
    Statement,
    Variable,
    walk,
)
from evaluators.syntax import Refused
from evo.authors.embedded.tree import Node, call, choice, constant, feature, is_condition, operation, size_of
from problems import Signature

READ_NODES = 240
LARGEST_CONSTANT = 1e15  # whole numbers up to here are exact, and sums of products of a few of them are finite
KNOWN = frozenset((
    *OPERATORS, "neg", "pos", "abs", "min", "max", "round", "int",
    *(row.name for row in ROWS if any(text.startswith("math.") for text in (*row.spelled, *row.in_rules))),
))  # fmt: skip
"""The operators and functions of formulas: those of numbers that are not spelled with numpy alone."""

Locals = Mapping[str, Node]


class UnreadableError(Exception):
    """The source is no single expression of a bounded size; the message says why."""


def read(source: str, signatures: Sequence[Signature]) -> dict[str, Node]:
    """Return the formula of each function of an accepted source, features named as in its signature.

    Raises:
        UnreadableError: a loop, a helper function, or more than `READ_NODES` nodes.
    """
    try:
        functions = read_rules(source, signatures).functions
    except Refused as refused:
        raise UnreadableError(refused.message) from None
    if len(functions) > len(signatures):
        raise UnreadableError("it calls helper functions")
    read_functions = {}
    for signature in signatures:
        body = functions[signature.name].body
        result = _inline(body, {each.name: feature(each.name) for each in signature.parameters}).result
        if result is None or is_condition(result):
            raise UnreadableError(f"{signature.name} returns no number")
        read_functions[signature.name] = result
    return read_functions


class _Inlined:
    """What a block of statements leaves: the locals' formulas, and what it returns if it does."""

    __slots__ = ("result", "scope")

    def __init__(self, scope: Locals, result: Node | None = None) -> None:
        self.scope = scope
        self.result = result


def _inline(statements: Sequence[Statement], scope: Locals) -> _Inlined:
    for index, statement in enumerate(statements):
        match statement:
            case Return(values=(value,)):
                return _Inlined(scope, _formula(value, scope))
            case If(condition=test, then=then, otherwise=otherwise) if not _returns(statement):
                condition = _condition(test, scope)
                scope = _merge(condition, _inline(then, scope).scope, _inline(otherwise, scope).scope)
            case If(condition=test, then=then, otherwise=otherwise):
                ends = [_inline((*block, *statements[index + 1 :]), scope) for block in (then, otherwise)]
                return _branch(_condition(test, scope), *ends)
            case Assign(targets=targets, values=values):
                formulas = [_formula(value, scope) for value in values]
                names = [target.name for target in targets if isinstance(target, Variable)]
                scope = {**scope, **dict(zip(names, formulas, strict=True))}
            case Pass():
                continue
            case _:
                raise UnreadableError(f"line {statement.line} is no assignment, branch or return")
    return _Inlined(scope)


def _returns(statement: Statement) -> bool:
    return any(isinstance(each, Return) for each in walk(statement))


def _merge(condition: Node, then: Locals, otherwise: Locals) -> Locals:
    """Return the locals that both branches set: a name that only one sets cannot be read afterwards."""
    return {name: _either(condition, then[name], otherwise[name]) for name in then if name in otherwise}


def _either(condition: Node, then: Node, otherwise: Node) -> Node:
    if then == otherwise:
        return then
    if is_condition(then) or is_condition(otherwise):
        raise UnreadableError("a branch sets a truth value")
    return _bounded(choice(condition, then, otherwise))


def _branch(condition: Node, then: _Inlined, otherwise: _Inlined) -> _Inlined:
    if then.result is None or otherwise.result is None:
        raise UnreadableError("a branch returns nothing")
    if is_condition(then.result) or is_condition(otherwise.result):
        raise UnreadableError("a branch returns no number")
    return _Inlined({}, _bounded(choice(condition, then.result, otherwise.result)))


def _formula(node: Node, scope: Locals) -> Node:
    match node:
        case Number(value=value) if abs(value) <= LARGEST_CONSTANT:
            return constant(value)
        case Variable(name=name) if name in scope:
            return scope[name]
        case Choice(condition=test, then=then, otherwise=otherwise):
            return _bounded(choice(_condition(test, scope), number(then, scope), number(otherwise, scope)))
        case Compare() | Shortcut() | Apply(name="not"):
            return _condition(node, scope)
        case Apply(name=name, arguments=arguments) if name in KNOWN:
            return _applied(name, [number(each, scope) for each in arguments])
    raise UnreadableError(f"line {node.line} holds what formulas do not know")


def _applied(name: str, arguments: Sequence[Node]) -> Node:
    """Return the operation; min and max of many become nested calls of two, a negative number a constant."""
    if name in ("min", "max") and len(arguments) > 2:
        return _applied(name, [_applied(name, arguments[:2]), *arguments[2:]])
    if name == "pos":
        return arguments[0]
    if name == "neg" and isinstance(arguments[0], Number):
        return constant(-arguments[0].value)
    return _bounded(call(name, *arguments))


def number(node: Node, scope: Locals) -> Node:
    """Return the formula of one expression, its names read in `scope`.

    Raises:
        UnreadableError: it is a truth value, or holds what formulas do not know.
    """
    formula = _formula(node, scope)
    if is_condition(formula):
        raise UnreadableError(f"line {node.line} uses a truth value as a number")
    return formula


def _condition(node: Node, scope: Locals) -> Node:
    match node:
        case Compare(operands=operands, relations=relations):
            terms = [number(each, scope) for each in operands]
            triples = zip(terms, relations, terms[1:], strict=False)
            return _joined("and", [_bounded(operation(relation, one, two)) for one, relation, two in triples])
        case Shortcut(conjunction=conjunction, operands=operands):
            return _joined("and" if conjunction else "or", [_condition(each, scope) for each in operands])
        case Apply(name="not", arguments=(operand,)):
            return _bounded(operation("not", _condition(operand, scope)))
    formula = _formula(node, scope)
    return formula if is_condition(formula) else operation("!=", formula, constant(0))


def _joined(connective: str, conditions: Sequence[Node]) -> Node:
    first, *rest = conditions
    for condition in rest:
        first = _bounded(operation(connective, first, condition))
    return first


def _bounded(node: Node) -> Node:
    """Return the node itself: inlining doubles a local at each use, so every step is checked."""
    if size_of(node) > READ_NODES:
        raise UnreadableError(f"its expression has more than {READ_NODES} nodes")
    return node
