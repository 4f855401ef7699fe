"""A budget counts what is in flight at its worst."""

import pytest

from evo.core.records import Attempt, Draft, Message, Operator, Proposal, Request, Usage
from evo.search.budget import Budget, Ledger


def request(ordinal: int = 0, dollars: float | None = 1.0, tokens: int = 100) -> Request:
    proposal = Proposal(ordinal, 0, Operator("o", "llm", 1), (), 0)
    return Request(proposal, "m", (Message("user", "x"),), Usage(tokens, 0, dollars))


def test_what_is_in_flight_counts_at_its_worst_until_it_is_settled() -> None:
    ledger = Ledger(Budget(dollars=2.0))
    for ordinal in range(2):
        assert ledger.refusal(request(ordinal), 0.0) is None
        ledger.reserve(request(ordinal))
    assert "budget.dollars" in (ledger.refusal(request(2), 0.0) or "")
    ledger.settle(0, Draft("x", attempts=(Attempt("m", Usage(10, 5, 0.25), "reply"),)))
    assert ledger.refusal(request(2, dollars=0.75), 0.0) is None
    assert ledger.refusal(request(2, dollars=0.76), 0.0) is not None
    assert ledger.spent == Usage(10, 5, 0.25)


def test_room_may_come_where_only_what_is_in_flight_leaves_none() -> None:
    ledger = Ledger(Budget(candidates=3, dollars=1.5))
    ledger.reserve(request(0))
    assert ledger.refusal(request(1), 0.0) is not None
    assert ledger.room_may_come(request(1), 0.0)
    assert not ledger.room_may_come(request(1, dollars=1.6), 0.0)
    ledger.candidates = 3
    assert not ledger.room_may_come(request(1), 0.0)


@pytest.mark.parametrize(
    ("budget", "allowed"),
    [
        (Budget(candidates=3), 3),
        (Budget(candidates=None, tokens=250), 2),
        (Budget(candidates=None, dollars=4.0), 4),
    ],
)
def test_each_limit_stops_by_itself(budget: Budget, allowed: int) -> None:
    ledger = Ledger(budget)
    count = 0
    while ledger.refusal(request(count), 0.0) is None:
        ledger.reserve(request(count))
        count += 1
    assert count == allowed


def test_time_and_plateau_stop_too() -> None:
    ledger = Ledger(Budget(seconds=60.0, plateau=5))
    assert ledger.refusal(request(), 59.0) is None
    assert "budget.seconds" in (ledger.refusal(request(), 61.0) or "")
    ledger.since_best = 5
    assert "budget.plateau" in (ledger.refusal(request(), 0.0) or "")


def test_a_dollar_limit_with_an_unknown_price_is_refused() -> None:
    with pytest.raises(ValueError, match="price of m"):
        Ledger(Budget(dollars=1.0)).refusal(request(dollars=None), 0.0)


def test_an_unknown_price_stays_unknown_in_the_sum() -> None:
    ledger = Ledger(Budget())
    ledger.charge(Usage(1, 1, 0.5))
    ledger.charge(Usage(1, 1, None))
    assert ledger.spent == Usage(2, 2, None)


@pytest.mark.parametrize("limits", [{"candidates": 0}, {"dollars": -1.0}, {"seconds": 0.0}, {"plateau": 0}])
def test_limits_are_positive(limits: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"Expected budget\.\w+ > 0"):
        Budget(**limits)


def test_a_run_has_some_limit() -> None:
    with pytest.raises(ValueError, match="Expected a limit"):
        Budget(candidates=None, plateau=10)


def test_replies_are_those_of_models_and_candidates_are_all() -> None:
    edit = Request(Proposal(1, 0, Operator("tune", "embedded", 1), (), 0), "embedded")
    ledger = Ledger(Budget(candidates=4, replies=1))
    for asked in (request(0), edit):
        assert ledger.refusal(asked, 0.0) is None
        ledger.reserve(asked)
    assert (ledger.candidates, ledger.replies) == (2, 1)
    assert ledger.refusal(request(2), 0.0) == "budget.replies = 1 is used up"
    assert ledger.refusal(edit, 0.0) is None
    ledger.candidates = 4
    assert ledger.refusal(edit, 0.0) == "budget.candidates = 4 is used up"
