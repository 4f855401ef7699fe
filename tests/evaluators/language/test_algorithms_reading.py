"""What the language of algorithms refuses, each with its line and what to do instead; and what a digest tells."""

import pytest

from evaluators import FailureKind
from evaluators.language import facts_of_algorithm, read_algorithm
from evaluators.syntax import Refused
from problems import Parameter, Signature

SIGNATURE = Signature("solve", tuple(Parameter(name, "an array") for name in ("p", "d", "out")), "nothing")
HEAD = "import math\nimport numpy as np\n"


def in_body(code: str) -> str:
    lines = "".join(f"    {line}\n" for line in code.splitlines())
    return f"{HEAD}def solve(p, d, out):\n{lines}"


BODIES = {
    "x = p[:1] and d": "and/or between arrays",
    "x = p * 1\nx += p[:1] and d": "and/or between arrays",
    "x = p * 1\nx += 1 if p[0] > 1 else (p[:1] > 0) or d": "and/or between arrays",
    "x = True and np.ones(3)": "and/or between arrays",
    "x = (p if p[0] > 1 else d) or (d and 1)": "and/or between arrays",
    "out[:] = (p[:1] or d)[::-1]": "and/or between arrays",
    "out[0] = np.sum(p[:1] or d)": "and/or between arrays",
    "x = [1, 2]": "lists are not",
    "x = [i for i in range(3)]": "comprehensions",
    "x = {1: 2}": "dicts are not",
    "x = 'text'": "text is not in the language",
    "x = 1j": "complex is not",
    "x = None": "None is not",
    "x = p.T": "attribute 'T' is not",
    "x = p.__class__": "attribute '__class__' is not",
    "x = p.shape": "attribute 'shape' is not",
    "x = p.tofile(1)": "'array.tofile' is not in",
    "x = np.empty(3)": "np.zeros",
    "x = np.random": "'np.random' is not a number",
    "x = np.random.rand(3)": "not in the language",
    "x = np.lexsort(d)": "np.argsort",
    "x = np.argsort(p)": 'kind="mergesort"',
    "x = np.argsort(p, kind='quicksort')": 'kind="mergesort"',
    "x = np.zeros(3, dtype=int)": "dtype is one of",
    "x = np.zeros(3, dtype=np.object_)": "dtype is one of",
    "x = np.zeros(3, order=1)": "no argument 'order'",
    "x = math.gamma(2.0)": "'math.gamma' is not in",
    "x = open(1)": "unknown function 'open'",
    "x = y": "unknown name 'y'",
    "x = solve": "is a function",
    "if p[0] > 1:\n    x = 1\nout[0] = x": "'x' may have no value here",
    "for i in range(3):\n    x = 1\nout[0] = x": "'x' may have no value here",
    "x += 1": "'x' may have no value here",
    "p[0] = 1": "'p' is read-only",
    "d[0] += 1": "'d' is read-only",
    "out[p] = 1": "only entries a[i] and slices",
    "x = p > 3\nout[x] = 1": "only entries a[i] and slices",
    "out[0, 1] = 1": "arrays have one dimension",
    "x = lambda a: a": "lambda is not",
    "def f(a):\n    return a": "functions stand at the top level",
    "import os": "imports stand at the top level",
    "try:\n    x = 1\nexcept:\n    x = 2": "try is not",
    "with p:\n    x = 1": "with is not",
    "raise p": "raise is not",
    "del out": "del is not",
    "global x": "Global is not",
    "print(p)": "not used",
    "x = print(p)": "unknown function 'print'; leave it out",
    "p.sort()": "not used",
    "1 + 1": "not used",
    "return out": "returns nothing",
    "for j in p:\n    pass": "range",
    "for i in range(3):\n    pass\nelse:\n    pass": "else of a loop",
    "x = 10**10**9": "exponent beyond 64",
    "x = 2**63": "no number of 64 bits",
    "x = 9999999999999999999": "beyond 64 bits",
    "x = 1 // 0": "no value",
    "x = p[0] ** -1": "divide",
    "x, y = 1": "as many variables",
    "(x, y), z = 1, 2": "only variables, entries",
    "out.size = 3": "only variables, entries",
    "x = (y := 2)": "assign in a statement of its own",
    "x = ~3": "UnaryOp is not",
    "x = 3 & 1": "BinOp is not",
    "x = p is d": "Compare is not",
    "x = max(p)": "takes 2 to 16 arguments",
    "len = 3": "has another meaning",
    "np = 3": "has another meaning",
    "__tick = 3": "has another meaning",
    "x = __tick(1, 2)": "unknown function",
    "x = f'{p}'": "strings are not",
    "x = abs(*p)": "`*` before a value",
    "x = np.sum(a=p)": "no argument 'a'",
}


