"""Shorter trees of the same value, rule by rule, for finite numbers."""

import math

from evo.authors.embedded.tree import Node, choice, constant, with_children

DIGITS = 4
ZERO, ONE = constant(0.0), constant(1.0)
MIRRORED = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}


def rounded(node: Node, digits: int = DIGITS) -> Node:
    """Return the tree with its constants rounded to so many significant digits."""
    if node.is_constant:
        return constant(float(f"{node.value:.{digits}g}"))
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
    match node.op, node.children:
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
        case "call", (inner,) if node.name == "abs":
            return _absolute(node, inner)
        case "call", (left, right) if node.name in ("min", "max"):
            return _extreme(node, left, right)
        case "not", (inner,):
            return _opposite(node, inner)
        case (("and" | "or"), (left, right)):
            return left if left == right else node
        case _:
            return node


def _negation(node: Node, inner: Node) -> Node:
    if inner.is_constant:
        return constant(-inner.value)
    if inner.op == "neg":
        return inner.children[0]
    if inner.op == "-":
        return inner.children[1] - inner.children[0]
    return node


def _sum(node: Node, left: Node, right: Node) -> Node:
    if left.is_constant and right.is_constant:
        return _folded(node, left.value + right.value)
    if left.is_constant:
        return right + left
    if right == ZERO:
        return left
    if right.is_constant and left.op == "+" and left.children[1].is_constant:
        return left.children[0] + constant(left.children[1].value + right.value)
    if right.is_constant and right.value < 0:
        return left - constant(-right.value)
    if right.op == "neg":
        return left - right.children[0]
    if left.op == "neg":
        return right - left.children[0]
    return node


def _difference(node: Node, left: Node, right: Node) -> Node:
    if left.is_constant and right.is_constant:
        return _folded(node, left.value - right.value)
    if left == right:
        return ZERO
    if right == ZERO:
        return left
    if left == ZERO:
        return -right
    if right.is_constant and right.value < 0:
        return left + constant(-right.value)
    if right.op == "neg":
        return left + right.children[0]
    return node


def _product(node: Node, left: Node, right: Node) -> Node:
    if left.is_constant and right.is_constant:
        return _folded(node, left.value * right.value)
    if right.is_constant:
        return right * left
    if left == ZERO:
        return ZERO
    if left == ONE:
        return right
    if left == constant(-1.0):
        return -right
    if left.is_constant and right.op == "*" and right.children[0].is_constant:
        return constant(left.value * right.children[0].value) * right.children[1]
    if left.is_constant and right.op == "neg":
        return constant(-left.value) * right.children[0]
    return node


def _quotient(node: Node, left: Node, right: Node) -> Node:
    if right.is_constant and right.value == 0:
        return node
    if left.is_constant and right.is_constant:
        return _folded(node, left.value / right.value)
    return left if right == ONE else node


def _choice(node: Node, condition: Node, then: Node, otherwise: Node) -> Node:
    if then == otherwise:
        return then
    if condition.op == "not":
        return choice(condition.children[0], otherwise, then)
    if condition.op in MIRRORED and condition.children[0] == condition.children[1]:
        return then if condition.op in ("<=", ">=", "==") else otherwise
    if condition.op in MIRRORED and all(part.is_constant for part in condition.children):
        return then if _holds(condition.op, *(part.value for part in condition.children)) else otherwise
    return node


def _absolute(node: Node, inner: Node) -> Node:
    if inner.is_constant:
        return constant(abs(inner.value))
    if inner.op == "neg":
        return with_children(node, inner.children)
    return inner if inner.is_call("abs") else node


def _extreme(node: Node, left: Node, right: Node) -> Node:
    best = min if node.name == "min" else max
    if left.is_constant and right.is_constant:
        return constant(best(left.value, right.value))
    if left == right:
        return left
    for one, other in ((left, right), (right, left)):
        if one.is_call(node.name) and other in one.children:
            return one
        if one.is_call("min", "max") and other in one.children:  # max(min(x, y), x) is x
            return other
    if right.is_constant and left.is_call(node.name) and left.children[1].is_constant:
        return with_children(node, (left.children[0], constant(best(right.value, left.children[1].value))))
    return with_children(node, (right, left)) if left.is_constant else node


def _opposite(node: Node, inner: Node) -> Node:
    if inner.op == "not":
        return inner.children[0]
    return Node(MIRRORED[inner.op], inner.children) if inner.op in MIRRORED else node


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
