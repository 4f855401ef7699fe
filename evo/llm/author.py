"""The author that asks a language model: render, ask, extract."""

import asyncio
from collections.abc import Sequence

from evo.candidate import Draft, Operator, Proposal, Request, Usage
from evo.llm.contract import LLM, Sampling, cost, prompt_tokens_at_most
from evo.llm.extract import extract
from evo.llm.prompt import check_operator, render
from evo.llm.retry import Retry, Sleep, ask
from problems import Problem


class LLMAuthor:
    """Writes candidates by asking `llm`; at most `concurrency` calls are open at once.

    A request's worst case counts every try of `retry` at its full length: the budget's cap then holds whatever happens.
    """

    def __init__(
        self,
        problem: Problem,
        llm: LLM,
        operators: Sequence[Operator],
        sampling: Sampling,
        retry: Retry,
        concurrency: int = 8,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        if concurrency < 1:
            raise ValueError(f"Expected concurrency >= 1, got {concurrency}.")
        for operator in operators:
            check_operator(operator)
        self._problem = problem
        self._llm = llm
        self._sampling = sampling
        self._retry = retry
        self._open = asyncio.Semaphore(concurrency)
        self._sleep = sleep

    def prepare(self, proposal: Proposal) -> Request:
        """Render the prompt and bound its cost: pure, nothing is sent."""
        messages = render(proposal, self._problem)
        tries = self._retry.tries
        worst = cost(self._llm.price, tries * prompt_tokens_at_most(messages), tries * self._sampling.max_tokens)
        return Request(proposal, self._llm.model, messages, worst)

    async def write(self, request: Request) -> Draft:
        """Ask, and take the code out of the reply; every failure is a draft without source."""
        async with self._open:
            answer = await ask(
                self._llm, request.messages, self._sampling, self._one_try(request), self._retry, self._sleep
            )
        if answer.text is None:
            return Draft(None, answer.reason, answer.attempts, answer.unreachable)
        names = [signature.name for signature in self._problem.signatures]
        extraction = extract(answer.text, names)
        return Draft(extraction.source, extraction.reason, answer.attempts)

    async def close(self) -> None:
        """Release the model's connections."""
        await self._llm.close()

    def _one_try(self, request: Request) -> Usage:
        return cost(self._llm.price, prompt_tokens_at_most(request.messages), self._sampling.max_tokens)