@pytest.mark.parametrize("code", BODIES)
def test_what_a_body_may_not_hold_is_named_with_its_line(code: str) -> None:
    with pytest.raises(Refused, match=r"^line \d+: ") as refused:
        read_algorithm(in_body(code), SIGNATURE)
    assert refused.value.kind is FailureKind.REJECTED
    assert BODIES[code] in str(refused.value)
    assert 3 < int(str(refused.value).split()[1].rstrip(":")) <= 3 + len(code.splitlines())


SEVERAL = {
    "x = two(p)\ny = x[1]": "line 4: two() returns several values",
    "x = two(p)[1]": "line 4: two() returns several values",
    "x = p * 1\nx += two(p)[1]": "line 5: two() returns several values",
    "x = same(p)[1]": "line 4: same() returns several values",
    "x = p[two(p)]": "line 4: two() returns several values",
    "x, y = two(p), 1": "line 4: two() returns several values",
}
TWO = "def two(a):\n    return 1, a\ndef same(a):\n    return two(a)\n"


@pytest.mark.parametrize("code", SEVERAL)
def test_several_values_are_taken_apart_at_once(code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_algorithm(in_body(code) + TWO, SIGNATURE)
    assert str(refused.value).startswith(SEVERAL[code])


def test_a_truth_may_be_asked_of_and_and_or_of_anything() -> None:
    code = "x, y = same(p)\ntwo(p)\nz = p[0] > 1 and not (y[:1] or d[0] > 1)\nif z or y[:1] > 1:\n    out[0] = 1"
    read_algorithm(in_body(code) + TWO, SIGNATURE)


TOPS = {
    "import os\n": "only `import math` and `import numpy as np`",
    "import numpy\n": "only `import math` and `import numpy as np`",
    "from math import exp\n": "write math.exp(x)",
    "K = 10**10**9\n": "exponent beyond 64",
    "K = np.zeros(3)\n": "a constant is a number",
    "K = [1]\n": "a constant is a number",
    "while True:\n    pass\n": "the top level holds only",
    "def helper(a=1):\n    return a\n": "without default values",
    "def helper(*a):\n    return 1\n": "only plain parameters",
    "@np\ndef helper(a):\n    return 1\n": "decorators",
    "def helper(a):\n    return helper(a)\n": "recursion",
    "def f(a):\n    return g(a)\ndef g(a):\n    return f(a)\n": "recursion",
    "def solve(p, d, out):\n    pass\n": "has a meaning already",
    "class A:\n    pass\n": "the top level holds only",
}


@pytest.mark.parametrize("top", TOPS)
def test_what_the_top_level_may_not_hold_is_named_with_its_line(top: str) -> None:
    with pytest.raises(Refused, match=r"^line \d+: ") as refused:
        read_algorithm(top + in_body("pass"), SIGNATURE)
    assert TOPS[top] in str(refused.value)


@pytest.mark.parametrize("header", ["def solve(p, d):", "def solve(d, p, out):", "def other(p, d, out):"])
def test_another_header_than_promised_is_refused(header: str) -> None:
    with pytest.raises(Refused, match=r"def solve\(p, d, out\):"):
        read_algorithm(f"{header}\n    pass\n", SIGNATURE)


def digest(source: str) -> str:
    return facts_of_algorithm(read_algorithm(source, SIGNATURE)).digest


ONE = in_body("n = p.size\nfor i in range(n):\n    out[i] = half(i)") + "def half(k):\n    return k // 2\n"
SAME = '''"""Says something."""
import numpy as np
K = 2
def unused(a):
    return a
def part(x: int) -> int:
    """Half."""
    return x // K
def solve(p, d, out):
    count: int = p.size
    for j in range(count):
        pass
        out[j] = part(j)
'''


def test_names_layout_texts_annotations_and_unused_functions_do_not_change_the_digest() -> None:
    assert digest(ONE) == digest(SAME)


@pytest.mark.parametrize(
    ("old", "new"), [("// 2", "// 3"), ("// 2", "// 2.0"), ("half(i)", "half(n)"), ("p.size", "d.size")]
)
def test_what_runs_differently_has_another_digest(old: str, new: str) -> None:
    assert digest(ONE) != digest(ONE.replace(old, new))
