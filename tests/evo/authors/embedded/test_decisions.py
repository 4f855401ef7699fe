"""Expressions that decide alike have one fingerprint, and those that decide otherwise have not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluators.language import RuleError, interpret_rules
from evo.authors.embedded.decisions import CALLS, Decisions, RecordedCalls, computed, recorded_calls
from evo.authors.embedded.growth import Material
from evo.authors.embedded.reading import UnreadableError, read
from evo.authors.embedded.tree import Node, call
from problems import Kind, Problem, Signature
from problems.obp import Obp
from problems.pods import Pods, PodsOrder
from problems.smtt import Smtt
from problems.toy import Toy
from problems.vmr import Vmr

SMTT = Smtt()
DECISIONS = Decisions(SMTT)


def expression(text: str) -> Node:
    (signature,) = SMTT.signatures
    return read(f"import math\n{signature.header()}\n    return {text}\n", SMTT.signatures)[signature.name]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("d", "d + t", True),  # the time is the same for all jobs
        ("d", "2.0 * d + n_left", True),
        ("d", "math.exp(d / 5000.0)", True),
        ("d", "p", False),
        ("max(t + p, d)", "max(p, d - t)", True),
        ("max(t + p, d)", "d", False),
        ("d if d > t else p", "d", False),
    ],
)
def test_alike_is_what_orders_the_jobs_of_each_decision_alike(one: str, other: str, alike: bool) -> None:
    fingerprints = [DECISIONS.fingerprint("priority", expression(text)) for text in (one, other)]
    assert None not in fingerprints
    assert (fingerprints[0] == fingerprints[1]) == alike


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(
        [
            "p / d + t",
            "max(p, d - t) ** 2",
            "abs(d - t) // p",
            "d % p",
            "p if d > t and not p < 3 else -d",
            "math.floor(p / 7) + math.sqrt(d * d)",
            "round(p / 3)",
        ]
    ),
    st.lists(st.floats(1.0, 100.0), min_size=3, max_size=3),
)
def test_values_are_those_of_the_rule_language(text: str, values: list[float]) -> None:
    signature = Signature("priority", SMTT.signatures[0].parameters[:3], "a number")
    source = f"import math\n{signature.header()}\n    return {text}\n"
    tree = read(source, [signature])["priority"]
    (rule,) = interpret_rules(source, [signature])
    features = {name: np.array([value]) for name, value in zip("pdt", values, strict=True)}
    assert float(np.broadcast_to(computed(tree, features), (1,))[0]) == pytest.approx(rule(*values), rel=1e-12)


def test_what_cannot_be_computed_has_no_fingerprint() -> None:
    assert "erf" not in CALLS
    assert DECISIONS.fingerprint("priority", call("erf", expression("p"))) is None


@pytest.mark.parametrize("problem", [SMTT, Obp(), Pods(), PodsOrder(), Vmr(), Toy()], ids=lambda problem: problem.name)
def test_every_function_is_called_and_its_shared_features_agree_within_a_decision(problem: Problem) -> None:
    assert problem.kind is Kind.RULE
    calls = recorded_calls(problem)
    assert set(calls) == {signature.name for signature in problem.signatures}
    for signature in problem.signatures:
        known = calls[signature.name]
        assert known.decision.size > known.first.size > 0
        for parameter in signature.parameters:
            values = known.features[parameter.name]
            assert np.isfinite(values).all()
            if parameter.shared:
                assert np.array_equal(values, values[known.first][known.decision])


def test_baselines_differ_in_what_they_decide() -> None:
    fingerprints = {}
    for name, source in SMTT.baselines.items():
        try:
            fingerprints[name] = DECISIONS.fingerprint("priority", read(source, SMTT.signatures)["priority"])
        except (UnreadableError, RuleError):
            continue
    assert fingerprints["MDD"] == fingerprints["PSK"], "one schedule in two forms"
    assert len(set(fingerprints.values())) >= len(fingerprints) - 1


def known_calls() -> RecordedCalls:
    calls = DECISIONS.calls("priority")
    assert calls is not None
    return calls


def test_the_spread_within_decisions_is_that_of_each_decision_on_average() -> None:
    calls = known_calls()
    groups = np.split(calls.features["d"], calls.first[1:])
    expected = np.mean([np.std(group) for group in groups if group.size > 1])
    assert calls.spread(expression("d")) == pytest.approx(expected)
    assert calls.spread(expression("3.0 * d + t")) == pytest.approx(3.0 * expected)
    assert calls.spread(expression("t")) == pytest.approx(0.0, abs=1e-9)


def test_a_number_that_is_not_finite_everywhere_has_no_spread_and_ratios_where_it_is() -> None:
    calls = known_calls()
    assert calls.spread(expression("1.0 / (p - p_max)")) == 0.0
    ratios = calls.ratios(expression("d"), expression("p - p_max"))
    assert ratios.size == np.count_nonzero(calls.features["p"] != calls.features["p_max"])


def test_a_new_term_moves_alternatives_by_a_share_of_what_did_so_before_whatever_its_unit() -> None:
    calls, rng = known_calls(), np.random.default_rng(1)
    material = Material((expression("d"),), ("p", "d"), ("p", "d"), calls=calls)
    for node, term in (("d", "w_late"), ("0.001 * d", "w_late"), ("d", "1000.0 * p")):
        sums = [material.added(expression(node), expression(term), rng) for _ in range(200)]
        parts = [calls.spread(total.children[1]) / calls.spread(expression(node)) for total in sums]
        assert 0.07 < np.median(parts) < 0.15


def test_a_new_condition_holds_in_some_calls_and_not_in_others() -> None:
    calls, rng = known_calls(), np.random.default_rng(1)
    names = tuple(calls.features)
    material = Material((expression("d"),), names, ("p", "d"), calls=calls)
    one, other = expression("n_left * p_mean"), expression("d_mean - t")
    for _ in range(50):
        bound = computed(material.scaled(other, one, rng), calls.features)
        share = np.mean(computed(one, calls.features) < bound)
        assert 0 < share < 1
