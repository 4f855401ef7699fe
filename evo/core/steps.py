"""One candidate on its way through the search: asked for, drafted, evaluated. Each step is a value that comes back."""

from dataclasses import dataclass

from evaluators import Evaluation, Failure, FailureKind, Outcome
from evo.core.context import Insight
from evo.core.records import Draft, Proposal, Request


@dataclass(frozen=True, slots=True)
class Drafted:
    """A request with what its author wrote."""

    request: Request
    draft: Draft

    @property
    def proposal(self) -> Proposal:
        """What was asked for."""
        return self.request.proposal

    @property
    def ordinal(self) -> int:
        """The candidate's id in the run."""
        return self.request.proposal.ordinal


@dataclass(frozen=True, slots=True)
class Evaluated(Drafted):
    """A draft with its outcome on train: it can be placed.

    `fingerprint` is that of its decisions on the probe instances, where they were looked at; `insights` is None until
    an analysis is answered.
    """

    outcome: Outcome
    fingerprint: str = ""
    insights: tuple[Insight, ...] | None = None

    @property
    def is_screened_out(self) -> bool:
        """Whether it was not evaluated because it decides like an earlier one: of its syntax nothing is known then."""
        return isinstance(self.outcome, Failure) and self.outcome.kind is FailureKind.TWIN

    def ending(self, took_a_cell: bool) -> str:
        """Return in a word what became of it: elite, passed over, or why it failed."""
        if isinstance(self.outcome, Evaluation):
            return "elite" if took_a_cell else "passed over"
        return self.outcome.kind


Begun = Request | Drafted | Evaluated
"""How far a candidate had come when its run was stopped."""


def request_of(begun: Begun) -> Request:
    """Return what was asked for."""
    return begun if isinstance(begun, Request) else begun.request
