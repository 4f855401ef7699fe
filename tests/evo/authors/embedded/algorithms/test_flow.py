import ast

import pytest

from evo.authors.embedded.algorithms.flow import places


def function(*lines: str) -> ast.FunctionDef:
    node = ast.parse("def f(a):\n" + "".join(f"    {line}\n" for line in lines)).body[0]
    assert isinstance(node, ast.FunctionDef)
    return node


@pytest.mark.parametrize(
    ("lines", "bound"),
    [
        (("x = a", "return x"), "ax"),
        (("if a:", "    x = 1", "else:", "    x = 2", "return x"), "ax"),
        (("if a:", "    x = 1", "else:", "    return a", "return x"), "ax"),
        (("if a:", "    x = 1", "return x"), "a"),
        (("for i in range(a):", "    x = i", "return x"), "a"),
        (("while a:", "    x = 1", "return x"), "a"),
    ],
)
def test_a_name_is_bound_where_each_path_gives_it_a_value(lines: tuple[str, ...], bound: str) -> None:
    *_, last = places(function(*lines))
    assert last.bound == set(bound)


def test_a_statement_knows_its_loops_and_the_names_before_it() -> None:
    inner = places(function("x = a", "for i in range(a):", "    y = x", "    z = y"))[-1]
    assert inner.bound == {"a", "x", "i", "y"}
    assert len(inner.loops) == 1
