import ast

import pytest

from evo.authors.embedded.algorithms.flow import places, unbound


def function(*lines: str) -> ast.FunctionDef:
    node = ast.parse("def f(a):\n" + "".join(f"    {line}\n" for line in lines)).body[0]
    assert isinstance(node, ast.FunctionDef)
    return node


@pytest.mark.parametrize(
    "lines",
    [
        ("x = a", "return x"),
        ("if a:", "    x = 1", "else:", "    x = 2", "return x"),
        ("if a:", "    x = 1", "else:", "    return a", "return x"),
        ("for i in range(a):", "    y = i", "return a"),
        ("return np.sum(a) + g(a) + K",),
    ],
)
def test_what_has_a_value_on_each_path_may_be_read(lines: tuple[str, ...]) -> None:
    assert not unbound(function(*lines), frozenset(("np", "K", "range")))


@pytest.mark.parametrize(
    "lines",
    [
        ("y = x", "x = 1"),
        ("if a:", "    x = 1", "return x"),
        ("for i in range(a):", "    x = i", "return x"),
        ("while a:", "    x = 1", "return x"),
        ("x += 1",),
        ("return x",),
    ],
)
def test_what_may_have_none_is_named(lines: tuple[str, ...]) -> None:
    assert unbound(function(*lines), frozenset(("range",))) == {"x"}


def test_a_statement_knows_its_loops_and_the_names_before_it() -> None:
    inner = places(function("x = a", "for i in range(a):", "    y = x", "    z = y"))[-1]
    assert inner.bound == {"a", "x", "i", "y"}
    assert len(inner.loops) == 1
