"""What is known of an expression's sign, and the guards that keep generated divisions and roots defined."""

from collections.abc import Set

from evo.authors.embedded.tree import (
    Node,
    call,
    constant,
    is_constant,
    name_of,
    op_of,
    value_of,
    walk,
    with_children,
)

LEAST_DIVISOR = constant(0.001)
LARGEST_EXPONENT = constant(30.0)
DIVISIONS = ("/", "//", "%")


def positive(node: Node) -> bool:
    """Whether the value is above zero whatever the features are (sufficient, not necessary)."""
    parts = node.children
    match op_of(node):
        case "constant":
            return value_of(node) > 0
        case "+":
            return (positive(parts[0]) and nonnegative(parts[1])) or (nonnegative(parts[0]) and positive(parts[1]))
        case "*" | "/":
            return all(map(positive, parts))
        case "if":
            return positive(parts[1]) and positive(parts[2])
        case "call" if name_of(node) == "max":
            return any(map(positive, parts))
        case "call" if name_of(node) == "min":
            return all(map(positive, parts))
        case _:
            return False


def nonnegative(node: Node) -> bool:
    """Whether the value is never below zero, whatever the features are (sufficient, not necessary)."""
    parts = node.children
    match op_of(node):
        case "constant":
            return value_of(node) >= 0
        case "*" if parts[0] == parts[1]:
            return True
        case "+" | "*" | "/":
            return all(map(nonnegative, parts))
        case "if":
            return nonnegative(parts[1]) and nonnegative(parts[2])
        case "call" if name_of(node) == "max":
            return any(map(nonnegative, parts))
        case "call" if name_of(node) == "min":
            return all(map(nonnegative, parts))
        case "call":
            return name_of(node) in ("abs", "fabs", "sqrt", "exp")
        case _:
            return False


def risky(tree: Node) -> frozenset[Node]:
    """Return the operations of a tree that could fail; those of an accepted rule have run and did not."""
    return frozenset(node for _, node in walk(tree) if _hazard(node) is not None)


def divisors(tree: Node) -> frozenset[Node]:
    """Return what a tree divides by without a guard: in an accepted rule, never zero."""
    found = {node.children[1] for _, node in walk(tree) if op_of(node) in DIVISIONS}
    return frozenset(node for node in found if not positive(node))


def guarded(node: Node, trusted: Set[Node]) -> Node:
    """Return the tree with a guard on each operation that could fail; `trusted` operations and divisors stay."""
    node = with_children(node, tuple(guarded(child, trusted) for child in node.children))
    hazard = _hazard(node)
    if hazard is None or node in trusted or (op_of(node) in DIVISIONS and node.children[hazard] in trusted):
        return node
    held = list(node.children)
    held[hazard] = _guard(node, held[hazard])
    return with_children(node, tuple(held))


def _guard(node: Node, part: Node) -> Node:
    name = name_of(node)
    if name == "exp":
        return call("min", part, LARGEST_EXPONENT)
    return call("max", part, constant(0.0) if name == "sqrt" else LEAST_DIVISOR)


def _hazard(node: Node) -> int | None:
    """Return the place of the operand that could make an operation fail, if any."""
    if op_of(node) in DIVISIONS:
        return None if positive(node.children[1]) or _nonzero(node.children[1]) else 1
    if op_of(node) == "**":
        return None if _small_power(node.children[1]) or positive(node.children[0]) else 0
    match name_of(node):
        case "sqrt":
            return None if nonnegative(node.children[0]) else 0
        case "log":
            return None if positive(node.children[0]) else 0
        case "exp":
            return None if _bounded_above(node.children[0]) else 0
        case _:
            return None


def _nonzero(node: Node) -> bool:
    return is_constant(node) and value_of(node) != 0


def _small_power(node: Node) -> bool:
    return is_constant(node) and value_of(node) in (0.0, 1.0, 2.0, 3.0, 4.0)


def _bounded_above(node: Node) -> bool:
    limit = value_of(LARGEST_EXPONENT)
    match op_of(node):
        case "constant":
            return value_of(node) <= limit
        case "neg":
            return nonnegative(node.children[0])
        case "call" if name_of(node) == "min":
            return any(map(_bounded_above, node.children))
        case _:
            return False
