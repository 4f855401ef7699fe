"""The one retry loop: every try is recorded, none is endless."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from evo.candidate import Attempt, Message, Usage
from evo.llm.contract import LLM, Completion, ErrorKind, LLMError, Sampling

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Retry:
    """How often to ask and how long to wait in between, in seconds; the wait doubles up to `longest`."""

    tries: int = 4
    first: float = 1.0
    longest: float = 60.0

    def __post_init__(self) -> None:
        if self.tries < 1:
            raise ValueError(f"Expected tries >= 1, got {self.tries}.")
        if not 0 <= self.first <= self.longest:
            raise ValueError(f"Expected 0 <= first <= longest, got {self.first} and {self.longest}.")

    def wait(self, failures: int, retry_after: float | None) -> float:
        """Return the seconds to wait after so many failures, no less than the server asked for, up to `longest`."""
        backoff = self.first * 2.0 ** min(failures - 1, 30)
        return min(max(backoff, retry_after or 0.0), self.longest)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the loop brought: the text, or None with the reason; `unreachable` as in `Draft`."""

    text: str | None
    reason: str
    attempts: tuple[Attempt, ...]
    unreachable: bool = False


async def ask(
    llm: LLM,
    messages: Sequence[Message],
    sampling: Sampling,
    worst: Usage,
    retry: Retry,
    sleep: Sleep = asyncio.sleep,
) -> Answer:
    """Ask until there is a text, an error that asking again does not mend, or `retry.tries` is used up.

    A try that was sent and brought nothing may be charged for: it is recorded at `worst`, the most one try can cost.
    """
    attempts: list[Attempt] = []
    while True:
        started = perf_counter()
        try:
            completion = await llm.complete(messages, sampling)
        except LLMError as error:
            usage = replace(worst if error.lost else Usage(), seconds=perf_counter() - started)
            charged = " (counted at its worst case)" if error.lost else ""
            reason = f"{error.kind}: {error}{charged}"
            attempts.append(Attempt(llm.model, usage, error=reason))
            again, retry_after = error.kind is ErrorKind.RETRYABLE, error.retry_after
            faulty = error.kind not in (ErrorKind.CONTEXT, ErrorKind.REFUSED)
        else:
            usage = replace(completion.usage, seconds=perf_counter() - started)
            reason = _silence(completion, sampling)
            attempts.append(Attempt(llm.model, usage, completion.text, reason or None, completion.raw_usage))
            if not reason:
                return Answer(completion.text, "", tuple(attempts))
            again, retry_after = completion.finish not in ("length", "content_filter"), None
            faulty = False
        if not again or len(attempts) >= retry.tries:
            silent = all(attempt.reply is None for attempt in attempts)
            return Answer(None, reason, tuple(attempts), unreachable=faulty and silent)
        await sleep(retry.wait(len(attempts), retry_after))


def _silence(completion: Completion, sampling: Sampling) -> str:
    """Return why there is no text, or nothing: a model that thinks may use its tokens up before it speaks."""
    if completion.text.strip():
        return ""
    if completion.finish == "length":
        return f"empty reply: all {sampling.max_tokens} tokens were used up, by thinking perhaps; raise llm.max_tokens"
    if completion.finish == "content_filter":
        return f"{ErrorKind.REFUSED}: the provider's filter held the reply back"
    return "empty reply"
