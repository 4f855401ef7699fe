"""The search: propose, write, evaluate, add, record, migrate, in steady state and in the order of the ordinals."""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from evaluators import Evaluation, Failure, Outcome
from evo.callbacks.events import Placed
from evo.core.context import Background
from evo.core.protocols import Author
from evo.core.records import Candidate, Draft, Proposal, Request, Usage, total
from evo.core.step import SearchError, Step
from evo.search.budget import Ledger
from evo.search.pipeline import Developer, Judge, Study, is_twin
from evo.search.population import SEED, Population, improved
from evo.store import RecordedPlacement, RunStore
from problems import Split


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
        study: Study = Study(),  # noqa: B008 frozen
        tell: Callable[[Placed], None] | None = None,
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
        self._chronicle = study.chronicle
        self._developer = Developer(author, evaluator, store, ledger, window, study)
        self._tell = tell
        self._next = 0
        self._seeds = 0
        self._drawn: dict[int, Proposal] = {}

    async def plant(self, seeds: Mapping[str, str], entropy: int, begun: Mapping[int, Step]) -> None:
        """Evaluate the seeds and place them on every island; those already placed (before a resume) are passed over.

        Raises:
            SearchError: a seed fails.
        """
        steps = []
        self._seeds = len(seeds)
        for ordinal, (name, source) in enumerate(seeds.items()):
            if ordinal < self._next:
                continue
            step = begun.get(ordinal)
            if step is None:
                step = Step(Request(Proposal(ordinal, 0, SEED, (), entropy), model=f"seed {name}"))
                self._store.record_intent(step.request)
            steps.append(self._developer.develop(step if step.draft else self._developer.drafted(step, Draft(source))))
        for step in await asyncio.gather(*steps):
            if isinstance(step.outcome, Failure):
                raise SearchError(f"{step.request.model} fails ({step.outcome.kind}): {step.outcome.message}")
            self._place(step)

    async def search(self, begun: Sequence[Step] = ()) -> str:
        """Go on until the budget is used up, the steps begun before a resume first; return why it stopped.

        Raises:
            SearchError: the model was out of reach for several candidates in a row.
        """
        in_flight = deque(asyncio.create_task(self._developer.develop(self._begun_again(step))) for step in begun)
        stop: str | None = None
        held: Request | None = None  # it waits for what is in flight to cost less than its worst
        try:
            while True:
                while stop is None and len(in_flight) < self._window:
                    request = held or self._request(self._proposal(self._next))
                    held, stop = None, self.ledger.refusal(request, self.tally.elapsed)
                    if stop is None:
                        in_flight.append(asyncio.create_task(self._developer.develop(self._intended(request))))
                    elif in_flight and self.ledger.room_may_come(request, self.tally.elapsed):
                        held, stop = request, None
                        self._draw_ahead(self._next + 1, self._next - len(in_flight) + self._window)
                        break
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
        if step.draft is not None and step.draft.source is not None and not is_twin(step.outcome):
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

    def _draw_ahead(self, first: int, last: int) -> None:
        """Draw what may be proposed now but has to wait, so that it sees no later placements."""
        for ordinal in range(first, last):
            if ordinal not in self._drawn:
                self._drawn[ordinal] = self.population.propose(ordinal)

    def _proposal(self, ordinal: int) -> Proposal:
        drawn = self._drawn.pop(ordinal, None)
        return self.population.propose(ordinal) if drawn is None else drawn

    def _request(self, proposal: Proposal) -> Request:
        """Have the proposal made ready, with what was known of its parents when it could be drawn."""
        last = max(self._seeds - 1, proposal.ordinal - self._window)
        known = Background() if self._chronicle is None else self._chronicle.background(proposal.parents, last)
        return self._author.prepare(proposal, known)

    def _place(self, step: Step) -> None:
        placements = self._add(step)
        self._store.record_placements(step.ordinal, placements, self.tally.elapsed)
        if self._tell is not None:
            self._tell(self._event(step, placements))

    def _event(self, step: Step, placements: Sequence[RecordedPlacement]) -> Placed:
        assert step.outcome is not None, "a step is evaluated before it is placed"
        best = self.population.best
        return Placed(
            ordinal=step.ordinal,
            operator=step.request.proposal.operator.name,
            model=step.request.model,
            ending=_ending(step.outcome, improved(placements)),
            gap=step.outcome.gap.scaled if isinstance(step.outcome, Evaluation) else None,
            placed=self.tally.placed,
            seconds=self.tally.elapsed,
            spent=self.ledger.spent,
            best=None if best is None else best.ordinal,
            best_gap=None if best is None else best.gaps[0],
            elites={island.name: len(island.archive) for island in self.population.islands},
            source=best.source if best is not None and best.ordinal == step.ordinal else None,
        )

    def _add(self, step: Step) -> tuple[RecordedPlacement, ...]:
        assert step.draft is not None, "a step is drafted before it is placed"
        assert step.outcome is not None, "a step is evaluated before it is placed"
        bests = len(self.population.bests)
        usage = usage_of(step.draft)
        placements = self.population.place(step.request.proposal, step.draft.source, step.outcome, usage)
        self._next = max(self._next, step.ordinal + 1)
        self._developer.placed(step)
        if self._chronicle is not None:
            self._chronicle.note(step.request, step.outcome, step.insights or ())
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
            self._store.record_score(ordinal, Split.VALIDATION, evaluation)
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


def usage_of(draft: Draft) -> Usage:
    """Return what a draft cost, the same live as from the record."""
    return total([attempt.usage for attempt in draft.attempts])


def _ending(outcome: Outcome, was_improved: bool) -> str:
    if isinstance(outcome, Failure):
        return outcome.kind
    return "elite" if was_improved else "passed over"
