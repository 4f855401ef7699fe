"""When replies are given up: counted by ordinal, whatever the edits in between do."""

from random import Random

import numpy as np
import pytest

from evaluators import Evaluation, Facts, Failure, FailureKind, Gap, Outcome, Seconds
from evo.core.records import Attempt, Draft, Operator, Proposal, Request, Usage
from evo.core.steps import Evaluated
from evo.search.unusable_replies import FIRST, UnusableReplies
from problems import Split

SCORED = Evaluation(Split.TRAIN, Facts("a", 5), np.ones(1), np.ones(1), Gap(0.5, None, None), {}, Seconds())
REJECTED = Failure(FailureKind.REJECTED, "line 1: no")
TWIN = Failure(FailureKind.TWIN, "as candidate 3")
CODE = "def priority(p, w):\n    return p\n"


def step(
    ordinal: int, source: str | None, outcome: Outcome, author: str = "llm", unreachable: bool = False
) -> Evaluated:
    attempt = Attempt("coder", Usage(), "I would\nrather not.")
    draft = Draft(source, "" if source else "the reply has no function", (attempt,), unreachable)
    return Evaluated(Request(Proposal(ordinal, 0, Operator("o", author, 1), (), 0), "coder"), draft, outcome)


def counted(steps: list[Evaluated], after: int = 60) -> tuple[int, str] | None:
    """Return after how many steps replies are given up, and why."""
    replies = UnusableReplies(after)
    for number, each in enumerate(steps, 1):
        replies.add(each)
        if replies.reason is not None:
            return number, replies.reason
    return None


def test_replies_without_code_are_given_up_after_the_first_ones_with_cause_and_example() -> None:
    assert counted([step(7 + number, None, REJECTED) for number in range(FIRST)]) == (
        FIRST,
        "none of the first 20 replies held usable code (llm.give_up_after); 20 times: the reply has no function "
        "(as candidate 7, 'I would rather not.')",
    )


def test_code_that_fails_has_longer() -> None:
    told = counted([step(number, CODE, REJECTED) for number in range(100)])
    assert told is not None
    assert told[0] == 60
    assert told[1].startswith("none of the last 60 replies held usable code (llm.give_up_after); 60 times: line 1: no")


def test_the_commonest_cause_is_told() -> None:
    mixed = [step(number, None if number % 3 else CODE, REJECTED) for number in range(9)]
    told = counted([step(0, CODE, SCORED), *mixed], after=9)
    assert told is not None
    assert "6 times: the reply has no function (as candidate 1," in told[1]


@pytest.mark.parametrize("outcome", [SCORED, TWIN])
def test_one_usable_reply_is_enough(outcome: Outcome) -> None:
    steps = [
        step(number, CODE if number == 19 else None, outcome if number == 19 else REJECTED) for number in range(79)
    ]
    assert counted(steps) is None
    told = counted([*steps, step(79, None, REJECTED)])
    assert told is not None
    assert told[0] == 80


def test_weak_models_go_on() -> None:
    rng = Random(1)
    assert all(
        counted([step(number, CODE, SCORED if rng.random() > 0.84 else REJECTED) for number in range(300)]) is None
        for _ in range(20)
    )


def test_neither_edits_nor_a_model_out_of_reach_are_replies() -> None:
    edits = [step(number, CODE, REJECTED, author="embedded") for number in range(100)]
    away = [step(number, None, REJECTED, unreachable=True) for number in range(100)]
    assert counted([*edits, *away]) is None


def test_few_are_enough_where_few_are_asked_for() -> None:
    assert counted([step(number, None, REJECTED) for number in range(5)], after=5) is not None
