"""A function of Python in the place of a language model: from the text of a prompt to a reply."""

import asyncio
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.metadata import entry_points

from evo.authors.llm.contract import Completion, ErrorKind, LLMError, Price, Sampling
from evo.authors.llm.plain_text import completion, prompt_text
from evo.core.errors import UserError
from evo.core.records import Message

GROUP = "evo.authors"
"""The entry points of such functions."""
Reply = Callable[[str], str]


class FunctionLLM:
    """Asks a function, in a thread of its own for each call; what it raises is a call that brought no reply."""

    def __init__(self, function: Reply, model: str, price: Price | None, timeout: float | None = None) -> None:
        self.model = model
        self.price = price
        self._function = function
        self._timeout = timeout

    async def complete(self, messages: Sequence[Message], sampling: Sampling) -> Completion:
        """Ask once; the tokens are estimates. A call that takes longer than the limit is given up, not ended."""
        try:
            async with asyncio.timeout(self._timeout):
                reply = await asyncio.to_thread(self._function, prompt_text(messages))
        except TimeoutError as error:
            raise LLMError(ErrorKind.OTHER, f"{self.model} took longer than {self._timeout} s") from error
        except Exception as error:
            raise LLMError(ErrorKind.OTHER, f"{type(error).__name__}: {' '.join(str(error).split())}") from error
        if not isinstance(reply, str):
            raise LLMError(ErrorKind.OTHER, f"Expected a text from {self.model}, got {type(reply).__name__}")
        return completion(reply, messages, self.price, sampling.max_tokens)

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
    except (ImportError, AttributeError, TypeError, ValueError, SyntaxError) as error:
        advice = "--config-dir names the folder of a module of your own"
        raise UserError(f"llm.model={place}: {error}; {advice}.") from error
    return function
