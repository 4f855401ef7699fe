"""What is known of an expression's sign, and the guards that keep generated divisions and roots defined."""

from collections.abc import Set

from evo.authors.embedded.tree import Node, call, constant, walk, with_children

LEAST_DIVISOR = constant(0.001)
LARGEST_EXPONENT = constant(30.0)
DIVISIONS = ("/", "//", "%")


def positive(node: Node) -> bool:
    """Whether the value is above zero whatever the features are (sufficient, not necessary)."""
    parts = node.children
    match node.op:
        case "constant":
            return node.value > 0
        case "+":
            return (positive(parts[0]) and nonnegative(parts[1])) or (nonnegative(parts[0]) and positive(parts[1]))
        case "*" | "/":
            return all(map(positive, parts))
        case "if":
            return positive(parts[1]) and positive(parts[2])
        case "call" if node.name == "max":
            return any(map(positive, parts))
        case "call" if node.name == "min":
            return all(map(positive, parts))
        case _:
            return False


def nonnegative(node: Node) -> bool:
    """Whether the value is never below zero, whatever the features are (sufficient, not necessary)."""
    parts = node.children
    match node.op:
        case "constant":
            return node.value >= 0
        case "*" if parts[0] == parts[1]:
            return True
        case "+" | "*" | "/":
            return all(map(nonnegative, parts))
        case "if":
            return nonnegative(parts[1]) and nonnegative(parts[2])
        case "call" if node.name == "max":
            return any(map(nonnegative, parts))
        case "call" if node.name == "min":
            return all(map(nonnegative, parts))
        case "call":
            return node.name.rpartition(".")[2] in ("abs", "fabs", "sqrt", "exp")
        case _:
            return False


def risky(tree: Node) -> frozenset[Node]:
    """Return the operations of a tree that could fail; those of an accepted rule have run and did not."""
    return frozenset(node for _, node in walk(tree) if _hazard(node) is not None)


def divisors(tree: Node) -> frozenset[Node]:
    """Return what a tree divides by without a guard: in an accepted rule, never zero."""
    found = {node.children[1] for _, node in walk(tree) if node.op in DIVISIONS}
    return frozenset(node for node in found if not positive(node))


def guarded(node: Node, trusted: Set[Node]) -> Node:
    """Return the tree with a guard on each operation that could fail; `trusted` operations and divisors stay."""
    node = with_children(node, tuple(guarded(child, trusted) for child in node.children))
    hazard = _hazard(node)
    if hazard is None or node in trusted or (node.op in DIVISIONS and node.children[hazard] in trusted):
        return node
    held = list(node.children)
    held[hazard] = _guard(node, held[hazard])
    return with_children(node, tuple(held))


def _guard(node: Node, part: Node) -> Node:
    name = node.name.rpartition(".")[2]
    if name == "exp":
        return call("min", part, LARGEST_EXPONENT)
    return call("max", part, constant(0.0) if name == "sqrt" else LEAST_DIVISOR)


def _hazard(node: Node) -> int | None:
    """Return the place of the operand that could make an operation fail, if any."""
    if node.op in DIVISIONS:
        return None if positive(node.children[1]) or _nonzero(node.children[1]) else 1
    if node.op == "**":
        return None if _small_power(node.children[1]) or positive(node.children[0]) else 0
    match node.name.rpartition(".")[2] if node.op == "call" else "":
        case "sqrt":
            return None if nonnegative(node.children[0]) else 0
        case "log":
            return None if positive(node.children[0]) else 0
        case "exp":
            return None if _bounded_above(node.children[0]) else 0
        case _:
            return None


def _nonzero(node: Node) -> bool:
    return node.is_constant and node.value != 0


def _small_power(node: Node) -> bool:
    return node.is_constant and node.value in (0.0, 1.0, 2.0, 3.0, 4.0)


def _bounded_above(node: Node) -> bool:
    limit = LARGEST_EXPONENT.value
    match node.op:
        case "constant":
            return node.value <= limit
        case "neg":
            return nonnegative(node.children[0])
        case "call" if node.name == "min":
            return any(map(_bounded_above, node.children))
        case _:
            return False
