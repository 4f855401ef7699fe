"""From a draft to its outcome: set, screened, evaluated and asked about, by the candidates before the window."""

import asyncio
from collections.abc import Sequence

import numpy as np
import pytest

from evaluators import Evaluation, Facts, Failure, FailureKind, Gap, Memory, Outcome, Seconds
from evo.core.context import Insight
from evo.core.records import AnswerFormat, Attempt, Draft, Operator, Proposal, Request, Usage
from evo.core.steps import Drafted, Evaluated
from evo.search.pipeline import Pipeline
from evo.search.window import Window
from problems import Split

Answer = tuple[tuple[Attempt, ...], tuple[Insight, ...]]


class Evaluator:
    """Knows a source by its words: `digest fingerprint size`; counts what it evaluated."""

    def __init__(self) -> None:
        self.memory = Memory()
        self.evaluated: list[str] = []

    async def evaluate(self, source: str, split: Split = Split.TRAIN) -> Outcome:
        self.evaluated.append(source)
        digest, _, size = source.split()
        gap = Gap(0.5, None, None)
        return Evaluation(split, Facts(digest, int(size)), np.zeros(1), np.zeros(1), gap, {}, Seconds())

    async def read(self, source: str) -> Facts | Failure:
        digest, _, size = source.split()
        return Facts(digest, int(size))

    async def fingerprint(self, source: str) -> str | Failure:
        return source.split()[1]

    async def tune(self, source: str) -> str | Failure:
        if "TUNE" in source:
            return source.replace("TUNE", "5")
        return Failure(FailureKind.REJECTED, "no constant is open")


class Analyst:
    """Has a question for every candidate, and one insight."""

    def prepare(self, request: Request, source: str, evaluation: Evaluation) -> Request | None:  # noqa: ARG002
        return Request(request.proposal, "analyst", worst=Usage(1, 1))

    async def write(self, question: Request, evaluation: Evaluation) -> Answer:  # noqa: ARG002
        return (Attempt(question.model, Usage(1, 1), "it helps"),), (Insight(question.proposal.ordinal, True, "helps"),)


def drafted(ordinal: int, source: str | None, operator: Operator = Operator("vary", "llm", 1)) -> Drafted:  # noqa: B008
    return Drafted(Request(Proposal(ordinal, 0, operator, (), 0), "m"), Draft(source, "" if source else "no code"))


def developed(pipeline: Pipeline, sources: Sequence[tuple[int, str]]) -> list[Evaluated]:
    """Evaluate and place sources one after the other."""
    steps = []
    for ordinal, source in sources:
        steps.append(asyncio.run(pipeline.evaluate(drafted(ordinal, source))))
        pipeline.add(steps[-1])
    return steps


@pytest.fixture
def evaluator() -> Evaluator:
    return Evaluator()


def test_a_draft_without_source_is_a_failure_that_says_why(evaluator: Evaluator) -> None:
    step = asyncio.run(Pipeline(evaluator, Window(1, 1)).evaluate(drafted(3, None)))
    assert isinstance(step.outcome, Failure)
    assert (step.outcome.kind, step.outcome.message, evaluator.evaluated) == (FailureKind.REJECTED, "no code", [])


def test_open_constants_are_set_where_the_operator_asks_for_such(evaluator: Evaluator) -> None:
    pipeline, tuning = Pipeline(evaluator, Window(1, 1)), Operator("set", "llm", 1, answer=AnswerFormat.TUNE)
    assert asyncio.run(pipeline.evaluate(drafted(1, "d f TUNE", tuning))).draft.source == "d f 5"
    assert isinstance(asyncio.run(pipeline.evaluate(drafted(2, "d f 5", tuning))).outcome, Failure)


def test_equal_syntax_is_a_repeat_of_the_first_that_was_placed_before_the_window(evaluator: Evaluator) -> None:
    pipeline = Pipeline(evaluator, Window(3, 1))
    *_, near, far = developed(pipeline, [(0, "d f 9"), (2, "d f 9"), (3, "d f 9")])
    assert (pipeline.repeat_of(near), pipeline.repeat_of(far)) == (None, 0)


@pytest.mark.parametrize(
    ("ordinal", "source", "screened"),
    [(5, "other f 9", True), (5, "other f 8", False), (5, "other g 9", False), (2, "other f 9", False)],
    ids=["alike", "shorter", "decides otherwise", "within the window"],
)
def test_a_draft_that_decides_like_an_earlier_one_is_not_evaluated(
    ordinal: int, source: str, screened: bool, evaluator: Evaluator
) -> None:
    pipeline = Pipeline(evaluator, Window(3, 1), novelty=True)
    *_, step = developed(pipeline, [(0, "d f 9"), (ordinal, source)])
    assert step.is_screened_out is screened
    assert (source in evaluator.evaluated) is not screened


def test_without_novelty_nothing_is_screened(evaluator: Evaluator) -> None:
    *_, step = developed(Pipeline(evaluator, Window(1, 1)), [(0, "d f 9"), (5, "other f 9")])
    assert not step.is_screened_out


def test_an_analysis_is_asked_for_once_and_for_nothing_that_repeats(evaluator: Evaluator) -> None:
    pipeline = Pipeline(evaluator, Window(1, 1), analyst=Analyst())
    first, repeat = developed(pipeline, [(0, "d f 9"), (3, "d f 9")])
    question = pipeline.question(first)
    assert question is not None
    attempts, insights = asyncio.run(pipeline.analyse(question, first))
    assert (len(attempts), [insight.text for insight in insights]) == (1, ["helps"])
    answered = Evaluated(first.request, first.draft, first.outcome, insights=insights)
    assert pipeline.question(answered) is None
    assert pipeline.question(repeat) is None
