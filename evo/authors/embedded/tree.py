"""Formulas: expressions of the language's tree in which a rule is one expression; how the embedded author edits them.

Parameters are variables, a comparison has two operands, and so have `and`, `or`, `min` and `max`. A number of an
algorithm is a formula too: what rules do not know in it (an entry, a size, a call of a helper) is a variable, named by
its text.
"""

from collections.abc import Iterator

from evaluators.language.functions import OPERATORS, RELATIONS
from evaluators.language.tree import Apply, Choice, Compare, Expression, Number, Shortcut, Variable

Node = Expression
COMPARISONS = RELATIONS
CONNECTIVES = ("and", "or", "not")
SYMBOLS = frozenset((*OPERATORS, "neg", "not"))

Path = tuple[int, ...]


def constant(value: float) -> Node:
    """Return a number, zero without a sign."""
    return Number(float(value) + 0.0)


def feature(name: str) -> Node:
    """Return a parameter of the rule."""
    return Variable(name)


def call(name: str, *arguments: Node) -> Node:
    """Return a call of a function, named as in the table of the language."""
    return Apply(name, arguments)


def choice(condition: Node, then: Node, otherwise: Node) -> Node:
    """Return `then if condition else otherwise`."""
    return Choice(condition, then, otherwise)


def operation(op: str, *operands: Node) -> Node:
    """Return an operator, a comparison or a connective on its operands."""
    if op in COMPARISONS:
        return Compare(operands, (op,))
    return Shortcut(op == "and", operands) if op in ("and", "or") else Apply(op, operands)


def op_of(node: Node) -> str:
    """Return what a node does: "constant", "feature", "if", "call" of a function, or the symbol of its operation."""
    match node:
        case Number():
            return "constant"
        case Variable():
            return "feature"
        case Choice():
            return "if"
        case Compare(relations=(relation,)):
            return relation
        case Shortcut(conjunction=conjunction):
            return "and" if conjunction else "or"
        case Apply(name=name):
            return name if name in SYMBOLS else "call"
    raise AssertionError(f"a formula holds no {type(node).__name__}")


def name_of(node: Node) -> str:
    """Return the name of a feature or of a function, none for other nodes."""
    return node.name if isinstance(node, Variable | Apply) else ""


def value_of(node: Node) -> float:
    """Return the value of a constant, 0 for other nodes."""
    return float(node.value) if isinstance(node, Number) else 0.0


def is_constant(node: Node) -> bool:
    """Say whether a node is a number written out."""
    return isinstance(node, Number)


def is_condition(node: Node) -> bool:
    """Say whether a node is true or false, not a number."""
    return isinstance(node, Compare | Shortcut) or is_call(node, "not")


def is_call(node: Node, *names: str) -> bool:
    """Say whether a node calls one of these functions."""
    return isinstance(node, Apply) and node.name in names


def size_of(node: Node) -> int:
    """Return the number of nodes."""
    return 1 + sum(map(size_of, node.children))


def depth_of(node: Node) -> int:
    """Return the number of levels."""
    return 1 + max(map(depth_of, node.children), default=0)


def walk(node: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Yield every node with its path from the root, parents first."""
    yield path, node
    for index, child in enumerate(node.children):
        yield from walk(child, (*path, index))


def with_children(node: Node, children: tuple[Node, ...]) -> Node:
    """Return the same operation on other children."""
    if children == node.children:
        return node
    match node:
        case Apply(name=name):
            return Apply(name, children)
        case Compare(relations=relations):
            return Compare(children, relations)
        case Shortcut(conjunction=conjunction):
            return Shortcut(conjunction, children)
        case Choice():
            condition, then, otherwise = children
            return Choice(condition, then, otherwise)
    return node


def replace(node: Node, path: Path, new: Node) -> Node:
    """Return the tree with the subtree at `path` replaced."""
    if not path:
        return new
    head, *rest = path
    inner = replace(node.children[head], tuple(rest), new)
    return with_children(node, (*node.children[:head], inner, *node.children[head + 1 :]))
