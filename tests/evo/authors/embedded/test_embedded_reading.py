import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.authors.embedded.reading import READ_NODES, UnreadableError, read
from evo.authors.embedded.writing import text, write
from problems import Parameter, Signature

PRIORITY = Signature("priority", (Parameter("p", "time"), Parameter("d", "due"), Parameter("t", "now")), "a number")

LOCALS = "    slack = d - p - t\n    slack += 1\n    return max(slack, p, 2)\n"
RETURNS = "    if d < t:\n        return p\n    elif d < t + p and p != 3:\n        return p + 1\n    return d\n"
BRANCHES = "    if not (p < d < t) or p > 7:\n        x = p\n    else:\n        x = d\n    return x - 1\n"
CHOICE = "    return (d if d > t else t) ** 2 / (1 + abs(p)) - -p % 3 // 2\n"
SWAPPED = "    p, d = d, p\n    return p - 2 * d\n"
BODIES = (LOCALS, RETURNS, BRANCHES, CHOICE, SWAPPED)


def value(source: str, point: tuple[float, float, float]) -> float:
    scope: dict[str, object] = {}
    exec(source, scope)
    priority = scope["priority"]
    assert callable(priority)
    return float(priority(*point))


@pytest.mark.parametrize("body", BODIES)
@settings(deadline=None, max_examples=50)
@given(st.tuples(*[st.integers(-20, 20).map(float)] * 3))
def test_the_expression_read_has_the_values_of_the_source(body: str, point: tuple[float, float, float]) -> None:
    source = f"{PRIORITY.header()}\n{body}"
    inlined = write(read(source, [PRIORITY]), [PRIORITY])
    assert len(inlined.splitlines()) == 2
    assert value(inlined, point) == value(source, point)


@pytest.mark.parametrize(
    ("imports", "expression"),
    [
        ("import math", "math.exp(math.fabs(p)) + math.pi"),
        ("import numpy as np", "np.exp(np.maximum(p, -p)) + np.pi"),
        ("from math import exp as e, pi", "e(abs(p))"),
    ],
)
def test_functions_get_one_spelling(imports: str, expression: str) -> None:
    tree = read(f"{imports}\n{PRIORITY.header()}\n    return {expression}\n", [PRIORITY])
    written = write(tree, [PRIORITY])
    assert written.startswith("import math\n")
    assert "np" not in written
    assert read(written, [PRIORITY]) == tree


def test_docstrings_comments_and_constants_of_the_module_are_inlined() -> None:
    source = f'"""Doc."""\nK = -0.5\n\n{PRIORITY.header()}\n    """Doc."""\n    pass  # nothing\n    return K * p\n'
    assert text(read(source, [PRIORITY])["priority"]) == "-0.5 * p"


def test_nested_extremes_are_written_as_one_call() -> None:
    source = f"{PRIORITY.header()}\n    return max(max(p, d), min(t, 1.0), 2.0)\n"
    assert text(read(source, [PRIORITY])["priority"]) == "max(p, d, min(t, 1.0), 2.0)"


@pytest.mark.parametrize(
    "source",
    [
        "def priority(p, d, t):\n    for i in range(3):\n        p += d\n    return p\n",
        "def twice(x):\n    return 2 * x\n\ndef priority(p, d, t):\n    return twice(p)\n",
        "def priority(p, d, t):\n    return p < d\n",
        "def priority(p, d, t):\n    if p < d:\n        return p\n",
        "def priority(p, d, t):\n    if p < d:\n        x = p\n    return x\n",
        "import numpy as np\ndef priority(p, d, t):\n    return np.sign(p)\n",
        "def priority(p, d):\n    return p\n",
        "def priority(p, d, t):\n    return min(p, 1e999)\n",
    ],
)
def test_what_is_no_single_expression_is_unreadable(source: str) -> None:
    with pytest.raises(UnreadableError):
        read(source, [PRIORITY])


def test_inlining_stops_before_the_tree_explodes() -> None:
    doubling = "".join("    p = p + p\n" for _ in range(60))
    with pytest.raises(UnreadableError, match=f"more than {READ_NODES} nodes"):
        read(f"{PRIORITY.header()}\n{doubling}    return p\n", [PRIORITY])
    branching = "".join(f"    if p > {i}:\n        return d\n    p = p * d\n" for i in range(60))
    with pytest.raises(UnreadableError, match=f"more than {READ_NODES} nodes"):
        read(f"{PRIORITY.header()}\n{branching}    return p\n", [PRIORITY])
