"""The search: propose, write, evaluate, add, record, migrate, in steady state and in the order of the ordinals."""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from evaluators import Evaluation, Failure, FailureKind, Memory, Outcome
from evo.author import Author
from evo.budget import Ledger
from evo.candidate import Candidate, Draft, Proposal, Request
from evo.population import SEED, Population, improved
from evo.store import RecordedPlacement, RunStore
from problems import Split

UNREACHABLE_IN_A_ROW = 5


class Judge(Protocol):
    """Scores sources; `evaluators.Evaluator` is the one of every run."""

    @property
    def memory(self) -> Memory:
        """What is known of sources seen before."""

    async def evaluate(self, source: str, split: Split = Split.TRAIN) -> Outcome:
        """Return the outcome on one split."""


class SearchError(Exception):
    """The search cannot go on; the message says why and what to do. What is recorded stays recorded."""


@dataclass(frozen=True, slots=True)
class Step:
    """One candidate on its way: what is asked, and what has come so far."""

    request: Request
    draft: Draft | None = None
    outcome: Outcome | None = None

    @property
    def ordinal(self) -> int:
        """The candidate's id in the run."""
        return self.request.proposal.ordinal


@dataclass(slots=True)
class Tally:
    """What a spectator may want to see: how many were placed, how they ended, how many are under way."""

    placed: int = 0
    endings: Counter[str] = field(default_factory=Counter)
    in_flight: int = 0
    earlier_seconds: float = 0.0
    started: float = field(default_factory=time.monotonic)

    @property
    def elapsed(self) -> float:
        """Wall seconds of the run, those before a resume included."""
        return self.earlier_seconds + time.monotonic() - self.started


