"""What happens to a candidate, written to the record and charged to the ledger at once: the one writer of a search."""

from collections.abc import Sequence

from evo.core.context import Insight
from evo.core.records import Attempt, Draft, Request, total
from evo.core.steps import Begun, Drafted, Evaluated
from evo.search.budget import Ledger
from evo.store import RecordedPlacement, RunStore


class Recorder:
    """Each call is one short transaction, so that nothing paid for is lost."""

    def __init__(self, store: RunStore, ledger: Ledger) -> None:
        self._store = store
        self.ledger = ledger

    def seed(self, request: Request) -> None:
        """Record a seed, which nobody is asked for."""
        self._store.record_intent(request)

    def begin(self, step: Begun) -> None:
        """Record a request before it is sent, and reserve what it costs at worst; count what a stopped run had begun.

        A request that never got its reply is recorded again: its first intent stays charged.
        """
        if isinstance(step, Request):
            self._store.record_intent(step)
            self.ledger.reserve(step)
        else:
            self.ledger.count(step.proposal)

    def draft(self, request: Request, draft: Draft) -> Drafted:
        """Record what the author returned, and what it really cost."""
        self._store.record_draft(request, draft)
        self.ledger.settle(request.proposal.ordinal, draft)
        return Drafted(request, draft)

    def outcome(self, drafted: Drafted, step: Evaluated, repeat_of: int | None) -> None:
        """Record the outcome on train, and the source where its constants were set since it was drafted."""
        source = step.draft.source
        if source is not None and source != drafted.draft.source:
            self._store.record_tuned(step.ordinal, source)
        self._store.record_outcome(step.ordinal, step.outcome, repeat_of, step.fingerprint)

    def question(self, question: Request) -> None:
        """Record that a candidate is to be analysed, and reserve what that costs at worst."""
        self._store.record_question(question)
        self.ledger.reserve_analysis(question)

    def insights(self, question: Request, attempts: Sequence[Attempt], insights: Sequence[Insight]) -> None:
        """Record what the analysis brought, and what it really cost."""
        self._store.record_insights(question, attempts, insights)
        self.ledger.settle_analysis(question, total([attempt.usage for attempt in attempts]))

    def placements(self, ordinal: int, placements: Sequence[RecordedPlacement], seconds: float) -> None:
        """Record what the archives answered when it was this candidate's turn, `seconds` after the run began."""
        self._store.record_placements(ordinal, placements, seconds)
