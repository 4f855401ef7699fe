"""Who writes candidates: the protocol of the embedded author and of the LLM author."""

from typing import Protocol

from evo.core.context import Background
from evo.core.records import Draft, Proposal, Request


class Author(Protocol):
    """Writes a candidate for a proposal, in two steps so that the intent is recorded before anything is sent."""

    def prepare(self, proposal: Proposal, background: Background = Background()) -> Request:  # noqa: B008 frozen
        """Make the request, in the order of the ordinals: deterministic in what was asked so far, nothing is sent."""

    def remember(self, request: Request) -> Request:
        """Take note of a request from the record, in the same order, and return it with its worst case."""

    async def write(self, request: Request) -> Draft:
        """Return the draft; every failure of the model or the network is a draft without source."""

    async def close(self) -> None:
        """Release connections."""
