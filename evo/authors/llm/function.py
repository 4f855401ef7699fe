"""A function of Python in the place of a language model: from the text of a prompt to a reply."""

import asyncio
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.metadata import entry_points

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
from evo.core.errors import UserError
from evo.core.records import Message

GROUP = "evo.authors"
"""The entry points of such functions."""
Reply = Callable[[str], str]


class FunctionLLM:
    """Asks a function, in a thread of its own for each call; what it raises is a call that brought no reply."""

    def __init__(self, function: Reply, model: str, price: Price | None) -> None:
        self.model = model
        self.price = price
        self._function = function

    async def complete(self, messages: Sequence[Message], sampling: Sampling) -> Completion:  # noqa: ARG002 it has none
        """Ask once; the tokens are estimates."""
        prompt = "\n\n".join(message.content for message in messages)
        try:
            reply = await asyncio.to_thread(self._function, prompt)
        except Exception as error:
            raise LLMError(ErrorKind.OTHER, f"{type(error).__name__}: {' '.join(str(error).split())}") from error
        if not isinstance(reply, str):
            raise LLMError(ErrorKind.OTHER, f"Expected a text from {self.model}, got {type(reply).__name__}")
        return Completion(reply, cost(self.price, prompt_tokens_at_most(messages), tokens_at_most(reply)))

    async def ping(self) -> tuple[str, ...]:
        """Be there."""
        return ()

    async def close(self) -> None:
        """Hold nothing."""


def find_function(place: str) -> Reply:
    """Return the function at module:name, or of an entry point.

    Raises:
        UserError: there is none.
    """
    module, colon, name = place.partition(":")
    if not colon:
        found = {one.name: one for one in entry_points(group=GROUP)}
        if place not in found:
            known = f": {', '.join(sorted(found))}" if found else ""
            raise UserError(f"No installed package has {place!r} among the entry points of {GROUP}{known}.")
        function: Reply = found[place].load()
        return function
    try:
        function = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        advice = "--config-dir names the folder of a module of your own"
        raise UserError(f"llm.model={place}: {error}; {advice}.") from error
    return function
