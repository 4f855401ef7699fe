"""The analyst that asks language models what a change helps and what it hurts."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from evaluators import Evaluation
from evo.authors.llm.author import LLMAuthor
from evo.authors.llm.insights import insight_prompt, read_insights
from evo.authors.llm.recording import RecordingError
from evo.core.context import Insight
from evo.core.records import Attempt, Candidate, Request
from problems import Problem


class FamilyChanges(Protocol):
    """Knows the gaps of parents, family by family."""

    def change(self, parent: Candidate, evaluation: Evaluation) -> Mapping[str, float]:
        """Return by how much the mean gap of each family is above the parent's, as a fraction."""


class LLMAnalyst:
    """Asks the model that wrote a candidate, where its gap is another one than that of its first parent."""

    def __init__(self, author: LLMAuthor, problem: Problem, gaps: FamilyChanges, prompt_tokens: int) -> None:
        self._author = author
        self._problem = problem
        self._gaps = gaps
        self._prompt_tokens = prompt_tokens

    def prepare(self, request: Request, source: str, evaluation: Evaluation) -> Request | None:
        """Make the question; there is none where nothing changed."""
        parents = request.proposal.parents
        if not parents or (parents[0].fitness, parents[0].lower) == (evaluation.fitness, evaluation.lower):
            return None
        change, families = parents[0].fitness - evaluation.fitness, self._gaps.change(parents[0], evaluation)
        messages = insight_prompt(self._problem, parents[0].source, source, families, change, self._prompt_tokens)
        return replace(request, messages=messages, worst=self._author.worst_of(messages, request.model))

    async def write(self, question: Request, evaluation: Evaluation) -> tuple[tuple[Attempt, ...], tuple[Insight, ...]]:
        """Ask, and read the insights out of the reply.

        Raises:
            RecordingError: in a replay, the call was not recorded.
        """
        proposal = question.proposal
        try:
            answer = await self._author.ask_about(question.messages, question.model, question.sample)
        except RecordingError as error:
            raise RecordingError(f"Analysis of candidate {proposal.ordinal}: {error}") from None
        if answer.text is None:
            return answer.attempts, ()
        families = self._gaps.change(proposal.parents[0], evaluation)
        return answer.attempts, read_insights(answer.text, proposal.ordinal, families)
