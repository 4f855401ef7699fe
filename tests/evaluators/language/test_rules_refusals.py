"""What the rule language refuses: each with the line, and in words that say what is wrong."""

import pytest

from evaluators.language import compile_rules
from evaluators.outcome import FailureKind
from evaluators.syntax import Refused
from problems import Parameter, Signature

SIGNATURES = (Signature("f", (Parameter("a", "a number"), Parameter("b", "a number")), "a number"),)

BODIES = [
    ("return c", "unknown name 'c'; available: a, b, x, f, abs"),
    ("return math.exp(a)", "write `import math` at the top"),
    ("return np.exp(a)", "write `import numpy as np` at the top"),
    ("return math.pi", "Attribute"),
    ("return exp(a)", "unknown function 'exp'"),
    ("return print(a)", "leave it out"),
    ("return sum(a)", "add the numbers with +"),
    ("return eval('a')", "unknown function 'eval'"),
    ("return __import__('os')", "unknown function '__import__'"),
    ("return a.real", "Attribute"),
    ("return a.__class__", "Attribute"),
    ("return a[0]", "subscripts"),
    ("return [a][0]", "subscripts"),
    ("return [a]", "lists"),
    ("return (a, b)", "tuples"),
    ("return {a}", "Set"),
    ("return {a: b}", "Dict"),
    ("return min([a, b])", "min() takes 2 to 16 arguments here, got 1"),
    ("return max(a)", "max() takes 2 to 16 arguments here, got 1"),
    ("return min(*a)", "min() takes 2 to 16 arguments"),
    ("return min(*a, b)", "Starred"),
    ("return max(a, b, key=abs)", "without names"),
    ("return round(a, 2)", "round() takes 1 arguments here, got 2"),
    ("return int('1')", "only numbers"),
    ("return float('nan')", "only numbers"),
    ("return 'text'", "a str constant"),
    ("return None", "a NoneType constant"),
    ("return ...", "a ellipsis constant"),
    ("return 1j", "a complex constant"),
    ("return b'1'", "a bytes constant"),
    ("return 9007199254740993", "above 2**53"),
    ("return 0x" + "f" * 5000, "above 2**53"),
    ("return f'{a}'", "strings"),
    ("return lambda: a", "lambda"),
    ("return sorted(a)", "unknown function"),
    ("return [x for x in a]", "comprehensions"),
    ("return max(x for x in a)", "max() takes 2"),
    ("return (x := a)", "`:=`"),
    ("return a @ b", "BinOp"),
    ("return a & b", "BinOp"),
    ("return a << b", "BinOp"),
    ("return ~a", "`~`"),
    ("return a is b", "Compare"),
    ("return a in b", "Compare"),
    ("return a(b)", "'a' is a variable and cannot be called"),
    ("return (a)(b)()", "only functions can be called, by name"),
    ("return abs", "'abs' is a function or module"),
    ("return f(a, b)", "recursion"),
    ("return f(a)", "f() takes 2 arguments, got 1"),
    ("return await_(a)", "unknown function"),
    ("yield a", "the value of this expression is not used"),
    ("return", "return needs a value"),
    ("abs(a)", "not used"),
    ("a.x = b", "assign to a variable"),
    ("a[0] = b", "assign to a variable"),
    ("x, y = a", "as many variables as there are values"),
    ("x, *y = a, b", "only variables can be assigned"),
    ("abs = a", "'abs' has another meaning here"),
    ("f = a", "'f' has another meaning here"),
    ("range = a", "'range' has another meaning here"),
    ("a @= b", "assign to a variable"),
    ("for x in a: pass", "a for loop runs over range"),
    ("for x in range(1, 2, 3, 4): pass", "a for loop runs over range"),
    ("for x in range(stop=3): pass", "a for loop runs over range"),
    ("for abs in range(3): pass", "'abs' has another meaning"),
    ("for x, y in range(3): pass", "only variables can be assigned"),
    ("x = range(3)", "use it only as"),
    ("global c", "Global"),
    ("import math", "imports stand at the top level"),
    ("from os import path", "imports stand at the top level"),
    ("def g(): pass", "functions stand at the top level"),
    ("class C: pass", "ClassDef"),
    ("try: pass\n    finally: pass", "try is not"),
    ("with a: pass", "With"),
    ("assert a", "assert"),
    ("raise a", "raise"),
    ("del a", "Delete"),
    ("match a:\n        case _: pass", "Match"),
]

