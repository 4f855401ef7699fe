"""One candidate from its draft to its outcome: constants set, screened, evaluated, analysed, each by one call."""

from dataclasses import replace

from evaluators import Evaluation, Failure, FailureKind
from evo.core.context import Insight
from evo.core.protocols import Analyst, CandidateEvaluator
from evo.core.records import AnswerFormat, Attempt, Request
from evo.core.steps import Drafted, Evaluated
from evo.search.duplicates import PlacedCandidates
from evo.search.window import Window
from problems import Split


class Pipeline:
    """Evaluates drafts, several at a time; what a draft meets depends on the candidates before its window alone.

    With `novelty` a draft that decides on the probe instances like an earlier, no longer candidate is not evaluated.
    Nothing is recorded here.
    """

    def __init__(
        self, evaluator: CandidateEvaluator, window: Window, novelty: bool = False, analyst: Analyst | None = None
    ) -> None:
        self._evaluator = evaluator
        self._placed = PlacedCandidates(window)
        self._novelty = novelty
        self._analyst = analyst

    async def evaluate(self, drafted: Drafted) -> Evaluated:
        """Return what comes of a draft on train; its source is then the one with constants set."""
        request, draft = drafted.request, drafted.draft
        if draft.source is None:
            return Evaluated(request, draft, Failure(FailureKind.REJECTED, draft.reason))
        source = await self._with_constants(drafted, draft.source)
        if isinstance(source, Failure):
            return Evaluated(request, draft, source)
        draft = replace(draft, source=source)
        fingerprint = await self._evaluator.fingerprint(source) if self._novelty else ""
        if isinstance(fingerprint, Failure):
            return Evaluated(request, draft, fingerprint)
        outcome = await self._screen(drafted, source, fingerprint) or await self._evaluator.evaluate(source)
        return Evaluated(request, draft, outcome, fingerprint)

    def repeat_of(self, step: Evaluated) -> int | None:
        """Return the first candidate of the same syntax if it was placed before this one was proposed."""
        return self._placed.same_syntax(step.ordinal, step.outcome.facts)

    def question(self, step: Evaluated) -> Request | None:
        """Return what the analyst would ask of a candidate; None where nothing is to be learnt, or it was asked."""
        if self._analyst is None or step.insights is not None or step.draft.source is None:
            return None
        if not isinstance(step.outcome, Evaluation) or self.repeat_of(step) is not None:
            return None
        return self._analyst.prepare(step.request, step.draft.source, step.outcome)

    async def analyse(self, question: Request, step: Evaluated) -> tuple[tuple[Attempt, ...], tuple[Insight, ...]]:
        """Ask; return every attempt and the insights, none where there was no answer."""
        if self._analyst is None or not isinstance(step.outcome, Evaluation):
            return (), ()
        return await self._analyst.write(question, step.outcome)

    def add(self, step: Evaluated) -> None:
        """Take note of a placed candidate: later ones that are alike are known by it."""
        self._placed.add(step)

    def restore(self, step: Evaluated) -> None:
        """Take over the outcome of a recorded candidate, so that no source is evaluated again."""
        if step.draft.source is not None and not step.is_screened_out:
            self._evaluator.memory.keep(step.draft.source, Split.TRAIN, step.outcome)

    async def _with_constants(self, drafted: Drafted, source: str) -> str | Failure:
        """Return the source with its open constants set, where the operator asked for such ones."""
        if drafted.proposal.operator.answer != AnswerFormat.TUNE:
            return source
        return await self._evaluator.tune(source)

    async def _screen(self, drafted: Drafted, source: str, fingerprint: str) -> Failure | None:
        """Return that the candidate is predicted to do as an earlier one that is no longer than it, if so."""
        if not fingerprint or drafted.proposal.operator.twins:
            return None
        facts = await self._evaluator.read(source)
        if isinstance(facts, Failure) or self._placed.same_syntax(drafted.ordinal, facts) is not None:
            return None
        twin = self._placed.same_decisions(drafted.ordinal, fingerprint, facts.size)
        if twin is None:
            return None
        message = f"decides like candidate {twin} on the probe instances, and is not shorter"
        return Failure(FailureKind.TWIN, message, facts=facts)
