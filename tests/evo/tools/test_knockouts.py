"""Parts knocked out: what is left is a source that the problem accepts, and never a larger one."""

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluators.source import Refused, read
from evo.config.compose import compose
from evo.tools.knockouts import Knockout, bare_source, knockouts, nodes_of, roundings
from problems import Problem
from problems.geometry import Circles
from problems.smtt import Smtt, SmttAlgorithm
from problems.toy import ToyProgram

HEADER = "def priority(p, d, t, n_left, p_mean, p_max, w_late, d_mean, late_share):\n"


def rule(body: str) -> str:
    lines = body if body.startswith(" ") else f"    return {body}"
    return f"{HEADER}{lines}\n"


def left(body: str) -> set[str]:
    """Return what the rule returns after each knock-out."""
    return {each.source.rpartition("return ")[2].strip() for each in knockouts(rule(body), Smtt())}


def told(source: str, problem: Problem) -> dict[tuple[str, str, str], Knockout]:
    return {each.key: each for each in knockouts(source, problem)}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("d + 0.5 * p", {"0.5 * p", "d", "d + p"}),
        ("d - p", {"d", "-p"}),
        ("d - -p", {"d", "p"}),
        ("d + (p - t)", {"p - t", "d", "d + p", "d - t"}),
        ("p / d_mean", {"p", "1.0 / d_mean"}),
        ("-2.0 * p", {"-p"}),
        ("p * d * t", {"p * d", "p * t", "d * t"}),
        ("max(t + p, d)", {"t + p", "d", "max(t, d)", "max(p, d)"}),
        ("max(p, d, t)", {"max(p, d)", "max(p, t)", "max(d, t)"}),
        ("max(p, 0.001)", {"p"}),
        ("abs(d)", {"d"}),
        ("p ** 2.0", {"p"}),
        ("p if d > 3.0 else t", {"p", "t", "p if d > 0.0 else t"}),
        ("p if d > t and d > p else t", {"p", "t", "p if d > p else t", "p if d > t else t"}),
        ("p", set()),
    ],
)
def test_each_part_of_an_expression_is_knocked_out(body: str, expected: set[str]) -> None:
    assert left(body) == expected


def test_branches_are_always_or_never_taken_and_what_is_not_used_goes_with_them() -> None:
    source = rule("    slack = d - t\n    if slack > p:\n        return d\n    return t + p\n")
    found = told(source, Smtt())
    assert found["branch", "if slack > p", "always taken"].source == rule("d")
    assert found["branch", "if slack > p", "never taken"].source == rule("t + p")


def test_steps_are_left_out_but_counters_are_not() -> None:
    source = rule(
        "    x = d\n    i = 0\n    while i < 3:\n        x += p\n        i += 1\n    x = max(x, t)\n    return x"
    )
    found = told(source, Smtt())
    assert {part for kind, part, _ in found if kind == "step"} == {"x += p", "x = max(x, t)"}
    assert found["loop", "while i < 3", "left out"].source == rule("    x = d\n    x = max(x, t)\n    return x")


def test_a_helper_gives_its_first_argument_back() -> None:
    source = f"def twice(a):\n    return a + a\n\n\n{rule('twice(p) + d')}"
    found = told(source, Smtt())
    assert found["function", "twice", "replaced by its first argument"].source.startswith(
        "def twice(a):\n    return a\n"
    )


def test_parts_of_one_name_are_told_apart() -> None:
    names = [each.part for each in knockouts(rule("max(p + t, d) + (p + w_late)"), Smtt()) if each.kind == "term"]
    assert {"p in p + t", "p in p + w_late"} <= set(names)
    keys = [each.key for each in knockouts(rule("(p + t) * max(p + t, d)"), Smtt())]
    assert len(set(keys)) == len(keys)


