"""Who takes part in a search: authors, the evaluator, the analyst; each protocol has what the search asks of it."""

from typing import Protocol

from evaluators import Evaluation, Facts, Failure, Memory, Outcome
from evo.core.context import Context, Insight
from evo.core.records import Attempt, Draft, Notices, Proposal, Request
from problems import Split


class Author(Protocol):
    """Writes a candidate for a proposal, in two steps so that the intent is recorded before anything is sent."""

    def prepare(self, proposal: Proposal, context: Context = Context()) -> Request:  # noqa: B008 frozen
        """Make the request, in the order of the ordinals: deterministic in what was asked so far, nothing is sent."""

    def remember(self, request: Request) -> Request:
        """Take note of a request from the record, in the same order, and return it with its worst case."""

    async def write(self, request: Request) -> Draft:
        """Return the draft; every failure of the model or the network is a draft without source."""

    def notices(self) -> Notices:
        """Return what a spectator may want to know, nothing mostly."""

    async def close(self) -> None:
        """Release connections."""


class CandidateEvaluator(Protocol):
    """Scores sources; `evaluators.Evaluator` is the one of every run."""

    @property
    def memory(self) -> Memory:
        """What is known of sources seen before."""

    async def evaluate(self, source: str, split: Split = Split.TRAIN) -> Outcome:
        """Return the outcome on one split."""

    async def read(self, source: str) -> Facts | Failure:
        """Return what its syntax tells."""

    async def fingerprint(self, source: str) -> str | Failure:
        """Return the hash of what it decides on the probe instances."""

    async def tune(self, source: str) -> str | Failure:
        """Return the source with the best values for the constants that it leaves open."""


class Analyst(Protocol):
    """Asks what is to be learnt of a candidate."""

    def prepare(self, request: Request, source: str, evaluation: Evaluation) -> Request | None:
        """Make the question, None where there is none; nothing is sent."""

    async def write(self, question: Request, evaluation: Evaluation) -> tuple[tuple[Attempt, ...], tuple[Insight, ...]]:
        """Ask; return every attempt and the insights, none where there was no answer."""
