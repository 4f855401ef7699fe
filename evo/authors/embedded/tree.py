"""Typed expression trees: what the embedded author varies."""

from collections.abc import Iterator
from dataclasses import dataclass, field

COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
CONNECTIVES = ("and", "or", "not")
ARITHMETIC = ("+", "-", "*", "/", "//", "%", "**")

Path = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """One operation on its children; `name` belongs to features and calls, `value` to constants.

    `op` is "constant", "feature", "call", "neg", "if" (condition, then, else), or a symbol of the tables above.
    """

    op: str
    children: tuple["Node", ...] = ()
    name: str = ""
    value: float = 0.0
    size: int = field(init=False, compare=False)
    depth: int = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", 1 + sum(child.size for child in self.children))
        object.__setattr__(self, "depth", 1 + max((child.depth for child in self.children), default=0))

    @property
    def is_condition(self) -> bool:
        """Whether the node is true or false, not a number."""
        return self.op in COMPARISONS or self.op in CONNECTIVES

    @property
    def is_constant(self) -> bool:
        """Whether the node is a number written out."""
        return self.op == "constant"

    def is_call(self, *names: str) -> bool:
        """Whether the node calls one of these functions."""
        return self.op == "call" and self.name in names

    def __add__(self, other: "Node") -> "Node":
        return Node("+", (self, other))

    def __sub__(self, other: "Node") -> "Node":
        return Node("-", (self, other))

    def __mul__(self, other: "Node") -> "Node":
        return Node("*", (self, other))

    def __truediv__(self, other: "Node") -> "Node":
        return Node("/", (self, other))

    def __neg__(self) -> "Node":
        return Node("neg", (self,))


def constant(value: float) -> Node:
    """Return a number."""
    return Node("constant", value=float(value))


def feature(name: str) -> Node:
    """Return a parameter of the rule."""
    return Node("feature", name=name)


def call(name: str, *arguments: Node) -> Node:
    """Return a call of a function, spelled as the rule language spells it."""
    return Node("call", arguments, name=name)


def choice(condition: Node, then: Node, otherwise: Node) -> Node:
    """Return `then if condition else otherwise`."""
    return Node("if", (condition, then, otherwise))


def walk(node: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Yield every node with its path from the root, parents first."""
    yield path, node
    for index, child in enumerate(node.children):
        yield from walk(child, (*path, index))


def with_children(node: Node, children: tuple[Node, ...]) -> Node:
    """Return the same operation on other children."""
    return node if children == node.children else Node(node.op, children, node.name, node.value)


def replace(node: Node, path: Path, new: Node) -> Node:
    """Return the tree with the subtree at `path` replaced."""
    if not path:
        return new
    head, *rest = path
    changed = replace(node.children[head], tuple(rest), new)
    return with_children(node, (*node.children[:head], changed, *node.children[head + 1 :]))
