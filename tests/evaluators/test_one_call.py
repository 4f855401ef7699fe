"""One call of a candidate's function, in the sandbox, with any arguments."""

import numpy as np
import pytest

from evaluators.one_call import CallFailed, call_once
from evaluators.sandbox import Limits
from problems import Kind, Parameter, Signature
from problems.toy import ALGORITHMS, FILL

SOLVE = Signature("solve", (Parameter("p", "anything"), Parameter("w", "anything")), "something plain")


def program(body, *arguments):
    return call_once(Kind.PROGRAM, SOLVE, f"import numpy as np\ndef solve(p, w):\n    {body}\n", arguments, Limits())


def test_a_program_gets_plain_values_and_arrays_and_returns_plain_values():
    body = "return {'order': np.argsort(w), 'p': p, 'more': (1.5, None, True, 'x')}"
    given = {"k": [1, {"l": (2, "t")}]}
    returned = program(body, given, np.array([3, 1, 2]))
    assert returned == {"order": [1, 2, 0], "p": {"k": [1, {"l": [2, "t"]}]}, "more": [1.5, None, True, "x"]}


def test_an_algorithm_returns_the_array_that_it_filled_and_leaves_the_one_given():
    out = np.zeros(3, np.int64)
    filled = call_once(Kind.ALGORITHM, FILL, ALGORITHMS["WSPT"], (np.array([3, 1, 2]), np.ones(3), out), Limits())
    assert (filled.tolist(), out.tolist()) == ([1, 2, 0], [0, 0, 0])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return 1 / p", "line 3: ZeroDivisionError"),
        ("return {1: 2}", "texts as keys"),
        ("return float('nan')", "finite"),
        ("return {p}", "got set"),
        ("return 'x' * 2_000_000", "too long"),
    ],
)
def test_what_brings_no_plain_value_is_told_in_a_line(body, words):
    with pytest.raises(CallFailed, match=words):
        program(body, 0, 0)


def test_an_algorithm_takes_numbers_alone():
    with pytest.raises(TypeError, match="as p, got <U1"):
        call_once(Kind.ALGORITHM, FILL, ALGORITHMS["SPT"], (["a"], [1], [0]), Limits())