def test_the_coarser_parts_come_first() -> None:
    body = "    if d > t:\n        return p * p\n    return twice(p) + d"
    source = f"def twice(a):\n    return a + a\n\n\n{rule(body)}"
    kinds = [each.kind.value for each in knockouts(source, Smtt())]
    assert kinds[0] == "function"
    assert kinds.index("branch") < kinds.index("term") < kinds.index("factor")


FEATURES = st.sampled_from(["p", "d", "t", "w_late", "late_share"])
NUMBERS = st.floats(0.001, 100.0).map(repr)
EXPRESSIONS = st.recursive(
    FEATURES | NUMBERS,
    lambda inner: st.one_of(
        st.tuples(st.just("({} {} {})"), inner, st.sampled_from("+-*/"), inner).map(lambda x: x[0].format(*x[1:])),
        st.tuples(inner, inner).map(lambda x: f"max({x[0]}, {x[1]})"),
        st.tuples(inner, inner, inner, inner).map(lambda x: f"({x[0]} if {x[1]} < {x[2]} else {x[3]})"),
        inner.map(lambda x: f"abs(-{x})"),
    ),
    max_leaves=12,
)


@settings(max_examples=25, deadline=None)
@given(EXPRESSIONS, EXPRESSIONS)
def test_what_is_left_of_a_rule_is_a_rule_that_is_not_larger(first: str, second: str) -> None:
    source = rule(f"    x = {first}\n    if x > d:\n        x += {second}\n    return x + {second}")
    problem, size = Smtt(), nodes_of(bare_source(source, Smtt()))
    found = knockouts(source, problem)
    assert len({each.source for each in found}) == len(found)
    for each in found:
        read(each.source, problem.kind, problem.signatures)
        assert each.size == nodes_of(each.source) <= size


@pytest.mark.parametrize(
    ("problem", "name"), [(SmttAlgorithm(budget_class="A"), "MDD"), (ToyProgram(), "SPT"), (Circles(), "SLSQP")]
)
def test_what_is_left_of_algorithms_and_programs_is_accepted_and_not_larger(problem: Problem, name: str) -> None:
    source = problem.baselines[name]
    size = nodes_of(bare_source(source, problem))
    for each in knockouts(source, problem):
        read(each.source, problem.kind, problem.signatures)
        assert each.size <= size


def test_there_are_no_more_than_are_wanted_and_none_that_are_not() -> None:
    source = rule("max(t + p, d) + 0.5 * w_late")
    first, *others = knockouts(source, Smtt())
    assert knockouts(source, Smtt(), most=1) == (first,)
    kept = {each.key for each in knockouts(source, Smtt(), but={first.key})}
    assert kept >= {each.key for each in others}
    assert first.key not in kept


def test_of_programs_functions_and_outer_branches_are_parts() -> None:
    found = knockouts(Circles().baselines["SLSQP"], Circles())
    assert {each.part for each in found if each.kind == "function"} >= {"improved", "start", "worth"}
    assert not {each.kind.value for each in found} & {"term", "factor", "constant"}


def test_a_candidate_of_several_functions_keeps_them_all() -> None:
    problem = compose(["problem=jobshop"]).problem
    for source in problem.baselines.values():
        for each in knockouts(source, problem):
            defined = {node.name for node in ast.parse(each.source).body if isinstance(node, ast.FunctionDef)}
            assert {signature.name for signature in problem.signatures} <= defined


def test_numbers_are_written_with_fewer_digits_one_place_after_the_other() -> None:
    source = rule("0.04989 * p + 2.0 * d")
    assert [text.rpartition("return ")[2] for text in roundings(source, 0) or ()] == [
        "0.05 * p + 2.0 * d\n",
        "0.0499 * p + 2.0 * d\n",
    ]
    assert roundings(source, 1) == ()
    assert roundings(source, 2) is None


def test_what_is_no_python_is_refused() -> None:
    with pytest.raises(Refused, match="line 1"):
        knockouts("def f(:", Smtt())
