"""The rule after checking: a small typed tree in which every name is resolved and every value is a float."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Number:
    """A literal or a module's constant."""

    value: float


@dataclass(frozen=True, slots=True)
class Variable:
    """A parameter or local variable, numbered by first appearance in its function (parameters first)."""

    index: int
    line: int


@dataclass(frozen=True, slots=True)
class Apply:
    """An operator or library function of `language.ARITIES`, or one of `+ - * not`; arguments left to right."""

    name: str
    arguments: tuple["Expression", ...]
    line: int


@dataclass(frozen=True, slots=True)
class Invoke:
    """A call of another function of the rule."""

    function: str
    arguments: tuple["Expression", ...]
    line: int


@dataclass(frozen=True, slots=True)
class Compare:
    """A chained comparison: `relations` has one entry fewer than `operands`."""

    operands: tuple["Expression", ...]
    relations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shortcut:
    """`and` or `or`: the value is that of the operand which decides."""

    conjunction: bool
    operands: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """`then if condition else otherwise`: one branch alone is evaluated."""

    condition: "Expression"
    then: "Expression"
    otherwise: "Expression"


Expression = Number | Variable | Apply | Invoke | Compare | Shortcut | Choice


@dataclass(frozen=True, slots=True)
class Assign:
    """All values are computed, then assigned from left to right."""

    targets: tuple[int, ...]
    values: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class If:
    """A branch of statements."""

    condition: Expression
    then: tuple["Statement", ...]
    otherwise: tuple["Statement", ...]


@dataclass(frozen=True, slots=True)
class While:
    """A loop; `otherwise` runs unless it is left by break."""

    condition: Expression
    body: tuple["Statement", ...]
    otherwise: tuple["Statement", ...]


@dataclass(frozen=True, slots=True)
class For:
    """A loop over range(start, stop, step); `otherwise` runs unless it is left by break."""

    variable: int
    start: Expression
    stop: Expression
    step: Expression
    body: tuple["Statement", ...]
    otherwise: tuple["Statement", ...]
    line: int


@dataclass(frozen=True, slots=True)
class Break:
    """Leaves the innermost loop."""


@dataclass(frozen=True, slots=True)
class Continue:
    """Goes on with the innermost loop."""


@dataclass(frozen=True, slots=True)
class Return:
    """Ends the function with a value."""

    value: Expression
    line: int


Statement = Assign | If | While | For | Break | Continue | Return


@dataclass(frozen=True, slots=True)
class RuleFunction:
    """One function: its variables' names (the first `parameters` of them are parameters) and its body."""

    variables: tuple[str, ...]
    parameters: int
    body: tuple[Statement, ...]
    line: int


@dataclass(frozen=True, slots=True)
class RuleTree:
    """The promised functions in the order of the signatures, and all that they reach, by name."""

    promised: tuple[str, ...]
    functions: Mapping[str, RuleFunction]
