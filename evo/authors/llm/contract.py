"""What every language model is to us: one call, one kind of error, one price."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import isfinite
from typing import Protocol

from evo.core.records import Message, Usage

BLANKS = re.compile(r"[ \t]+")
WORDY = re.compile(r"[A-Za-z]+(?: [A-Za-z]+)*")
SYSTEM_TOKENS = 32
REFUSAL = "refusal: "
ONLY_THOUGHT = "only thought"
PING = (Message("user", "Say OK."),)


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a reply is drawn; None leaves a number to the provider, for models that refuse it.

    `sample` counts the equal prompts that were asked before; it is not sent, recordings tell replies apart by it.
    """

    temperature: float | None = 0.9
    top_p: float | None = 0.95
    max_tokens: int = 1024
    sample: int = 0

    def __post_init__(self) -> None:
        if self.temperature is not None and not 0 <= self.temperature <= 2:
            raise ValueError(f"Expected temperature in [0, 2], got {self.temperature}.")
        if self.top_p is not None and not 0 < self.top_p <= 1:
            raise ValueError(f"Expected top_p in (0, 1], got {self.top_p}.")
        if self.max_tokens < 1:
            raise ValueError(f"Expected max_tokens >= 1, got {self.max_tokens}.")
        if self.sample < 0:
            raise ValueError(f"Expected sample >= 0, got {self.sample}.")


@dataclass(frozen=True, slots=True)
class CallOptions:
    """How a provider wants a call: the name of the answer's limit, further fields and headers, a stream of parts."""

    limit_name: str = "max_tokens"
    reasoning_effort: str = ""
    body: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    stream: bool = False


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens, and on top for each call."""

    prompt: float
    completion: float
    call: float = 0.0

    def __post_init__(self) -> None:
        for value, unit in ((self.prompt, "million tokens"), (self.completion, "million tokens"), (self.call, "call")):
            if not (isfinite(value) and value >= 0):
                raise ValueError(f"Expected a price >= 0 USD per {unit}, got {value}.")

    def dollars(self, prompt_tokens: int, completion_tokens: int) -> float:
        """Return what one call with these tokens costs."""
        return (self.prompt * prompt_tokens + self.completion * completion_tokens) / 1e6 + self.call


@dataclass(frozen=True, slots=True)
class Completion:
    """A reply: its text (empty when the model said nothing), what it cost, and the provider's word on why it ended.

    `raw_usage` is the provider's own usage as JSON; empty where it gave none and the tokens are our estimate. Where
    there is no text, `finish` may begin with `REFUSAL`, followed by the model's words, or be `ONLY_THOUGHT`.
    """

    text: str
    usage: Usage
    raw_usage: str = ""
    finish: str = ""


class ErrorKind(StrEnum):
    """What can be done about an error: wait and try again, mend the account, shorten the prompt, ask otherwise."""

    RETRYABLE = "retryable"
    AUTH = "auth"
    CONTEXT = "context"
    REFUSED = "refused"
    OTHER = "other"


class LLMError(Exception):
    """A call that brought no reply; it took `seconds`, and the server asked for `retry_after` seconds of rest.

    `lost`: it was sent, the provider may charge for it. `final`: asking again brings nothing, whatever the kind.
    `without`: the field that is left out from now on.
    """

    def __init__(
        self,
        kind: ErrorKind,
        message: str,
        retry_after: float | None = None,
        lost: bool = False,
        final: bool = False,
        without: str = "",
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.retry_after = retry_after
        self.lost = lost
        self.final = final
        self.without = without
        self.seconds = 0.0


class LLM(Protocol):
    """A language model. Implementations send one request per call: the retry loop is ours."""

    @property
    def model(self) -> str:
        """The name that the provider knows and that the run records."""

    @property
    def price(self) -> Price | None:
        """What it costs; None where nobody said."""

    async def complete(self, messages: Sequence[Message], sampling: Sampling) -> Completion:
        """Ask once.

        Raises:
            LLMError: no reply came.
        """

    async def ping(self) -> tuple[str, ...]:
        """Ask the endpoint for a sign of life, as cheaply as it can be had; return what models it lists, if it does.

        Raises:
            LLMError: none came.
        """

    async def close(self) -> None:
        """Release connections."""


def cost(price: Price | None, prompt_tokens: int, completion_tokens: int) -> Usage:
    """Return the usage of one call; its dollars are unknown where the price is."""
    dollars = None if price is None else price.dollars(prompt_tokens, completion_tokens)
    return Usage(prompt_tokens, completion_tokens, dollars)


def tokens_at_most(text: str) -> int:
    """Return an upper estimate: a token per three letters of words, and per digit, sign, blank and other byte.

    Tokenizers in use give a token per four bytes of prose and code, but some one per digit; a run of blanks is one.
    """
    packed = BLANKS.sub(" ", text)
    wordy = sum(map(len, WORDY.findall(packed)))
    return len(packed.encode("utf-8", "replace")) - wordy + -(-wordy // 3)


def shortened(text: str, most_tokens: int) -> str:
    """Return the beginning of a text that has at most so many tokens by the upper estimate."""
    while (tokens := tokens_at_most(text)) > most_tokens:
        text = text[: len(text) * most_tokens // tokens]
    return text


def prompt_tokens_at_most(messages: Sequence[Message]) -> int:
    """Return an upper estimate of a prompt's tokens: eight a message for the chat template, which may add words too."""
    return SYSTEM_TOKENS + sum(tokens_at_most(message.content) + 8 for message in messages)
