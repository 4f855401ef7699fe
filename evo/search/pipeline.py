"""A candidate from its request to its outcome: written, tuned, screened, evaluated, analysed, each step recorded."""

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Protocol

from evaluators import Evaluation, Facts, Failure, FailureKind, Memory, Outcome
from evo.core.context import Insight
from evo.core.protocols import Author
from evo.core.records import AnswerFormat, Attempt, Draft, Request, total
from evo.core.step import SearchError, Step
from evo.search.budget import Ledger
from evo.search.context import Chronicle
from evo.store import RunStore
from problems import Split

UNREACHABLE_IN_A_ROW = 5


class Judge(Protocol):
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


@dataclass(frozen=True, slots=True)
class Study:
    """What is looked at beside a candidate's score: lineage for prompts, whether it is a twin, what an analyst says."""

    chronicle: Chronicle | None = None
    novelty: bool = False
    analyst: Analyst | None = None


class Developer:
    """Develops candidates, several at a time; what a candidate meets depends on those placed `window` before it."""

    def __init__(
        self,
        author: Author,
        evaluator: Judge,
        store: RunStore,
        ledger: Ledger,
        window: int,
        study: Study,
    ) -> None:
        self._author = author
        self._evaluator = evaluator
        self._store = store
        self._ledger = ledger
        self._window = window
        self._novelty = study.novelty
        self._analyst = study.analyst
        self._first: dict[str, int] = {}
        self._alike: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        self._unreachable = 0

    async def develop(self, step: Step) -> Step:
        """Bring a step to its outcome, from wherever it stands."""
        if step.draft is None:
            step = self.drafted(step, await self._author.write(step.request))
        if step.outcome is None:
            step = await self._judged(step)
        return await self._analysed(step)

    def drafted(self, step: Step, draft: Draft) -> Step:
        """Record what the author returned.

        Raises:
            SearchError: the model was out of reach for several candidates in a row.
        """
        self._store.record_draft(step.request, draft)
        self._ledger.settle(step.ordinal, draft)
        self._unreachable = self._unreachable + 1 if draft.unreachable else 0
        if self._unreachable >= UNREACHABLE_IN_A_ROW:
            raise SearchError(f"{step.request.model} is out of reach ({draft.reason}); `evo resume` goes on from here.")
        return replace(step, draft=draft)

    def placed(self, step: Step) -> None:
        """Remember a placed candidate's syntax and decisions: later ones that are alike are known by them."""
        if step.outcome is None or step.outcome.facts is None or is_twin(step.outcome):
            return
        self._first.setdefault(step.outcome.facts.digest, step.ordinal)
        if step.fingerprint and isinstance(step.outcome, Evaluation):
            self._alike[step.fingerprint].append((step.ordinal, step.outcome.facts.size))

    async def _judged(self, step: Step) -> Step:
        assert step.draft is not None, "a step is drafted before it is judged"
        if step.draft.source is None:
            return self._with_outcome(step, Failure(FailureKind.REJECTED, step.draft.reason))
        source = await self._tuned(step, step.draft.source)
        if isinstance(source, Failure):
            return self._with_outcome(step, source)
        step = replace(step, draft=replace(step.draft, source=source))
        fingerprint = await self._evaluator.fingerprint(source) if self._novelty else ""
        if isinstance(fingerprint, Failure):
            return self._with_outcome(step, fingerprint)
        step = replace(step, fingerprint=fingerprint)
        return self._with_outcome(step, await self._twin(step, source) or await self._evaluator.evaluate(source))

    async def _tuned(self, step: Step, source: str) -> str | Failure:
        """Return the source with its open constants set, where the operator asked for such ones."""
        if step.request.proposal.operator.answer != AnswerFormat.TUNE:
            return source
        tuned = await self._evaluator.tune(source)
        if isinstance(tuned, str) and tuned != source:
            self._store.record_tuned(step.ordinal, tuned)
        return tuned

    async def _twin(self, step: Step, source: str) -> Failure | None:
        """Return that the candidate is predicted to be the twin of an earlier one that is no longer than it, if so.

        Equal syntax is no twin but a repeat, which shares the outcome.
        """
        if not step.fingerprint or step.request.proposal.operator.twins:
            return None
        facts = await self._evaluator.read(source)
        if isinstance(facts, Failure) or self._earlier(step.ordinal, facts) is not None:
            return None
        for ordinal, size in self._alike[step.fingerprint]:
            if ordinal <= step.ordinal - self._window and size <= facts.size:
                message = f"decides like candidate {ordinal} on the probe instances, and is not shorter"
                return Failure(FailureKind.TWIN, message, facts=facts)
        return None

    def _with_outcome(self, step: Step, outcome: Outcome) -> Step:
        earlier = self._earlier(step.ordinal, outcome.facts)
        self._store.record_outcome(step.ordinal, outcome, earlier, step.fingerprint)
        return replace(step, outcome=outcome)

    def _earlier(self, ordinal: int, facts: Facts | None) -> int | None:
        """Return the same syntax's first ordinal if it was placed before this one was proposed, whatever the timing."""
        first = self._first.get(facts.digest) if facts else None
        return first if first is not None and first <= ordinal - self._window else None

    async def _analysed(self, step: Step) -> Step:
        """Ask what is to be learnt of a candidate, if that is wanted, has not been done, and can be paid for."""
        question = self._question(step)
        if question is None or not isinstance(step.outcome, Evaluation):
            return step
        self._store.record_question(question)
        self._ledger.reserve_analysis(question)
        assert self._analyst is not None, "it asked"
        attempts, insights = await self._analyst.write(question, step.outcome)
        self._store.record_insights(question, attempts, insights)
        self._ledger.settle_analysis(question, total([attempt.usage for attempt in attempts]))
        return replace(step, insights=insights)

    def _question(self, step: Step) -> Request | None:
        if self._analyst is None or step.insights is not None or step.draft is None or step.draft.source is None:
            return None
        if not isinstance(step.outcome, Evaluation) or self._earlier(step.ordinal, step.outcome.facts) is not None:
            return None
        question = self._analyst.prepare(step.request, step.draft.source, step.outcome)
        return question if question is not None and self._ledger.affords(question.worst) else None


def is_twin(outcome: Outcome) -> bool:
    """Whether a candidate was screened out: nothing is known of its syntax then, and another one may be evaluated."""
    return isinstance(outcome, Failure) and outcome.kind is FailureKind.TWIN
