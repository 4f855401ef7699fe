"""What the statements of a rule cost, and the cell in which compiled code counts them, block by block."""

from collections.abc import Sequence

from evaluators.rules.tree import (
    Apply,
    Assign,
    Choice,
    Compare,
    Expression,
    For,
    If,
    Invoke,
    Number,
    Return,
    Shortcut,
    Statement,
    Variable,
    While,
)
from evaluators.work import cost

WORK_CELL = "rule_work"


def operations(*expressions: Expression) -> int:
    """Return what expressions cost, each charged whole."""
    return sum(map(_operations, expressions))


def _operations(node: Expression) -> int:
    match node:
        case Number() | Variable():
            return 0
        case Apply("min" | "max", arguments):
            return len(arguments) - 1 + operations(*arguments)
        case Apply(name, arguments):
            return cost(name) + operations(*arguments)
        case Invoke(_, arguments):
            return 1 + operations(*arguments)
        case Compare(operands, relations):
            return len(relations) + operations(*operands)
        case Shortcut(_, operands):
            return len(operands) - 1 + operations(*operands)
        case Choice(condition, then, otherwise):
            return 1 + operations(condition, then, otherwise)


def own_cost(node: Statement) -> int:
    """Return what a statement costs once, without the statements in it."""
    match node:
        case Assign(_, values):
            return operations(*values)
        case If(condition) | While(condition):
            return operations(condition)
        case For(_, start, stop, step):
            return operations(start, stop, step)
        case Return(value):
            return operations(value)
    return 0


def block_cost(statements: Sequence[Statement]) -> int:
    """Return what the first block costs: assignments up to and with the first statement that is none."""
    total = 0
    for node in statements:
        total += own_cost(node)
        if not isinstance(node, Assign):
            break
    return total
