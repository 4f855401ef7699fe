"""Where a conversation first differs from the one, of many, that is most like it."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import zip_longest

from evo.core.records import Message

SHOWN = 80

Messages = Sequence[Message]


def first_difference(asked: Messages, recorded: Sequence[Messages]) -> str:
    """Return one line: the message, its first line that differs, and how both have it."""
    lines = _lines(asked)
    nearest = max(recorded, key=lambda other: SequenceMatcher(None, _lines(other), lines, False).quick_ratio())
    for number, one in enumerate(asked, 1):
        other = nearest[number - 1].content if number <= len(nearest) else ""
        if one.content != other:
            return f"message {number} ({one.role}) differs from the nearest recorded one, {_first(one.content, other)}"
    return f"it ends after message {len(asked)}, the nearest recorded one does not"


def _lines(messages: Messages) -> list[str]:
    return [line for message in messages for line in message.content.splitlines()]


def _first(one: str, other: str) -> str:
    pairs = enumerate(zip_longest(one.split("\n"), other.split("\n"), fillvalue="(no line)"), 1)
    number, (ours, theirs) = next((number, pair) for number, pair in pairs if pair[0] != pair[1])
    return f"first in line {number}: asked {ours[:SHOWN]!r}, recorded {theirs[:SHOWN]!r}"
