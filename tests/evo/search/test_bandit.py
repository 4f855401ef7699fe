"""Odds follow what was brought for what it cost, and never leave the configured weights altogether."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from evo.core.records import Usage
from evo.search.bandit import LEAST, Bandit, shares

RESULTS = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.floats(0, 4),
        st.builds(Usage, st.integers(0, 999), st.integers(0, 999), st.none() | st.floats(0, 1)),
    ),
    max_size=30,
)
WEIGHTS = {"a": 3.0, "b": 1.0, "c": 0.5}


def learnt(results) -> Bandit:
    bandit = Bandit(WEIGHTS)
    for name, reward, usage in results:
        bandit.learn(name, reward, usage)
    return bandit


@given(results=RESULTS, names=st.sets(st.sampled_from("abc"), min_size=1).map(sorted))
def test_odds_sum_to_one_and_leave_each_arm_its_least_share(results, names):
    odds = learnt(results).odds(names)
    assert sum(odds.values()) == pytest.approx(1.0)
    fixed = shares({name: WEIGHTS[name] for name in names})
    assert all(odds[name] >= LEAST * fixed[name] * (1 - 1e-9) for name in names)


@given(results=RESULTS)
@example(results=[("a", 1.0, Usage(0, 0, 5e-324))])
def test_the_same_results_in_the_same_order_give_the_same_odds(results):
    assert learnt(results).odds("abc") == learnt(results).odds("abc")


def test_without_results_odds_are_the_weights():
    assert Bandit(WEIGHTS).odds("ab") == {"a": 0.75, "b": 0.25}


def test_odds_that_do_not_adapt_stay():
    bandit = Bandit(WEIGHTS, adaptive=False)
    bandit.learn("b", 10.0, Usage(10, 10, 0.1))
    assert bandit.odds("ab") == {"a": 0.75, "b": 0.25}


@pytest.mark.parametrize(
    ("cheap", "dear"),
    [(Usage(900, 0, 0.01), Usage(9, 0, 0.1)), (Usage(10, 0, None), Usage(100, 0, 9.0)), (Usage(10), Usage(100))],
    ids=["by-dollars", "by-tokens-where-dollars-are-unknown", "by-tokens-where-they-are-zero"],
)
def test_of_two_that_bring_as_much_the_cheaper_is_asked_more_often(cheap, dear):
    bandit = Bandit({"cheap": 1.0, "dear": 1.0})
    for _ in range(20):
        bandit.learn("cheap", 1.0, cheap)
        bandit.learn("dear", 1.0, dear)
    odds = bandit.odds(["cheap", "dear"])
    assert odds["cheap"] > 0.7


def test_what_costs_nothing_is_compared_by_what_it_brings():
    bandit = Bandit({"good": 1.0, "poor": 1.0})
    for _ in range(20):
        bandit.learn("good", 1.0, Usage())
        bandit.learn("poor", 0.1, Usage())
    assert bandit.odds(["good", "poor"])["good"] > 0.7


def test_old_results_fade():
    bandit = Bandit({"once": 1.0, "now": 1.0})
    for name in ["once"] * 20 + ["now"] * 100:
        bandit.learn(name, 1.0, Usage(10))
        bandit.learn("now" if name == "once" else "once", 0.0, Usage(10))
    assert bandit.odds(["once", "now"])["now"] > 0.6


def test_an_arm_that_is_not_known_teaches_nothing():
    bandit = Bandit(WEIGHTS)
    bandit.learn("seed", 4.0, Usage(1))
    assert bandit.odds("ab") == {"a": 0.75, "b": 0.25}


def test_weights_of_nothing_are_refused():
    with pytest.raises(ValueError, match="at least one weight > 0"):
        Bandit({"a": 0.0})