class Engine:
    """Runs the search: at most `window` candidates in flight; proposal i sees the placements up to i − window.

    What is seen depends on the window and never on the number of workers, so equal seeds give equal archives.
    """

    def __init__(
        self,
        population: Population,
        author: Author,
        evaluator: Judge,
        store: RunStore,
        ledger: Ledger,
        window: int,
    ) -> None:
        if window < 1:
            raise ValueError(f"Expected window >= 1, got {window}.")
        self.population = population
        self.ledger = ledger
        self.tally = Tally()
        self._author = author
        self._evaluator = evaluator
        self._store = store
        self._window = window
        self._next = 0
        self._first: dict[str, int] = {}
        self._drawn: dict[int, Proposal] = {}
        self._unreachable = 0

    async def plant(self, seeds: Mapping[str, str], entropy: int, begun: Mapping[int, Step]) -> None:
        """Evaluate the seeds and place them on every island; those already placed (before a resume) are passed over.

        Raises:
            SearchError: a seed fails.
        """
        steps = []
        for ordinal, (name, source) in enumerate(seeds.items()):
            if ordinal < self._next:
                continue
            step = begun.get(ordinal)
            if step is None:
                step = Step(Request(Proposal(ordinal, 0, SEED, (), entropy), model=f"seed {name}"))
                self._store.record_intent(step.request)
            steps.append(self._develop(step if step.draft else self._drafted(step, Draft(source))))
        for step in await asyncio.gather(*steps):
            if isinstance(step.outcome, Failure):
                raise SearchError(f"{step.request.model} fails ({step.outcome.kind}): {step.outcome.message}")
            self._place(step)

    async def search(self, begun: Sequence[Step] = ()) -> str:
        """Go on until the budget is used up, the steps begun before a resume first; return why it stopped.

        Raises:
            SearchError: the model was out of reach for several candidates in a row.
        """
        in_flight = deque(asyncio.create_task(self._develop(self._begun_again(step))) for step in begun)
        stop: str | None = None
        try:
            while True:
                while stop is None and len(in_flight) < self._window:
                    request = self._author.prepare(self._proposal(self._next))
                    stop = self.ledger.refusal(request, self.tally.elapsed)
                    if stop is None:
                        in_flight.append(asyncio.create_task(self._develop(self._intended(request))))
                self.tally.in_flight = len(in_flight)
                if not in_flight:
                    return stop or "nothing was asked"
                self._place(await in_flight[0])
                in_flight.popleft()
        finally:
            for task in in_flight:
                task.cancel()
            await asyncio.gather(*in_flight, return_exceptions=True)

    def recall(self, step: Step) -> tuple[RecordedPlacement, ...]:
        """Place a recorded step again: archives, ledger and tally are then as they were, nothing is written."""
        assert step.outcome is not None, "a step is evaluated before it is placed"
        if step.request.proposal.operator != SEED:
            self.ledger.candidates += 1
        if step.draft is not None and step.draft.source is not None:
            self._evaluator.memory.keep(step.draft.source, Split.TRAIN, step.outcome)
        placements = self._add(step)
        self._draw_again(step)
        return placements

    def _draw_again(self, step: Step) -> None:
        """Draw what may be proposed now: a run that its budget stopped has placed more when a larger one goes on."""
        is_seed = step.request.proposal.operator == SEED
        last = step.ordinal + self._window
        for ordinal in range(step.ordinal + 1 if is_seed else last, last + 1):
            self._drawn[ordinal] = self.population.propose(ordinal)
        self._drawn.pop(step.ordinal, None)

    def _proposal(self, ordinal: int) -> Proposal:
        drawn = self._drawn.pop(ordinal, None)
        return self.population.propose(ordinal) if drawn is None else drawn

    def _place(self, step: Step) -> None:
        placements = self._add(step)
        self._store.record_placements(step.ordinal, placements, self.tally.elapsed)

    def _add(self, step: Step) -> tuple[RecordedPlacement, ...]:
        assert step.draft is not None, "a step is drafted before it is placed"
        assert step.outcome is not None, "a step is evaluated before it is placed"
        bests = len(self.population.bests)
        placements = self.population.place(step.request.proposal, step.draft.source, step.outcome)
        self._next = max(self._next, step.ordinal + 1)
        if step.outcome.facts is not None:
            self._first.setdefault(step.outcome.facts.digest, step.ordinal)
        self.ledger.since_best = 0 if len(self.population.bests) > bests else self.ledger.since_best + 1
        self.tally.placed += 1
        self.tally.endings[_ending(step.outcome, improved(placements))] += 1
        return placements

    async def validate(self, candidates: Sequence[Candidate], known: Mapping[int, Evaluation]) -> dict[int, Evaluation]:
        """Score candidates on validation, by ordinal; `known` ones are taken over, failing ones are left out."""
        wanted = [candidate for candidate in candidates if candidate.ordinal not in known]
        outcomes = await asyncio.gather(*(self._evaluator.evaluate(c.source, Split.VALIDATION) for c in wanted))
        scored = {c.ordinal: o for c, o in zip(wanted, outcomes, strict=True) if isinstance(o, Evaluation)}
        for ordinal, evaluation in scored.items():
            self._store.record_evaluation(ordinal, evaluation)
        return {**{c.ordinal: known[c.ordinal] for c in candidates if c.ordinal in known}, **scored}

    def _intended(self, request: Request) -> Step:
        self._store.record_intent(request)
        return self._reserved(Step(request))

    def _begun_again(self, step: Step) -> Step:
        if step.draft is None:  # its first intent stays charged, so the next one is recorded too
            self._store.record_intent(step.request)
        return self._reserved(step)

    def _reserved(self, step: Step) -> Step:
        self.ledger.reserve(step.request)
        self._next = step.ordinal + 1
        return step

    async def _develop(self, step: Step) -> Step:
        if step.draft is None:
            step = self._drafted(step, await self._author.write(step.request))
        if step.outcome is None:
            step = replace(step, outcome=await self._judge(step))
        return step

    def _drafted(self, step: Step, draft: Draft) -> Step:
        self._store.record_draft(step.request, draft)
        self.ledger.settle(step.ordinal, draft)
        self._unreachable = self._unreachable + 1 if draft.unreachable else 0
        if self._unreachable >= UNREACHABLE_IN_A_ROW:
            raise SearchError(f"{step.request.model} is out of reach ({draft.reason}); `evo resume` goes on from here.")
        return replace(step, draft=draft)

    async def _judge(self, step: Step) -> Outcome:
        assert step.draft is not None, "a step is drafted before it is judged"
        outcome: Outcome
        if step.draft.source is None:
            outcome = Failure(FailureKind.REJECTED, step.draft.reason)
        else:
            outcome = await self._evaluator.evaluate(step.draft.source)
        self._store.record_outcome(step.ordinal, outcome, self._earlier(step.ordinal, outcome))
        return outcome

    def _earlier(self, ordinal: int, outcome: Outcome) -> int | None:
        """Return the same syntax's first ordinal if it was placed before this one was proposed, whatever the timing."""
        first = self._first.get(outcome.facts.digest) if outcome.facts else None
        return first if first is not None and first <= ordinal - self._window else None


def _ending(outcome: Outcome, was_improved: bool) -> str:
    if isinstance(outcome, Failure):
        return outcome.kind
    return "elite" if was_improved else "passed over"