TOPS = [
    ("import os", "module 'os' cannot be imported; available: math, numpy"),
    ("import numpy.random", "module 'numpy.random' cannot be imported"),
    ("from os import path", "module 'os' cannot be imported"),
    ("from . import x", "module '' cannot be imported"),
    ("from math import *", "'math.*' is not in the rule language"),
    ("from math import hypot", "write math.sqrt(x*x + y*y)"),
    ("from numpy import random", "a rule is deterministic"),
    ("import math as abs", "'abs' has a meaning already"),
    ("K = 10 ** 10 ** 9", "this constant has no value"),
    ("K = 1 / 0", "division by zero"),
    ("K = (-1) ** 0.5", "complex"),
    ("K = abs(2)", "a constant is a number or arithmetic of numbers"),
    ("K = [1]", "a constant is a number"),
    ("K = L", "a constant is a number"),
    ("K, L = 1, 2", "the top level holds only"),
    ("K += 1", "the top level holds only"),
    ("print(1)", "the top level holds only"),
    ("if True: pass", "the top level holds only"),
    ("class C: pass", "the top level holds only"),
    ("async def g(): pass", "the top level holds only"),
    ("def f(a, b): return 1", "'f' has a meaning already"),
    ("def g(a, a2=[]): return 1", "a constant is a number"),
    ("def g(*a): return 1", "only plain parameters"),
    ("def g(*, a): return 1", "only plain parameters"),
    ("def g(abs): return 1", "'abs' has another meaning"),
    ("def g(): return h()\ndef h(): return g()", "recursion is not in the rule language (g -> h -> g)"),
]


def refusal(source: str) -> Refused:
    with pytest.raises(Refused) as raised:
        compile_rules(source, SIGNATURES)
    return raised.value


@pytest.mark.parametrize(("body", "words"), BODIES)
def test_a_statement_out_of_the_language_is_refused_with_its_line(body: str, words: str) -> None:
    refused = refusal(f"def f(a, b):\n    x = 1\n    {body}\n    return 1\n")
    assert refused.kind is FailureKind.REJECTED
    assert refused.message.startswith("line 1:" if "recursion" in words else "line 3:")
    assert words in refused.message


@pytest.mark.parametrize(("top", "words"), TOPS)
def test_a_top_level_out_of_the_language_is_refused_with_its_line(top: str, words: str) -> None:
    refused = refusal(f"def f(a, b):\n    return 1\n\n{top}\n")
    assert refused.kind is FailureKind.REJECTED
    assert refused.message.startswith("line 4:")
    assert words in refused.message


@pytest.mark.parametrize(
    "header",
    [
        "def f(a):",
        "def f(b, a):",
        "def f(a, c):",
        "def f(a, b, c):",
        "def f(a, b=1):",
        "def f(a, b, c=1):",
    ],
)
def test_another_header_than_promised_is_refused_with_the_expected_one(header: str) -> None:
    assert refusal(f"{header}\n    return 1\n").message == "line 1: expected exactly the header `def f(a, b):`."


def test_a_missing_function_is_named_with_those_found() -> None:
    message = refusal("def g(a, b):\n    return 1\n").message
    assert message == "line 1: the function `def f(a, b):` is missing; functions found: g."


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return a +", "invalid syntax"),
        ("break", "'break' outside loop"),
        ("continue", "'continue' not properly in loop"),
        ("__debug__ = 1", "cannot assign to __debug__"),
        ("global a", "name 'a' is parameter and global"),
    ],
)
def test_text_that_is_no_python_is_a_compile_error_with_its_line(body: str, words: str) -> None:
    refused = refusal(f"def f(a, b):\n    {body}\n    return a\n")
    assert (refused.kind, refused.message) == (FailureKind.COMPILE_ERROR, f"line 2: {words}")


@pytest.mark.parametrize(
    "body",
    [
        "return " + "+".join(["a"] * 99),
        "return " + "-" * 98 + "a",
        "\n    ".join(["a = b"] * 3000),
        "\n    ".join(["if a: b = 1", *["elif a: b = 1"] * 99]),
    ],
)
def test_a_source_beyond_the_bounds_is_refused(body: str) -> None:
    assert "more than" in refusal(f"def f(a, b):\n    {body}\n").message


def test_a_long_chain_of_functions_is_refused() -> None:
    chain = "\n".join(f"def g{k}():\n    return g{k + 1}()" for k in range(60))
    assert "chain" in refusal(f"def f(a, b):\n    return g0()\n{chain}\ndef g60():\n    return 1\n").message
