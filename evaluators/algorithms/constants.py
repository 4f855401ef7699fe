"""Constants of an algorithm: numbers and arithmetic of numbers, computed under bounds before anything is compiled."""

import ast
import operator
from collections.abc import Callable, Mapping

from evaluators.algorithms.language import LARGEST
from evaluators.syntax import rejected

Constant = bool | int | float
POWERS = 64

OPERATORS: Mapping[type[ast.operator], Callable[[Constant, Constant], object]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}


def literal(node: ast.Constant) -> Constant:
    """Return a number of the source; whole numbers fit 64 bits."""
    value = node.value
    if not isinstance(value, bool | int | float):
        name = "text" if isinstance(value, str | bytes) else "None" if value is None else type(value).__name__
        raise rejected(node.lineno, f"{name} is not in the language of algorithms: only numbers are.")
    if isinstance(value, int) and value > LARGEST:
        raise rejected(node.lineno, "a whole number beyond 64 bits: write a smaller one, or a float.")
    return value


def fold(node: ast.expr, known: Mapping[str, Constant]) -> Constant | None:
    """Return the value of a constant expression, None when it is none.

    Raises:
        Refused: it has no value of 64 bits.
    """
    match node:
        case ast.Constant():
            return literal(node)
        case ast.Name(id=name):
            return known.get(name)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=operand):
            value = fold(operand, known)
            return value if value is None or isinstance(sign, ast.UAdd) else -value
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            first, second = fold(left, known), fold(right, known)
            if first is None or second is None:
                return None
            return operated(type(op), first, second, node.lineno)
    return None


def operated(op: type[ast.operator], left: Constant, right: Constant, line: int) -> Constant:
    """Apply one operator; powers of whole numbers have an exponent of at most 64, so that none takes long."""
    if op is ast.Pow and isinstance(left, int) and isinstance(right, int) and abs(right) > POWERS:
        raise rejected(line, f"a power of whole numbers with an exponent beyond {POWERS}: write the number as a float.")
    try:
        value = OPERATORS[op](left, right)
    except ArithmeticError as error:
        raise rejected(line, f"this constant has no value: {error}.") from None
    if not isinstance(value, int | float) or (isinstance(value, int) and abs(value) > LARGEST):
        raise rejected(line, "this constant is no number of 64 bits.")
    return value
