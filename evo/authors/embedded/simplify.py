"""Shorter trees of the same value, rule by rule, for finite numbers."""

import math

from evo.authors.embedded.tree import (
    Node,
    choice,
    constant,
    is_call,
    is_constant,
    name_of,
    op_of,
    operation,
    value_of,
    with_children,
)

DIGITS = 4
ZERO, ONE = constant(0.0), constant(1.0)
MIRRORED = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}


def rounded(node: Node, digits: int = DIGITS) -> Node:
    """Return the tree with its constants rounded to so many significant digits."""
    if is_constant(node):
        return constant(float(f"{value_of(node):.{digits}g}"))
    return with_children(node, tuple(rounded(child, digits) for child in node.children))


def simplified(node: Node) -> Node:
    """Return a tree of at most the same size; values stay within a relative error of about 1e-12.

    Only regrouped constants (`2 * (3 * x)`) are not bit for bit. `x * 0` becomes 0: a value that is not finite is a
    failure anyway.
    """
    node = with_children(node, tuple(simplified(child) for child in node.children))
    while True:
        shorter = _step(node)
        if shorter == node:
            return node
        node = with_children(shorter, tuple(simplified(child) for child in shorter.children))


def _step(node: Node) -> Node:
    """Apply one rule at the root, or return the node itself; the children are simple already."""
    match op_of(node), node.children:
        case "neg", (inner,):
            return _negation(node, inner)
        case "+", (left, right):
            return _sum(node, left, right)
        case "-", (left, right):
            return _difference(node, left, right)
        case "*", (left, right):
            return _product(node, left, right)
        case "/", (left, right):
            return _quotient(node, left, right)
        case "if", (condition, then, otherwise):
            return _choice(node, condition, then, otherwise)
        case "call", (inner,) if name_of(node) == "abs":
            return _absolute(node, inner)
        case "call", (left, right) if name_of(node) in ("min", "max"):
            return _extreme(node, left, right)
        case "not", (inner,):
            return _opposite(node, inner)
        case (("and" | "or"), (left, right)):
            return left if left == right else node
        case _:
            return node


def _negation(node: Node, inner: Node) -> Node:
    if is_constant(inner):
        return constant(-value_of(inner))
    if op_of(inner) == "neg":
        return inner.children[0]
    if op_of(inner) == "-":
        return inner.children[1] - inner.children[0]
    return node


def _sum(node: Node, left: Node, right: Node) -> Node:
    if is_constant(left) and is_constant(right):
        return _folded(node, value_of(left) + value_of(right))
    if is_constant(left):
        return right + left
    if right == ZERO:
        return left
    if is_constant(right) and op_of(left) == "+" and is_constant(left.children[1]):
        return left.children[0] + constant(value_of(left.children[1]) + value_of(right))
    if is_constant(right) and value_of(right) < 0:
        return left - constant(-value_of(right))
    if op_of(right) == "neg":
        return left - right.children[0]
    if op_of(left) == "neg":
        return right - left.children[0]
    return node


def _difference(node: Node, left: Node, right: Node) -> Node:
    if is_constant(left) and is_constant(right):
        return _folded(node, value_of(left) - value_of(right))
    if left == right:
        return ZERO
    if right == ZERO:
        return left
    if left == ZERO:
        return -right
    if is_constant(right) and value_of(right) < 0:
        return left + constant(-value_of(right))
    if op_of(right) == "neg":
        return left + right.children[0]
    return node


def _product(node: Node, left: Node, right: Node) -> Node:
    if is_constant(left) and is_constant(right):
        return _folded(node, value_of(left) * value_of(right))
    if is_constant(right):
        return right * left
    if left == ZERO:
        return ZERO
    if left == ONE:
        return right
    if left == constant(-1.0):
        return -right
    if is_constant(left) and op_of(right) == "*" and is_constant(right.children[0]):
        return constant(value_of(left) * value_of(right.children[0])) * right.children[1]
    if is_constant(left) and op_of(right) == "neg":
        return constant(-value_of(left)) * right.children[0]
    return node


def _quotient(node: Node, left: Node, right: Node) -> Node:
    if is_constant(right) and value_of(right) == 0:
        return node
    if is_constant(left) and is_constant(right):
        return _folded(node, value_of(left) / value_of(right))
    return left if right == ONE else node


def _choice(node: Node, condition: Node, then: Node, otherwise: Node) -> Node:
    if then == otherwise:
        return then
    if op_of(condition) == "not":
        return choice(condition.children[0], otherwise, then)
    if op_of(condition) in MIRRORED and condition.children[0] == condition.children[1]:
        return then if op_of(condition) in ("<=", ">=", "==") else otherwise
    if op_of(condition) in MIRRORED and all(is_constant(part) for part in condition.children):
        return then if _holds(op_of(condition), *(value_of(part) for part in condition.children)) else otherwise
    return node


def _absolute(node: Node, inner: Node) -> Node:
    if is_constant(inner):
        return constant(abs(value_of(inner)))
    if op_of(inner) == "neg":
        return with_children(node, inner.children)
    return inner if is_call(inner, "abs") else node


def _extreme(node: Node, left: Node, right: Node) -> Node:
    best = min if name_of(node) == "min" else max
    if is_constant(left) and is_constant(right):
        return constant(best(value_of(left), value_of(right)))
    if left == right:
        return left
    for one, other in ((left, right), (right, left)):
        if is_call(one, name_of(node)) and other in one.children:
            return one
        if is_call(one, "min", "max") and other in one.children:  # max(min(x, y), x) is x
            return other
    if is_constant(right) and is_call(left, name_of(node)) and is_constant(left.children[1]):
        return with_children(node, (left.children[0], constant(best(value_of(right), value_of(left.children[1])))))
    return with_children(node, (right, left)) if is_constant(left) else node


def _opposite(node: Node, inner: Node) -> Node:
    if op_of(inner) == "not":
        return inner.children[0]
    return operation(MIRRORED[op_of(inner)], *inner.children) if op_of(inner) in MIRRORED else node


def _holds(comparison: str, one: float, other: float) -> bool:
    match comparison:
        case "<":
            return one < other
        case "<=":
            return one <= other
        case ">":
            return one > other
        case ">=":
            return one >= other
        case "==":
            return one == other
        case _:
            return one != other


def _folded(node: Node, value: float) -> Node:
    return constant(value) if math.isfinite(value) else node
