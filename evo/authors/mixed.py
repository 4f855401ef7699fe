"""A run with a model and the embedded author: each writes what its operators ask for."""

from evo.authors.embedded import EmbeddedAuthor
from evo.authors.llm import LLMAuthor
from evo.core.context import Context
from evo.core.records import Draft, Notices, Proposal, Request


class MixedAuthor:
    """Hands each request to the author of its operator."""

    def __init__(self, models: LLMAuthor, embedded: EmbeddedAuthor) -> None:
        self.models = models
        self.embedded = embedded

    def prepare(self, proposal: Proposal, context: Context = Context()) -> Request:  # noqa: B008 frozen
        """Make the request, in the order of the ordinals."""
        return self._author(proposal).prepare(proposal, context)

    def remember(self, request: Request) -> Request:
        """Take note of a request from the record, in the same order, and return it with its worst case."""
        return self._author(request.proposal).remember(request)

    async def write(self, request: Request) -> Draft:
        """Return the draft."""
        return await self._author(request.proposal).write(request)

    def notices(self) -> Notices:
        """Return what there is to tell of the models."""
        return self.models.notices()

    async def close(self) -> None:
        """Release the connections to models."""
        await self.models.close()

    def _author(self, proposal: Proposal) -> LLMAuthor | EmbeddedAuthor:
        return self.models if proposal.operator.author == "llm" else self.embedded
