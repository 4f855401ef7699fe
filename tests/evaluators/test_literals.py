import ast

import pytest

from evaluators.literals import check_literals, significant_digits
from evaluators.source import read
from evaluators.syntax import Refused
from problems import Kind, LiteralLimits, Parameter, Signature

SIGNATURES = (Signature("solve", (Parameter("p", "a number"),), "a number"),)


@pytest.mark.parametrize(
    ("value", "digits"),
    [(0, 0), (7, 1), (100, 1), (120, 2), (-12, 2), (0.5, 1), (1e-9, 1), (1e22, 1), (1.25, 3), (0.102, 3), (1.5j, 2),
     (float("inf"), 0), (10**4000 + 1, 4001)],
)  # fmt: skip
def test_significant_digits_are_those_that_are_written(value: complex, digits: int) -> None:
    assert significant_digits(value) == digits


@pytest.mark.parametrize(
    ("source", "limits"),
    [
        ("a = 1, 2\nb = 3", LiteralLimits(3, 0, 0)),
        ("a = 0.125\nb = 12", LiteralLimits(2, 3, 0)),
        ("a = 'ab', b'c'\nb = f'd{a}'", LiteralLimits(0, 0, 4)),
        ("a = True, False", LiteralLimits(2, 0, 0)),
        ("a = None, ...", LiteralLimits(0, 0, 0)),
    ],
)
def test_what_reaches_a_limit_is_accepted_and_one_more_is_not(source: str, limits: LiteralLimits) -> None:
    check_literals(ast.parse(source), limits)
    for name in ("numbers", "digits", "letters"):
        most = getattr(limits, name)
        fewer = LiteralLimits(**{"numbers": 99, "digits": 99, "letters": 99, name: most - 1 if most else 0})
        if most:
            with pytest.raises(Refused, match=f"more than {most - 1}"):
                check_literals(ast.parse(source), fewer)


def test_the_line_that_is_too_much_is_named_and_the_aim_told() -> None:
    source = "def solve(p):\n    return [1, 2,\n        3]\n"
    with pytest.raises(Refused, match=r"^line 3: more than 2 numeric literals: .* programs that search"):
        read(source, Kind.PROGRAM, SIGNATURES, LiteralLimits(2, 9, 9))
    assert read(source, Kind.PROGRAM, SIGNATURES)


def test_docstrings_are_not_counted() -> None:
    source = '"""Many letters."""\ndef solve(p):\n    """Many letters."""\n'
    assert read(source, Kind.PROGRAM, SIGNATURES, LiteralLimits(0, 0, 0))


@pytest.mark.parametrize("name", ["numbers", "digits", "letters"])
def test_limits_are_not_negative(name: str) -> None:
    with pytest.raises(ValueError, match="limits >= 0"):
        LiteralLimits(**{"numbers": 0, "digits": 0, "letters": 0, name: -1})
