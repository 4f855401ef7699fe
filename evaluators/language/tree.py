"""The tree of a checked candidate: every name is resolved, every node has its line.

Rules and algorithms are the same tree. In a rule every number is a float, and the reader has put simple statements in
place of others: `x += y` is `x = x + y`, default values are filled in, the sign of a number belongs to it.

Nodes are equal where they mean the same: wherever they stand, and however a function is spelled.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import get_args


class Combined:
    """What all expressions can: they have parts, and combine by Python's operators."""

    __slots__ = ()

    @property
    def children(self) -> tuple["Expression", ...]:
        """The expressions of which it is made."""
        match self:
            case Number() | Variable():
                return ()
            case Apply(arguments=operands) | Compare(operands=operands) | Shortcut(operands=operands):
                return operands
            case Choice(condition=condition, then=then, otherwise=otherwise):
                return condition, then, otherwise
        return tuple(part for part in parts(_expression(self)) if isinstance(part, Expression))

    def __add__(self, other: "Expression") -> "Expression":
        return Apply("+", (_expression(self), other))

    def __sub__(self, other: "Expression") -> "Expression":
        return Apply("-", (_expression(self), other))

    def __mul__(self, other: "Expression") -> "Expression":
        return Apply("*", (_expression(self), other))

    def __truediv__(self, other: "Expression") -> "Expression":
        return Apply("/", (_expression(self), other))

    def __neg__(self) -> "Expression":
        return Apply("neg", (_expression(self),))


def _expression(node: Combined) -> "Expression":
    assert isinstance(node, Expression), "there is no other kind"
    return node


@dataclass(frozen=True, slots=True)
class Number(Combined):
    """A number; `name` is that of the constant of the top level or of the library (`math.pi`) which stands for it."""

    value: bool | int | float
    line: int = field(default=0, compare=False)
    name: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Variable(Combined):
    """A parameter or local variable; `certain` says whether it has a value on every path to this place."""

    name: str
    line: int = field(default=0, compare=False)
    certain: bool = field(default=True, compare=False)


@dataclass(frozen=True, slots=True)
class Apply(Combined):
    """A function of the library (`functions.py`) or an operator, with its arguments from left to right.

    `spelled` is the function as the source spells it, none for an operator; the last arguments have the names in
    `keywords`. What is spelled `.sum` is a method of its first argument.
    """

    name: str
    arguments: tuple["Expression", ...]
    line: int = field(default=0, compare=False)
    spelled: str = field(default="", compare=False)
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Invoke(Combined):
    """A call of another function of the candidate."""

    function: str
    arguments: tuple["Expression", ...]
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Compare(Combined):
    """A chained comparison: `relations` has one entry fewer than `operands`."""

    operands: tuple["Expression", ...]
    relations: tuple[str, ...]
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Shortcut(Combined):
    """`and` or `or`: the value is that of the operand which decides."""

    conjunction: bool
    operands: tuple["Expression", ...]
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Choice(Combined):
    """`then if condition else otherwise`: one branch alone is evaluated."""

    condition: "Expression"
    then: "Expression"
    otherwise: "Expression"
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Entry(Combined):
    """An entry `a[i]`, a slice, or the entries that an array of indices or a mask chooses."""

    array: "Expression"
    index: "Expression"
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Span(Combined):
    """The bounds of a slice, which is a view."""

    start: "Expression | None" = None
    stop: "Expression | None" = None
    step: "Expression | None" = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Option(Combined):
    """A word that is no value: a type of entries, a kind of sorting, `None`."""

    text: str
    line: int = field(default=0, compare=False)


Expression = Number | Variable | Apply | Invoke | Compare | Shortcut | Choice | Entry | Span | Option
Target = Variable | Entry


