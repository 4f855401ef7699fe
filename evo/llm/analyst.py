"""The analyst that asks language models what a change helps and what it hurts."""

from dataclasses import replace

from evaluators import Evaluation
from evo.background import Insight
from evo.candidate import Attempt, Request
from evo.chronicle import Chronicle
from evo.llm.author import LLMAuthor
from evo.llm.insights import insight_prompt, read_insights
from evo.llm.recording import RecordingError
from problems import Problem


class LLMAnalyst:
    """Asks the model that wrote a candidate, where its gap is another one than that of its first parent."""

    def __init__(self, author: LLMAuthor, problem: Problem, chronicle: Chronicle, prompt_tokens: int) -> None:
        self._author = author
        self._problem = problem
        self._chronicle = chronicle
        self._prompt_tokens = prompt_tokens

    def prepare(self, request: Request, source: str, evaluation: Evaluation) -> Request | None:
        """Make the question; there is none where nothing changed."""
        parents = request.proposal.parents
        if not parents or (parents[0].fitness, parents[0].lower) == (evaluation.fitness, evaluation.lower):
            return None
        change, families = parents[0].fitness - evaluation.fitness, self._chronicle.change(parents[0], evaluation)
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
        families = self._chronicle.change(proposal.parents[0], evaluation)
        return answer.attempts, read_insights(answer.text, proposal.ordinal, families)
