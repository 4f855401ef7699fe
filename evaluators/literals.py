"""How much the literals of a program hold, against what a problem allows: a search program shall carry no solution."""

import ast

from evaluators.syntax import rejected
from problems import LiteralLimits

ADVICE = "this problem wants programs that search, not stored solutions; compute what you need"


def check_literals(tree: ast.Module, limits: LiteralLimits) -> None:
    """Refuse a tree, without its docstrings, whose literals hold more than the limits, at the line that is too much."""
    numbers = digits = letters = 0
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant):
            continue
        match node.value:
            case bool() | int() | float() | complex() as value:
                numbers += 1
                digits += max(0, significant_digits(value) - 1)
            case str() | bytes() as text:
                letters += len(text)
        for name, counted in (("numbers", numbers), ("digits", digits), ("letters", letters)):
            if counted > getattr(limits, name):
                raise rejected(node.lineno, f"{told(name, getattr(limits, name))}: {ADVICE}.")


def significant_digits(value: complex) -> int:
    """Return the significant digits of a number as Python writes it: 1 for 0.5, 100 and 1e-9, 3 for 1.25, 0 for 0."""
    if isinstance(value, complex):
        return significant_digits(value.real) + significant_digits(value.imag)
    mantissa = repr(abs(value)).partition("e")[0]
    return len("".join(filter(str.isdigit, mantissa)).strip("0"))


def told(name: str, most: int) -> str:
    """Return which limit is passed."""
    return {
        "numbers": f"more than {most:,} numeric literals",
        "digits": f"numeric literals with more than {most:,} significant digits in all, the first of each not counted",
        "letters": f"more than {most:,} letters in strings",
    }[name]