@dataclass(frozen=True, slots=True)
class Assign:
    """As many values as targets: all are computed, then assigned from left to right."""

    targets: tuple[Target, ...]
    values: tuple[Expression, ...]
    line: int = field(default=0, compare=False)
    last: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Spread:
    """One value for several targets: for each the same (`x = y = 1`), or taken apart (`x, y = helper()`)."""

    targets: tuple[Target, ...]
    value: Expression
    apart: bool
    line: int = field(default=0, compare=False)
    last: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Augment:
    """`target += value` and the like: arrays change in place."""

    target: Target
    operator: str
    value: Expression
    line: int = field(default=0, compare=False)
    last: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Do:
    """A call whose value is not used."""

    call: Invoke
    line: int = field(default=0, compare=False)
    last: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class If:
    """A branch of statements; `last` is the last line of the condition."""

    condition: Expression
    then: tuple["Statement", ...]
    otherwise: tuple["Statement", ...] = ()
    line: int = field(default=0, compare=False)
    last: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class While:
    """A loop; `otherwise` runs unless it is left by break; `last` is the last line of the condition."""

    condition: Expression
    body: tuple["Statement", ...]
    otherwise: tuple["Statement", ...] = ()
    line: int = field(default=0, compare=False)
    last: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class For:
    """A loop over range(bounds); `otherwise` runs unless it is left by break; `last` is the last line of its head."""

    variable: Variable
    bounds: tuple[Expression, ...]
    body: tuple["Statement", ...]
    otherwise: tuple["Statement", ...] = ()
    line: int = field(default=0, compare=False)
    last: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Break:
    """Leaves the innermost loop."""

    line: int = field(default=0, compare=False)
    last: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Continue:
    """Goes on with the innermost loop."""

    line: int = field(default=0, compare=False)
    last: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Return:
    """Ends the function with no value, one or several."""

    values: tuple[Expression, ...] = ()
    line: int = field(default=0, compare=False)
    last: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Pass:
    """Does nothing, where a body would be empty."""

    line: int = field(default=0, compare=False)
    last: int = field(default=0, compare=False)


Statement = Assign | Spread | Augment | Do | If | While | For | Break | Continue | Return | Pass
Node = Expression | Statement
FIELDS: Mapping[type, tuple[str, ...]] = {
    kind: tuple(each.name for each in fields(kind) if each.compare) for kind in get_args(Node)
}
"""What each kind of node is made of, in the order of the text."""
BLOCKS = ("then", "body", "otherwise")


@dataclass(frozen=True, slots=True)
class Function:
    """One function without texts and annotations."""

    name: str
    parameters: tuple[str, ...]
    body: tuple[Statement, ...]
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Tree:
    """The promised functions in the order of the signatures, and all that run, each before its callers.

    `constants` are those of the top level, whether they are used or not.
    """

    promised: tuple[str, ...]
    functions: Mapping[str, Function]
    constants: Mapping[str, Number]


def parts(node: Node) -> Iterator[Node]:
    """Yield the nodes of which a node is made."""
    for name in FIELDS[type(node)]:
        held = getattr(node, name)
        if isinstance(held, tuple):
            yield from (part for part in held if not isinstance(part, str))
        elif isinstance(held, Node):
            yield held


def walk(*nodes: Node) -> Iterator[Node]:
    """Yield nodes and all that they are made of, each before its parts, in the order of the text."""
    waiting = list(reversed(nodes))
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(list(parts(node)))


def own_expressions(node: Statement) -> Iterator[Expression]:
    """Yield the expressions of a statement itself, targets among them, without the statements in it."""
    for name in FIELDS[type(node)]:
        held = getattr(node, name)
        if name not in BLOCKS:
            for part in held if isinstance(held, tuple) else (held,):
                if isinstance(part, Expression):
                    yield part


def blocks(node: Statement) -> Iterator[tuple[Statement, ...]]:
    """Yield the blocks of statements in a statement."""
    yield from (getattr(node, name) for name in BLOCKS if hasattr(node, name))


def called(function: Function) -> tuple[str, ...]:
    """Return the candidate's own functions that a function calls, once each, in the order of the text."""
    return tuple(dict.fromkeys(node.function for node in walk(*function.body) if isinstance(node, Invoke)))
