import ast

import pytest

from evo.authors.embedded.algorithms.inference import Types, infer
from evo.authors.embedded.algorithms.subject import Subject
from evo.authors.embedded.algorithms.types import (
    BOOL,
    FLOAT,
    INT,
    ArrayOf,
    MistypedError,
    TupleOf,
    Type,
)

NUMBERS = ArrayOf(INT)


def types(*lines: str, helpers: str = "") -> Types:
    source = f"{helpers}\ndef solve(p, out):\n" + "".join(f"    {line}\n" for line in lines)
    return infer(ast.parse(source), "solve", (NUMBERS, NUMBERS))


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("p[0]", INT),
        ("p[0] / 2", FLOAT),
        ("p[0] // 2", INT),
        ("p[0] < 2", BOOL),
        ("p < 2", ArrayOf(BOOL)),
        ("p[p > 3]", NUMBERS),
        ("p[1:3] * 0.5", ArrayOf(FLOAT)),
        ("p.sum() + p.size", INT),
        ("p.mean()", FLOAT),
        ("p.astype(np.float64)", ArrayOf(FLOAT)),
        ("np.zeros(p.size)", ArrayOf(FLOAT)),
        ("np.full(3, True)", ArrayOf(BOOL)),
        ("np.argsort(p * 0.5, kind='mergesort')", NUMBERS),
        ("np.where(p > 1, p, 0.5)", ArrayOf(FLOAT)),
        ("max(p[0], 0.5)", FLOAT),
        ("int(p[0] / 2)", INT),
        ("math.floor(0.5) if p[0] else 1", INT),
        ("p[0], 0.5", TupleOf((INT, FLOAT))),
    ],
)
def test_expressions_have_the_type_that_a_compiler_gives_them(expression: str, kind: Type) -> None:
    assert types(f"x = {expression}").name("solve", "x") == kind


def test_a_name_that_is_given_integers_and_fractions_holds_fractions() -> None:
    assert types("x = 0", "for i in range(3):", "    x += 0.5").name("solve", "x") is FLOAT


def test_helpers_take_the_types_of_their_calls() -> None:
    helper = "def half(a, i):\n    return a[i] / 2, i\n"
    found = types("x, y = half(p, 0)", helpers=helper)
    assert found.parameters("half") == (NUMBERS, INT)
    assert found.result("half") == TupleOf((FLOAT, INT))
    assert (found.name("solve", "x"), found.name("solve", "y")) == (FLOAT, INT)


@pytest.mark.parametrize(
    "line",
    [
        "x = p[p[0] / 2]",
        "x = p[: p[0] * 0.5]",
        "out[0] = 0.5",
        "out[:] = p / 2",
        "x = np.zeros(p[0] / 2)",
        "x = p\n    x = p[0]",
        "x = (p[0], 1) + 1",
    ],
)
def test_fractions_for_indices_sizes_and_integer_arrays_are_refused(line: str) -> None:
    with pytest.raises(MistypedError):
        types(line)


def test_a_fraction_that_reaches_an_index_through_names_and_helpers_is_refused() -> None:
    helper = "def entry(a, i):\n    return a[i]\n"
    with pytest.raises(MistypedError, match="needs an integer"):
        types("k = 0", "k = k + 0.5", "x = entry(p, k)", helpers=helper)


def test_structure_is_what_indexes_and_judgement_the_rest(mdd: Subject) -> None:
    names = ("waiting", "t", "left", "chosen", "least", "job", "value", "k", "p", "d", "out")
    structural = {name for name in names if mdd.structure.holds("solve", name)}
    assert structural == {"waiting", "left", "chosen", "job", "k", "out"}


def test_an_array_of_indices_stays_one_in_the_helpers_that_write_into_it(exchanges: Subject) -> None:
    assert exchanges.structure.holds("descend", "out")
    assert exchanges.structure.holds("start", "out")
    assert not exchanges.structure.holds("descend", "before")
