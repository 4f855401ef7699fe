"""What stands at the top level of a source, in order, and what may not."""

import ast

import pytest

from evaluators.language.dialect import ALGORITHMS, RULES, Dialect
from evaluators.language.names import read_names
from evaluators.syntax import ConstantDefinition, Refused, definitions

SOURCE = '''
"""Says what it does."""
import math
from numpy import exp
K = 2
L: float = 3
def f(a):
    return a
'''


def test_definitions_come_in_the_order_of_the_text_without_docstrings():
    module, imported, k, annotated, function = definitions(ast.parse(SOURCE))
    assert isinstance(module, ast.Import)
    assert isinstance(imported, ast.ImportFrom)
    assert [(found.name, ast.unparse(found.value), found.line) for found in (k, annotated)] == [
        ("K", "2", 5),
        ("L", "3", 6),
    ]
    assert isinstance(k, ConstantDefinition)
    assert isinstance(function, ast.FunctionDef)


@pytest.mark.parametrize("statement", ["K += 1", "a, b = 1, 2", "for i in x: pass", "class A: pass", "x: int", "f()"])
def test_other_statements_are_refused_when_they_are_reached(statement):
    found = definitions(ast.parse(f"K = 1\n{statement}"))
    assert isinstance(next(found), ConstantDefinition)
    with pytest.raises(Refused, match="line 2: the top level holds only imports, constants"):
        next(found)


@pytest.mark.parametrize("dialect", [RULES, ALGORITHMS])
@pytest.mark.parametrize("text", ["K = 1\nK = 2", "import math\nmath = 2", "K = 1\ndef K(a):\n    return a"])
def test_either_dialect_refuses_a_second_meaning(dialect: Dialect, text: str) -> None:
    with pytest.raises(Refused, match=r"line 2: '\w+' has a meaning already"):
        read_names(ast.parse(text), dialect)
