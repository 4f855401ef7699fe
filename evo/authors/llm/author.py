"""The author that asks language models: render, ask, read the answer; when it is unusable, say why and ask again."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from evo.authors.llm.code_blocks import Extraction
from evo.authors.llm.conditions import Conditions
from evo.authors.llm.contract import Price, prompt_tokens_at_most, shortened, tokens_at_most
from evo.authors.llm.models import Model
from evo.authors.llm.prompt import render
from evo.authors.llm.recording import RecordingError
from evo.authors.llm.reply_to_source import read_answer
from evo.authors.llm.retry import ModelAnswer, RetryAllowance
from evo.authors.llm.templates import check_operator
from evo.core.context import Context
from evo.core.records import Attempt, Draft, Message, Notices, Operator, Proposal, Request, Usage, total
from problems import Problem

REASON_TOKENS = 200
CUT = "the reply was cut at its limit of {most} tokens (llm.max_tokens)"
SHORTER = (2, 4, 8)
"""By what the room for prompts is divided, in turn, where a provider finds one too long."""
AGAIN = "That cannot be used: {reason}\nAnswer again, as asked above."
MENDING_TOKENS = tokens_at_most(AGAIN) + REASON_TOKENS + 16
"""The most that a turn adds to the prompt besides the reply, the templates of its two messages included."""


class LLMAuthor:
    """Writes candidates by asking the model that the proposal names; the next in `fallback` when it is out of reach.

    A reply without usable code is answered with the reason, `mend` times, in the same conversation. A request's worst
    case covers all of it: the budget's cap holds whatever happens.
    """

    def __init__(
        self,
        problem: Problem,
        models: Sequence[Model],
        operators: Sequence[Operator],
        fallback: Sequence[str] = (),
        mend: int = 1,
        prompt_tokens: int = 4000,
        conditions: Conditions = Conditions(),  # noqa: B008 frozen
    ) -> None:
        for operator in operators:
            check_operator(operator)
        self._problem = problem
        self.models = tuple(models)
        self._models = {model.name: model for model in models}
        self._first = models[0].name
        self._fallback = tuple(fallback)
        self._mend = mend
        self._prompt_tokens = prompt_tokens
        self._conditions = conditions
        self._askers: defaultdict[str, set[int]] = defaultdict(set)
        self._contexts: dict[int, Context] = {}

    def prices(self) -> Mapping[str, Price | None]:
        """Return the price of each model by its name; None where nobody said."""
        return {name: model.price for name, model in self._models.items()}

    def prepare(self, proposal: Proposal, context: Context = Context()) -> Request:  # noqa: B008 frozen
        """Render the prompt and bound its cost; nothing is sent. The proposals come in the order of their ordinals."""
        prompt = render(proposal, self._problem, context, self._prompt_tokens, self._conditions)
        name = proposal.model or self._first
        self._contexts[proposal.ordinal] = context
        return self.remember(Request(proposal, name, prompt.messages, instruction=prompt.instruction))

    def remember(self, request: Request) -> Request:
        """Count a request, new or from the record, and return it with its sample index and its worst case.

        A resumed run gives all its recorded requests again, in the order of their ordinals.
        """
        askers = self._askers[_digest(request.messages)]
        sample = sum(ordinal < request.proposal.ordinal for ordinal in askers)
        askers.add(request.proposal.ordinal)
        worst = self.worst_of(request.messages, request.model, self._mend)
        return replace(request, sample=sample, worst=worst)

    def worst_of(self, messages: Sequence[Message], model: str, mend: int = 0) -> Usage:
        """Return the most that asking may cost: all models in their order, lost calls, and `mend` further turns."""
        return self.worst_at(prompt_tokens_at_most(messages), model, mend)

    def worst_at(self, prompt_tokens: int, model: str, mend: int = 0) -> Usage:
        """Return the same for a prompt of this size.

        Each model may be charged for one call; every further one is a turn, or takes from the retries that all share.
        """
        order = self._order(model)
        once = [one.worst(prompt_tokens) for one in order]
        longest = [one.worst(prompt_tokens + mend * (MENDING_TOKENS + one.sampling.max_tokens)) for one in order]
        return total([*once, *[_largest(longest)] * (mend + order[0].retry.retries)])

    async def write(self, request: Request) -> Draft:
        """Ask, and take the code out of the reply; every failure is a draft without source.

        Raises:
            RecordingError: in a replay, the call was not recorded.
        """
        try:
            return await self._write(request)
        except RecordingError as error:
            raise RecordingError(f"Candidate {request.proposal.ordinal}: {error}") from None

    async def ask_about(self, messages: tuple[Message, ...], model: str = "", sample: int = 0) -> ModelAnswer:
        """Ask for an analysis: the text as it comes, with all attempts; `worst_of` says what it may cost."""
        order = self._order(model)
        _, answer = await self._reached(order, messages, sample, RetryAllowance(order[0].retry.retries))
        return answer

    def notices(self) -> Notices:
        """Return which models are out of reach, for how long they are waited for, and what they are asked without."""
        told = [model.contact.notices(name, model.clock) for name, model in self._models.items()]
        return Notices(tuple(text for one in told for text in one.now), tuple(t for one in told for t in one.lasting))

    async def close(self) -> None:
        """Release the models' connections."""
        for model in self._models.values():
            await model.llm.close()

    async def _write(self, request: Request) -> Draft:
        order = self._order(request.model)
        allowance = RetryAllowance(order[0].retry.retries)
        messages = request.messages
        model, answer = await self._reached(order, messages, request.sample, allowance)
        context = self._contexts.pop(request.proposal.ordinal, None)
        for shorter in self._shorter(request.proposal, context) if answer.too_long else ():
            if not answer.too_long:
                break
            messages, earlier = shorter, answer.attempts
            answer = await model.ask(messages, request.sample, allowance)
            told = tuple(replace(attempt, messages=messages) for attempt in answer.attempts)
            answer = replace(answer, attempts=earlier + told)
        if answer.text is None:
            return Draft(None, answer.reason, answer.attempts, answer.unreachable)
        extraction = self._read(answer, model, request.proposal)
        attempts = answer.attempts
        for _ in range(self._mend):
            if extraction.source is not None or answer.text is None:
                break
            messages = (*messages, *_turn(answer.text, extraction.reason, model.sampling.max_tokens))
            answer = await model.ask(messages, request.sample, allowance)
            attempts += tuple(replace(attempt, messages=messages) for attempt in answer.attempts)
            if answer.text is not None:
                extraction = self._read(answer, model, request.proposal)
        return Draft(extraction.source, extraction.reason, attempts)

    def _shorter(self, proposal: Proposal, context: Context | None) -> Iterator[tuple[Message, ...]]:
        """Yield shorter and shorter prompts; none for a request from the record, of which nothing else is known."""
        for divisor in SHORTER if context is not None else ():
            try:
                room = self._prompt_tokens // divisor
                yield render(proposal, self._problem, context or Context(), room, self._conditions).messages
            except ValueError:  # there is no room for less
                return

    async def _reached(
        self, order: Sequence[Model], messages: tuple[Message, ...], sample: int, allowance: RetryAllowance
    ) -> tuple[Model, ModelAnswer]:
        """Ask the models in turn until one is in reach; return it with its answer, and the attempts of all."""
        attempts: tuple[Attempt, ...] = ()
        for model in order:
            answer = await model.ask(messages, sample, allowance)
            attempts += answer.attempts
            if not answer.unreachable:
                break
        return model, replace(answer, attempts=attempts)

    def _order(self, name: str) -> list[Model]:
        """Return the model of this name (the first one for an empty name) and those that stand in for it.

        Raises:
            ValueError: there is no such model.
        """
        asked = name or self._first
        if asked not in self._models:
            raise ValueError(f"Expected a model of {', '.join(self._models)}, got {asked!r}.")
        return [self._models[each] for each in dict.fromkeys((asked, *self._fallback))]

    def _read(self, answer: ModelAnswer, model: Model, proposal: Proposal) -> Extraction:
        """Take the code out of the reply; of one that was cut within its code that is the reason."""
        reply = answer.text or ""
        parents = (
            [parent.source for parent in proposal.parents] if proposal.broken is None else [proposal.broken.source]
        )
        names, headers = zip(*((one.name, one.header()) for one in self._problem.signatures), strict=True)
        extraction = read_answer(reply, proposal.operator, parents, names, headers)
        if not answer.cut:
            return extraction
        cut = CUT.format(most=model.sampling.max_tokens)
        if extraction.source is None:
            return Extraction(None, f"{cut}: {extraction.reason}")
        last = extraction.source.rstrip().rpartition("\n")[2].strip()
        return Extraction(None, f"{cut} within the code") if reply.rstrip().endswith(last) else extraction


def _digest(messages: Sequence[Message]) -> str:
    text = "\0".join(f"{message.role}\0{message.content}" for message in messages)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _turn(reply: str, reason: str, most_tokens: int) -> tuple[Message, Message]:
    """Return the model's own reply, shortened to what it may have, and what is wrong with it."""
    again = AGAIN.format(reason=shortened(reason, REASON_TOKENS))
    return Message("assistant", shortened(reply, most_tokens)), Message("user", again)


def _largest(usages: Sequence[Usage]) -> Usage:
    """Return the largest of each number; dollars are unknown when one of them is."""
    dollars = [usage.dollars for usage in usages if usage.dollars is not None]
    return Usage(
        max(usage.prompt_tokens for usage in usages),
        max(usage.completion_tokens for usage in usages),
        max(dollars) if len(dollars) == len(usages) else None,
    )
