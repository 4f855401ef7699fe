"""Who writes candidates: the protocol of the embedded author and of the LLM author."""

from typing import Protocol

from evo.candidate import Draft, Proposal, Request


class Author(Protocol):
    """Writes a candidate for a proposal, in two steps so that the intent is recorded before anything is sent."""

    def prepare(self, proposal: Proposal) -> Request:
        """Make the request: pure, deterministic in the proposal, nothing is sent."""

    async def write(self, request: Request) -> Draft:
        """Return the draft; every failure of the model or the network is a draft without source."""

    async def close(self) -> None:
        """Release connections."""
