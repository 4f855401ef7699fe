"""Equal digests mean equal behaviour: what may change without changing the digest, and what may not."""

import pytest

from evaluators.outcome import Facts
from evaluators.source import read
from problems import Kind, Parameter, Signature

SIGNATURES = (
    Signature("f", (Parameter("a", "a number"), Parameter("b", "a number")), "a number"),
    Signature("g", (Parameter("a", "a number"),), "a number"),
)
SOURCE = """
import math
K = 2
def helper(x, y=1):
    return x - y
def f(a, b):
    total = helper(a) + K
    for i in range(3):
        total += math.exp(b) * i
    return total
def g(a):
    return helper(a, 3)
"""


def facts(source: str) -> Facts:
    return read(source, Kind.RULE, SIGNATURES)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("K = 2", "K = 2.0  # a comment"),
        ("K = 2", "K: float = 4 / 2"),
        ("total", "other"),
        ("helper", "assistant"),
        ("x - y", "(x) - (y)"),
        ("(x, y=1)", "(v: float, w: float = 1) -> float"),
        ("return x - y", "'''A docstring.'''\n    return x - y"),
        ("import math", "from math import exp"),
        ("import math", "import numpy as math"),
        ("K = 2", "K = 2\nUNUSED = 3\ndef unused(x):\n    return x"),
        ("    total = ", "    pass\n    total = "),
    ],
)
def test_spelling_does_not_change_the_digest(old: str, new: str) -> None:
    changed = SOURCE.replace(old, new)
    if "from math" in new:
        changed = changed.replace("math.exp", "exp")
    if "v: float" in new:
        changed = changed.replace("x - y", "v - w")
    assert facts(changed) == facts(SOURCE)


def test_the_order_of_functions_does_not_change_the_digest() -> None:
    first, second = SOURCE.split("def f")
    middle, last = second.split("def g")
    assert facts(f"{first}def g{last}def f{middle}") == facts(SOURCE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("K = 2", "K = 3"),
        ("x - y", "y - x"),
        ("y=1", "y=2"),
        ("x - y", "x + -y"),
        ("K = 2", "K = -0"),
        ("range(3)", "range(0, 4)"),
        ("math.exp(b)", "math.exp(a)"),
        ("helper(a, 3)", "helper(3, a)"),
        ("total += math.exp(b) * i", "total = math.exp(b) * i + total"),
        ("helper(a) + K", "K + helper(a)"),
        ("    return total", "    unused = 1 / a\n    return total"),
        ("        total +=", "    total +="),
    ],
)
def test_any_change_of_behaviour_changes_the_digest(old: str, new: str) -> None:
    changed = SOURCE.replace(old, new).replace("        i", "    i")
    if old == "        total +=":
        changed = SOURCE.replace("        total +=", "        pass\n    total +=")
    assert facts(changed).digest != facts(SOURCE).digest


def test_promised_functions_that_change_places_change_the_digest() -> None:
    signatures = (Signature("f", (), "a number"), Signature("g", (), "a number"))
    one = "def f():\n    return g()\ndef g():\n    return h()\ndef h():\n    return 1\n"
    other = "def f():\n    return h()\ndef g():\n    return 1\ndef h():\n    return g()\n"
    assert read(one, Kind.RULE, signatures).digest != read(other, Kind.RULE, signatures).digest


def test_the_size_counts_the_nodes_that_run() -> None:
    signature = (Signature("f", (Parameter("a", "a number"),), "a number"),)
    # the function, its return, the addition, the parameter and the number
    assert read("'''Doc.'''\ndef f(a):\n    return a + 1\n", Kind.RULE, signature).size == 5
