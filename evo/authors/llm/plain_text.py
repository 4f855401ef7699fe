"""Whoever knows texts alone, a program or a person: the prompt as one text, and a reply whose tokens are estimated."""

from collections.abc import Sequence

from evo.authors.llm.contract import Completion, Price, cost, prompt_tokens_at_most, shortened, tokens_at_most
from evo.core.records import Message

MOST_BYTES = 2**20
"""What is longer is no reply."""
CUT = "length"
EARLIER = "Your answer was:\n\n"


def prompt_text(messages: Sequence[Message]) -> str:
    """Return all messages as one text; of a conversation that went on the earlier answers are named as such."""
    parts = [f"{EARLIER * (message.role == 'assistant')}{message.content.strip()}" for message in messages]
    return "\n\n".join(parts) + "\n"


def completion(reply: str, messages: Sequence[Message], price: Price | None, most_tokens: int) -> Completion:
    """Return a reply at the upper estimate of its tokens, cut at its limit as a provider would: caps always hold."""
    text = shortened(reply, most_tokens)
    usage = cost(price, prompt_tokens_at_most(messages), tokens_at_most(text))
    return Completion(text, usage, finish="" if text == reply else CUT)
