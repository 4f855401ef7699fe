"""How fast a model is asked: calls at once, calls a minute, and the rest that it asks for, which all calls keep."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from math import inf
from typing import Protocol

from evo.authors.llm.contract import LLM, Completion, ErrorKind, LLMError, Sampling
from evo.core.records import Message


class Clock(Protocol):
    """The time, in seconds, and how to wait for it."""

    def now(self) -> float:
        """Return the time since some moment."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class LoopClock:
    """The clock of the event loop that runs."""

    def now(self) -> float:
        """Return the loop's time."""
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        """Wait in the loop."""
        await asyncio.sleep(seconds)


class PacedLLM:
    """Asks `llm` in the order of the callers, and measures each call without the time that it waited here.

    A server's Retry-After holds every call back, not only the one that was told; a call that would have to rest longer
    than `patience` seconds is not sent, and raises the error that the server would have given.
    """

    def __init__(
        self, llm: LLM, concurrency: int, per_minute: float | None, patience: float, clock: Clock | None = None
    ) -> None:
        self.model = llm.model
        self.price = llm.price
        self._llm = llm
        self._open = asyncio.Semaphore(concurrency)
        self._gate = asyncio.Lock()
        self._interval = 60.0 / per_minute if per_minute is not None else 0.0
        self._patience = patience
        self._clock = clock or LoopClock()
        self._next = -inf
        self._rested = -inf

    async def complete(self, messages: Sequence[Message], sampling: Sampling) -> Completion:
        """Wait for this call's turn, then ask once."""
        async with self._open:
            async with self._gate:
                await self._when_due()
            started = self._clock.now()
            try:
                completion = await self._llm.complete(messages, sampling)
            except LLMError as error:
                error.seconds = self._clock.now() - started
                self._rested = max(self._rested, self._clock.now() + (error.retry_after or 0.0))
                raise
            seconds = self._clock.now() - started
        return replace(completion, usage=replace(completion.usage, seconds=seconds))

    async def ping(self) -> tuple[str, ...]:
        """Ask for a sign of life, at once."""
        return await self._llm.ping()

    async def close(self) -> None:
        """Release the model's connections."""
        await self._llm.close()

    async def _when_due(self) -> None:
        """Wait until the next call may begin; a rest may be prolonged meanwhile."""
        while True:
            now = self._clock.now()
            if self._rested - now > self._patience:
                left = self._rested - now
                raise LLMError(ErrorKind.RETRYABLE, f"not sent, it rests for {left:.0f} s more", retry_after=left)
            wait = max(self._rested, self._next) - now
            if wait <= 0:
                self._next = now + self._interval
                return
            await self._clock.sleep(wait)
