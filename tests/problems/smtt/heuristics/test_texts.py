"""The texts of the algorithms: self-contained, introduced by their source, and the same functions again."""

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from problems.smtt.heuristics import ALGORITHMS

JOBS = st.lists(st.tuples(st.integers(0, 9), st.integers(-5, 40)), min_size=1, max_size=8)
CHEAP = ("EDD", "MDD", "EDDC", "Panneerselvam")  # compiled in about a second each
SLOW = [name if name in CHEAP else pytest.param(name, marks=pytest.mark.slow) for name in ALGORITHMS]


@pytest.mark.parametrize("name", ALGORITHMS)
def test_a_text_opens_with_its_source_and_defines_solve_last(name):
    tree = ast.parse(ALGORITHMS[name])
    assert ast.get_docstring(tree)
    last = tree.body[-1]
    assert isinstance(last, ast.FunctionDef)
    assert (last.name, [argument.arg for argument in last.args.args]) == ("solve", ["p", "d", "out"])


@pytest.mark.parametrize("name", ALGORITHMS)
def test_a_text_imports_nothing_but_math_and_numpy(name):
    tree = ast.parse(ALGORITHMS[name])
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert imported <= {"math", "numpy"}
    assert not any(isinstance(node, ast.ImportFrom) for node in ast.walk(tree))


@pytest.mark.parametrize("name", ALGORITHMS)
def test_a_text_names_nothing_that_it_does_not_define_and_has_no_annotations(name):
    tree = ast.parse(ALGORITHMS[name])
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    defined = {function.name for function in functions}
    defined |= {target.id for node in tree.body if isinstance(node, ast.Assign) for target in node.targets}
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert called <= defined | {"abs", "bool", "int", "len", "max", "min", "range"}
    assert not any(isinstance(node, ast.AnnAssign) for node in ast.walk(tree))
    assert not any(function.returns or any(a.annotation for a in function.args.args) for function in functions)


@pytest.mark.parametrize("name", SLOW)
@settings(deadline=None, derandomize=True, max_examples=60)
@given(jobs=JOBS)
def test_the_compiled_text_does_what_the_functions_do(solve, solve_text, name, jobs):
    assert solve_text(name, jobs) == solve(name, jobs)
