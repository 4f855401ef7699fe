"""A language model that says what it was told to say: for tests and rehearsals."""

from collections.abc import Sequence
from dataclasses import dataclass

from evo.authors.llm.contract import (
    Completion,
    ErrorKind,
    LLMError,
    Price,
    Sampling,
    cost,
    prompt_tokens_at_most,
    tokens_at_most,
)
from evo.core.records import Message


@dataclass(frozen=True, slots=True)
class ReceivedCall:
    """One call, as it came."""

    messages: tuple[Message, ...]
    sampling: Sampling


class ScriptedLLM:
    """Gives its replies in turn, raises those that are errors, and keeps in `asked` what it was asked."""

    def __init__(
        self, replies: Sequence[str | Completion | LLMError], model: str = "scripted", price: Price | None = None
    ) -> None:
        self.model = model
        self.price = Price(0.0, 0.0) if price is None else price
        self.asked: list[ReceivedCall] = []
        self.closed = False
        self._replies = tuple(replies)

    async def complete(self, messages: Sequence[Message], sampling: Sampling) -> Completion:
        """Give the next reply; past the last one there is an error of kind other."""
        position = len(self.asked)
        self.asked.append(ReceivedCall(tuple(messages), sampling))
        if position >= len(self._replies):
            raise LLMError(ErrorKind.OTHER, f"the script has only {len(self._replies)} replies")
        reply = self._replies[position]
        if isinstance(reply, LLMError):
            raise reply
        if isinstance(reply, Completion):
            return reply
        return Completion(reply, cost(self.price, prompt_tokens_at_most(messages), tokens_at_most(reply)))

    async def ping(self) -> tuple[str, ...]:
        """Be there."""
        return ()

    async def close(self) -> None:
        """Remember it."""
        self.closed = True
