"""Sources without what is not used: they do the same."""

import pytest

from evo.tools.unused_code import without_unused
from problems import Kind

PROMISED = {"f"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("x = a\n    y = x\n    return a", "return a"),
        ("return a\n    return 2", "return a"),
        ("if a > 1:\n        pass\n    return a", "return a"),
        (
            "if a > 1:\n        pass\n    else:\n        return 1\n    return a",
            "if not a > 1:\n        return 1\n    return a",
        ),
        ("x = 1\n    x += a\n    return a", "return a"),
        ("for i in range(3):\n        pass\n    return a", "return a"),
        ("return a + -a", "return a - a"),
        ("return a - -a", "return a + a"),
        ("'''words'''\n    return a", "return a"),
        ("pass\n    return a", "return a"),
    ],
)
def test_a_rule_keeps_what_decides(body: str, expected: str) -> None:
    assert without_unused(f"def f(a):\n    {body}\n", Kind.RULE, PROMISED) == f"def f(a):\n    {expected}\n"


def test_definitions_that_nobody_names_go() -> None:
    source = (
        "import math\nimport numpy as np\nK = 2\nL = K\n\ndef g(a):\n    return K\n\ndef f(a):\n    return np.abs(a)\n"
    )
    assert without_unused(source, Kind.RULE, PROMISED) == "import numpy as np\n\ndef f(a):\n    return np.abs(a)\n"


def test_calls_that_may_write_into_arrays_stay_in_algorithms() -> None:
    source = "def g(out):\n    out[0] = 1\n    return 1\n\ndef f(out):\n    x = g(out)\n    y = 2\n"
    assert "x = g(out)" in without_unused(source, Kind.ALGORITHM, PROMISED)
    assert "y = 2" not in without_unused(source, Kind.ALGORITHM, PROMISED)
    assert "x = g(out)" not in without_unused(source, Kind.RULE, PROMISED)


def test_programs_keep_their_assignments() -> None:
    source = "import random\nimport math\n\ndef f(a):\n    x = random.random()\n    return a\n"
    kept = without_unused(source, Kind.PROGRAM, PROMISED)
    assert "x = random.random()" in kept
    assert "math" not in kept
