import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.authors.embedded.signs import guarded
from evo.authors.embedded.simplify import rounded, simplified
from evo.authors.embedded.tree import Node, call, choice, constant, feature, is_call, operation, size_of, walk
from evo.authors.embedded.writing import text

x, y = feature("x"), feature("y")
POINT = st.tuples(*[st.integers(-9, 9).map(float)] * 2)
LEAVES = st.sampled_from([x, y, *map(constant, (-2.0, -1.0, 0.0, 0.5, 1.0, 4.0))])


def linear(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    pairs = st.tuples(children, children)
    return st.one_of(
        pairs.map(lambda pair: pair[0] + pair[1]),
        pairs.map(lambda pair: pair[0] - pair[1]),
        pairs.map(lambda pair: call("min", *pair)),
        pairs.map(lambda pair: call("max", *pair)),
        children.map(lambda node: constant(0.5) * node),
        children.map(lambda node: -node),
        children.map(lambda node: call("abs", node)),
    )


def branching(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    compared = st.tuples(st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), children, children)
    condition = compared.map(lambda parts: operation(parts[0], *parts[1:]))
    opposite = condition.map(lambda node: operation("not", node))
    choices = st.tuples(st.one_of(condition, opposite), children, children).map(lambda parts: choice(*parts))
    products = st.tuples(children, children).map(lambda pair: pair[0] * pair[1])
    return st.one_of(linear(children), choices, products)


def dividing(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    quotients = children.map(lambda node: node / call("max", x, constant(0.5)))
    return st.one_of(linear(children), quotients)


def value(node: Node, point: tuple[float, float]) -> float:
    return float(eval(text(node), {"x": point[0], "y": point[1]}))


@settings(deadline=None, max_examples=50)
@given(st.recursive(LEAVES, branching, max_leaves=16), POINT)
def test_without_rounding_errors_values_stay_bit_for_bit(tree: Node, point: tuple[float, float]) -> None:
    assert value(simplified(tree), point) == value(tree, point)


@settings(deadline=None, max_examples=50)
@given(st.recursive(LEAVES, dividing, max_leaves=16), POINT)
def test_values_stay_within_rounding_errors(tree: Node, point: tuple[float, float]) -> None:
    assert value(simplified(tree), point) == pytest.approx(value(tree, point), rel=1e-12, abs=1e-12)


@settings(deadline=None, max_examples=50)
@given(st.recursive(LEAVES, branching, max_leaves=16))
def test_simple_trees_are_not_larger_and_stay_as_they_are(tree: Node) -> None:
    simple = simplified(tree)
    assert size_of(simple) <= size_of(tree)
    assert simplified(simple) == simple


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (x * constant(1.0) + constant(0.0), "x"),
        (call("min", x, x), "x"),
        (-(constant(0.0) - x), "x"),
        (choice(operation("<", x, y), x, x), "x"),
        (choice(operation("<", x, x), x, y), "y"),
        (constant(2.0) * (constant(3.0) * x), "6.0 * x"),
        (x + constant(-2.0), "x - 2.0"),
        (call("max", call("max", x, constant(1.0)), constant(2.0)), "max(x, 2.0)"),
        (call("max", call("min", x, y), x), "x"),
        (choice(operation("not", operation("<", x, y)), x, y), "x if x >= y else y"),
        (constant(1.0) / constant(0.0), "1.0 / 0.0"),
    ],
)
def test_known_trees_become_what_one_would_write(tree: Node, expected: str) -> None:
    assert text(simplified(tree)) == expected


def test_constants_are_rounded_to_four_digits() -> None:
    assert text(rounded(constant(math.pi) * x - constant(0.000123456))) == "3.142 * x - 0.0001235"


def hazardous(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    pairs = st.tuples(children, children)
    return st.one_of(
        linear(children),
        pairs.map(lambda pair: pair[0] / pair[1]),
        pairs.map(lambda pair: operation("%", *pair)),
        children.map(lambda node: call("sqrt", node)),
        children.map(lambda node: call("log", node)),
        children.map(lambda node: call("exp", node)),
        children.map(lambda node: operation("**", node, constant(1.5))),
    )


@settings(deadline=None, max_examples=50)
@given(st.recursive(LEAVES, hazardous, max_leaves=8), POINT)
def test_guarded_trees_do_not_divide_by_zero_or_leave_a_domain(tree: Node, point: tuple[float, float]) -> None:
    result = eval(text(guarded(tree, frozenset())), {"x": point[0], "y": point[1], "math": math})
    assert isinstance(result, float)
    assert not math.isnan(result)


def test_what_has_run_in_a_parent_is_not_guarded() -> None:
    assert text(guarded(x / y, frozenset({y}))) == "x / y"
    assert text(guarded(x / y, frozenset())) == "x / max(y, 0.001)"


def test_a_trusted_divisor_is_no_trusted_logarithm_or_exponent() -> None:
    assert text(guarded(call("log", y), frozenset({y}))) == "math.log(max(y, 0.001))"
    assert text(guarded(call("exp", y), frozenset({y}))) == "math.exp(min(y, 30.0))"


def test_guards_are_not_stacked() -> None:
    tree = guarded(call("sqrt", x) / y, frozenset())
    assert guarded(tree, frozenset()) == tree
    assert sum(is_call(node, "max") for _, node in walk(tree)) == 2
