"""The table of functions: each row is known to every back end that needs it."""

import re
from collections.abc import Callable

import numpy as np
import pytest

from evaluators.language import (
    ALGORITHM_LANGUAGE,
    RULE_LANGUAGE,
    RuleError,
    compile_algorithm,
    compile_rules,
    interpret_algorithm,
    interpret_rules,
)
from evaluators.language.cpython.rules import LIBRARY
from evaluators.language.dialect import ALGORITHMS, RULES
from evaluators.language.functions import FUNCTIONS, OPERATORS, ROWS, LibraryFunction
from evaluators.language.llvm.arithmetic import EMITTERS
from problems import Parameter, Rule, Signature

NUMBERS = Signature("f", tuple(Parameter(name, "a number") for name in "abc"), "a number")
ARRAYS = Signature("solve", (Parameter("p", "an array"), Parameter("out", "an array")), "nothing")
HEAD = "import math\nimport numpy as np\n"
VALUES = {"dtype": "dtype=np.int64", "kind": "kind='mergesort'", "shape": "3", "value": "2"}


def test_every_meaning_has_one_row() -> None:
    assert len(ROWS) == len(FUNCTIONS)


@pytest.mark.parametrize("spelled", RULES.functions)
def test_every_function_of_rules_gives_the_same_in_both_back_ends(spelled: str) -> None:
    row = RULES.functions[spelled]
    assert row.name in EMITTERS
    assert row.name in LIBRARY or row.name in (*OPERATORS, "neg")
    source = f"{HEAD}def f(a, b, c):\n    return {spelled}({', '.join('abc'[: row.needed])})\n"
    compiled, (interpreted,) = compile_rules(source, (NUMBERS,)), interpret_rules(source, (NUMBERS,))
    for point in ((1.0, 0.5, 2.0), (0.5, -1.0, 1.0)):
        compiled.reset()
        assert said(compiled.functions[0], point, compiled.check) == said(interpreted, point, lambda: None)


def said(rule: Rule, point: tuple[float, ...], check: Callable[[], None]) -> float | str:
    """Return the value of a rule, or why it has none."""
    try:
        value = rule(*point)
        check()
    except RuleError as error:
        return str(error).partition(" in ")[0]
    return value


def called(spelled: str, row: LibraryFunction) -> str:
    """Return a call with the least arguments, of arrays where there are any."""
    number = "0.5" if spelled.startswith("math.") or "." not in spelled else "p"
    given = [VALUES.get(name, "p" if spelled == "len" else number) for name in row.parameters[: row.needed]]
    if spelled == "np.arange":
        given = ["4"]
    if spelled == "np.where":
        given[0] = "p > 1"
    return f"p{spelled}({', '.join(given[1:])})" if spelled.startswith(".") else f"{spelled}({', '.join(given)})"


def test_every_function_of_algorithms_gives_the_same_in_both_back_ends() -> None:
    calls = {spelled: called(spelled, row) for spelled, row in ALGORITHMS.functions.items() if spelled != "math.acosh"}
    lines = [
        f"    x{k} = {text}\n    out[{k}] = int(np.sum(x{k} * np.ones(1)) * 1000)\n"
        for k, text in enumerate(calls.values())
    ]
    source = f"{HEAD}def solve(p, out):\n{''.join(lines)}"
    p = np.array([1, 3, 2])
    results = []
    for algorithm in (
        compile_algorithm(source, ARRAYS, (p, np.zeros(1, dtype=np.int64))),
        interpret_algorithm(source, ARRAYS),
    ):
        out = np.zeros(len(calls), dtype=np.int64)
        results.append((algorithm.run(None, (p,), out), out.tolist()))
    assert results[0] == results[1]


def test_the_prose_of_each_dialect_names_its_functions() -> None:
    numbers = {name.removeprefix("math.") for name in RULES.functions if "." not in name or name.startswith("math.")}
    assert numbers <= set(re.findall(r"\w+", RULE_LANGUAGE))
    assert {name.rpartition(".")[2] for name in ALGORITHMS.functions} <= set(re.findall(r"\w+", ALGORITHM_LANGUAGE))
