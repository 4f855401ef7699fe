"""Reading sources: hostile texts, programs, their imports and their literals."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from evaluators.outcome import FailureKind
from evaluators.source import PROGRAM_MODULES, Refused, check_literals, read, significant_digits
from problems import Kind, LiteralLimits, Parameter, Signature

SIGNATURE = Signature("solve", (Parameter("p", "times"), Parameter("d", "dates")), "a sequence")
COUNT = 60_000
HOSTILE = {
    "unary minuses": "x = " + "-" * COUNT + "1",
    "unary nots": "x = " + "not " * (COUNT // 4) + "1",
    "powers": "x = 1" + "**1" * (COUNT // 3),
    "sums": "x = 1" + "+1" * (COUNT // 2),
    "parentheses": "(" * COUNT,
    "brackets": "[" * COUNT + "]" * COUNT,
    "conditionals": "x = 1" + " if a else 1" * (COUNT // 12),
    "lambdas": "x = " + "lambda:" * (COUNT // 7) + "1",
    "attributes": "x = a" + ".a" * (COUNT // 2),
    "calls": "f" + "()" * (COUNT // 2),
    "subscripts": "x = a" + "[0]" * (COUNT // 3),
    "elifs": "if a: b\n" + "elif a: b\n" * (COUNT // 10),
    "comparisons": "x = 1" + "<1" * (COUNT // 2),
    "digits": "x = " + "9" * COUNT,
    "null bytes": "x = 1\0",
    "surrogates": "x = '\ud800'",
    "too long": "#" * 1_000_000,
    "indents": "\n".join(" " * k + "if a:" for k in range(300)),
    "backslashes": "\\\n" * 30_000,
}


def program(text: str) -> str:
    return read(text, Kind.PROGRAM, (SIGNATURE,)).digest


def refusal(text: str) -> str:
    with pytest.raises(Refused) as raised:
        program(text)
    assert raised.value.kind is FailureKind.REJECTED
    return raised.value.message


def test_hostile_texts_are_refused_with_a_line() -> None:
    # In a process of its own: other versions of the parser may die of what this one refuses.
    code = (
        "import json, sys\n"
        "from evaluators.source import Refused, parse\n"
        "for name, text in json.load(sys.stdin).items():\n"
        "    try:\n"
        "        parse(text)\n"
        "    except Refused as refused:\n"
        "        print(name, refused.message, sep=': ')\n"
    )
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, input=json.dumps(HOSTILE), cwd=root, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    assert len(lines) == len(HOSTILE), done.stderr
    assert all(line.startswith(f"{name}: line ") for line, name in zip(lines, HOSTILE, strict=True))


@pytest.mark.parametrize("module", PROGRAM_MODULES)
def test_every_module_that_is_offered_can_be_imported(module: str) -> None:
    assert program(f"import {module}\ndef solve(p, d): return p")
    assert __import__(module)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("import os", "module 'os' cannot be imported; available: abc, array"),
        ("import numpy, sys", "module 'sys' cannot be imported"),
        ("import numpy.ctypeslib", "module 'numpy.ctypeslib' cannot be imported"),
        ("from subprocess import run", "module 'subprocess' cannot be imported"),
        ("from . import x", "relative imports"),
        ("from math import *", "`import *` is refused"),
        ("def g():\n        import socket", "module 'socket' cannot be imported"),
    ],
)
def test_a_program_imports_only_what_is_at_hand(line: str, words: str) -> None:
    message = refusal(f"def solve(p, d): return p\nif True:\n    {line}\n")
    assert message.startswith(f"line {4 if 'def' in line else 3}: ")
    assert words in message


def test_a_program_with_one_function_of_another_name_is_told_to_rename_it() -> None:
    assert refusal("def run(p, d): return p") == (
        "line 1: the function `def solve(p, d):` is missing: rename 'run' to 'solve'."
    )


def test_a_program_without_its_function_is_told_so() -> None:
    assert "define it at the top level" in refusal("def run(p, d): return p\ndef go(): return 1")
    assert "define it at the top level" in refusal("class A:\n    def solve(self, p, d): return p")


@pytest.mark.parametrize("header", ["(p)", "()", "(p, d, e)", "(p, *, d)", "(p, d, *, e)"])
def test_a_program_that_cannot_take_its_arguments_is_refused(header: str) -> None:
    assert "take these arguments" in refusal(f"def solve{header}: return p")


@pytest.mark.parametrize("header", ["(x, y)", "(p, d=None)", "(p, d, e=1)", "(*arguments)", "(p, /, d, **rest)"])
def test_a_program_that_can_take_its_arguments_is_accepted(header: str) -> None:
    assert program(f"def solve{header}: return 1")


def test_docstrings_comments_and_layout_do_not_change_a_programs_digest() -> None:
    plain = program("def solve(p, d):\n    return p + d\n")
    assert program("'''Doc.'''\n\ndef solve(p,  d):  # why\n    '''Doc.'''\n    return (p + d)\n") == plain
    assert program("def solve(q, d):\n    return q + d\n") != plain
    assert program("def solve(p, d):\n    'not the first'; 'string'\n    return p + d\n") != plain


ONE_NUMBER = (Signature("solve", (Parameter("p", "a number"),), "a number"),)


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
        read(source, Kind.PROGRAM, ONE_NUMBER, LiteralLimits(2, 9, 9))
    assert read(source, Kind.PROGRAM, ONE_NUMBER)


def test_docstrings_are_not_counted() -> None:
    source = '"""Many letters."""\ndef solve(p):\n    """Many letters."""\n'
    assert read(source, Kind.PROGRAM, ONE_NUMBER, LiteralLimits(0, 0, 0))


@pytest.mark.parametrize("name", ["numbers", "digits", "letters"])
def test_limits_are_not_negative(name: str) -> None:
    with pytest.raises(ValueError, match="limits >= 0"):
        LiteralLimits(**{"numbers": 0, "digits": 0, "letters": 0, name: -1})
