"""One candidate on its way through the search."""

from dataclasses import dataclass

from evaluators import Outcome
from evo.core.context import Insight
from evo.core.records import Draft, Request


class SearchError(Exception):
    """The search cannot go on; the message says why and what to do. What is recorded stays recorded."""


@dataclass(frozen=True, slots=True)
class Step:
    """What is asked, and what has come so far.

    `fingerprint` is that of its decisions on the probe instances, where they were looked at; `insights` is None until
    an analysis is answered.
    """

    request: Request
    draft: Draft | None = None
    outcome: Outcome | None = None
    fingerprint: str = ""
    insights: tuple[Insight, ...] | None = None

    @property
    def ordinal(self) -> int:
        """The candidate's id in the run."""
        return self.request.proposal.ordinal
