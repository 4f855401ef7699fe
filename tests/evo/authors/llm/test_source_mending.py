from time import process_time

import pytest

from evo.authors.llm.source_mending import with_headers, with_imports

HEADERS = ("def f(a, b):",)
BODY = "    return a + b\n"


@pytest.mark.parametrize(
    ("header", "made"),
    [
        ("def f(a, b):\n", "def f(a, b):\n"),
        ("def f(a: float, b: float) -> float:\n", "def f(a: float, b: float) -> float:\n"),
        ("def f(a, b, k=0.5, c: float = -2):\n", "def f(a, b):\n    k = 0.5\n    c = -2\n"),
        ("def f(b, a):\n", "def f(a, b):\n"),
        ("def f(a):\n", "def f(a, b):\n"),
        ("def f(a=1.0, b=2.0):\n", "def f(a, b):\n"),
        ("def f(\n    a,\n    b,\n    k=1,\n):\n", "def f(a, b):\n    k = 1\n"),
        ("def f(a, b, k):\n", "def f(a, b, k):\n"),
        ("def f(a, b, k=g(1)):\n", "def f(a, b, k=g(1)):\n"),
        ("def f(a, *b):\n", "def f(a, *b):\n"),
        ("def f(a, b, *, k=0.5):\n", "def f(a, b):\n    k = 0.5\n"),
        ("def f(a, b, /):\n", "def f(a, b):\n"),
        ("def f(a, b, *args, **kwargs):\n", "def f(a, b):\n"),
        ("def f(*args):\n    a, b = args\n", "def f(a, b):\n"),
        ("def f(*xs):\n    b, a = xs\n", "def f(a, b):\n    b, a = a, b\n"),
        ("def g(b, a):\n", "def g(b, a):\n"),
    ],
)
def test_parameters_become_those_that_are_promised_where_that_takes_no_guess(header, made):
    assert with_headers(header + BODY, HEADERS) == made + BODY


def test_what_was_recited_of_parameters_is_left_out():
    code = "    c: float = a\n    b: float\n    if c: return b\n"
    recited = "    a: length of a, in time units\n    b: due date\n"
    assert with_headers("def f(a, b):\n" + recited + code + BODY, HEADERS) == "def f(a, b):\n" + code + BODY


def test_annotations_over_several_lines_stay():
    source = "def f(\n    a: float,\n    b: float | None\n) -> float:\n" + BODY
    assert with_headers(source, HEADERS) == source


@pytest.mark.parametrize(
    ("source", "made"),
    [
        ("math.max(a, b)", "max(a, b)"),
        ("math.sqrt(a) + math.min(a, b)", "import math\nmath.sqrt(a) + min(a, b)"),
        ("import numba as nb\n@nb.njit(cache=True)\ndef f(a):\n    return a", "def f(a):\n    return a"),
        ("from numba import jit\n@jit\ndef f(a):\n    return a", "def f(a):\n    return a"),
        (
            "import functools\n@functools.cache\ndef f(a):\n    return a",
            "import functools\n@functools.cache\ndef f(a):\n    return a",
        ),
        ("exp(a) + sqrt(b) + exp(b)", "from math import exp, sqrt\nexp(a) + sqrt(b) + exp(b)"),
        ("import random\nfrom typing import *\nfrom typing import List\na + b", "a + b"),
        ("import heapq, scipy.special as sp\nsp.erf(a)", "import heapq, scipy.special as sp\nsp.erf(a)"),
        ("from math import exp\nexp(a)", "from math import exp\nexp(a)"),
        ("from math import exp, sinh cosh\nexp(a)", "from math import exp\nexp(a)"),
        ("from math import (\n    exp,\n)\nx = 1", "from math import (\n    exp,\n)\nx = 1"),
        ("from math import log as ln\nln(a)", "from math import log as ln\nln(a)"),
        ("def log(a):\n    return a\nlog(b)", "def log(a):\n    return a\nlog(b)"),
        ("np.exp(a) + rule.exp(b)", "import numpy as np\nnp.exp(a) + rule.exp(b)"),
    ],
)
def test_names_of_math_and_numpy_are_made_known(source, made):
    assert with_imports(source) == made + "\n"


@pytest.mark.parametrize(
    "text",
    [
        "def f(" * 10_000,
        "def f(" + "a," * 30_000,
        "from math import " + "a " * 30_000,
        "import a\n" * 8_000,
        "import " + "a, " * 20_000,
        "from math " + "import " * 9_000 + "exp(1)\n" + "exp(" * 1_000,
        "def f(a, b):\n    a: " + "a " * 30_000 + "=",
        "from math import " + "a, " * 20_000 + "(",
        "\n".join(["def f(a" + "\n" * 10] * 5_000),
    ],
)
def test_hostile_texts_take_bounded_time(text):
    started = process_time()
    with_headers(with_imports(text), HEADERS)
    assert process_time() - started < 2.0
