"""The search: propose, write, evaluate, add, migrate, record.

In steady state: several candidates are under way at once, each takes these steps by itself, and all are placed in the
order of their ordinals. What a proposal sees is said in `evo.search.window`.
"""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from evaluators import Evaluation, Failure, FailureKind
from evo.callbacks.events import Placed
from evo.core.errors import ForeignCodeError, MachineError
from evo.core.protocols import Author
from evo.core.records import Draft, Notices, Proposal, Request
from evo.core.steps import Begun, Drafted, Evaluated, request_of
from evo.search.budget import Ledger
from evo.search.context_tracker import ContextTracker
from evo.search.pipeline import Pipeline
from evo.search.population import SEED, Population, improved
from evo.search.recorder import Recorder
from evo.search.unusable_replies import UnusableReplies
from evo.search.window import Proposals, Window
from evo.store import RecordedPlacement

UNREACHABLE_IN_A_ROW = 5
"""So many drafts in a row without any reply end the search."""


class Phase(StrEnum):
    """What a run is at; before these its references are computed."""

    BASELINES = "baselines"
    SEARCH = "search"
    VALIDATION = "validation"
    TEST = "test"
    DRAWINGS = "drawings"


@dataclass(slots=True)
class Tally:
    """What a spectator may want to see: how many were placed, how they ended, what is under way.

    `writing` has the model of each open reply and when it was asked, in seconds of the monotonic clock, by ordinal;
    `evaluating` counts candidates in the sandbox. `to_beat` is the best baseline on train with its gaps.
    """

    placed: int = 0
    endings: Counter[str] = field(default_factory=Counter)
    failed_replies: int = 0
    phase: Phase = Phase.BASELINES
    to_beat: tuple[str, tuple[float, ...]] | None = None
    writing: dict[int, tuple[str, float]] = field(default_factory=dict)
    evaluating: int = 0
    earlier_seconds: float = 0.0
    started: float = field(default_factory=time.monotonic)
    search_started: float | None = None

    @property
    def failed(self) -> int:
        """How many failed; a twin did not, it is sound and was left out."""
        return sum(self.endings[kind] for kind in FailureKind if kind is not FailureKind.TWIN)

    @property
    def elapsed(self) -> float:
        """Wall seconds of the run, those of the search before a resume included."""
        return self.earlier_seconds + time.monotonic() - self.started

    @property
    def searched(self) -> float:
        """Wall seconds of the search alone, those before a resume included: the baselines are scored before it."""
        since = 0.0 if self.search_started is None else time.monotonic() - self.search_started
        return self.earlier_seconds + since


class Engine:
    """Runs the search of one population; `context` tells authors of lineage, `notify` hears of what was placed.

    `unusable` says when a model's replies are not worth asking for.
    """

    def __init__(
        self,
        population: Population,
        author: Author,
        pipeline: Pipeline,
        recorder: Recorder,
        window: Window,
        context: ContextTracker | None = None,
        notify: Callable[[Placed], None] | None = None,
        unusable: UnusableReplies | None = None,
    ) -> None:
        self.population = population
        self.tally = Tally()
        self._author = author
        self._pipeline = pipeline
        self._recorder = recorder
        self._window = window
        self._proposals = Proposals(population, window)
        self._context = context
        self._notify = notify
        self._unusable = unusable
        self._next = 0
        self._unreachable = 0

    @property
    def ledger(self) -> Ledger:
        """What was spent and what is reserved."""
        return self._recorder.ledger

    @property
    def notices(self) -> Notices:
        """What there is to tell of who writes."""
        return self._author.notices()

    async def plant(self, seeds: Mapping[str, str], entropy: int, begun: Mapping[int, Begun]) -> None:
        """Evaluate the seeds and place them on every island; those already placed (before a resume) are passed over.

        Raises:
            ForeignCodeError: a seed fails.
        """
        steps = [
            self._develop(begun[ordinal] if ordinal in begun else self._seed(ordinal, name, source, entropy))
            for ordinal, (name, source) in enumerate(seeds.items())
            if ordinal >= self._next
        ]
        for step in await asyncio.gather(*steps):
            if isinstance(step.outcome, Failure):
                raise ForeignCodeError(f"{step.request.model} fails ({step.outcome.kind}): {step.outcome.message}")
            self._place(step)

    async def search(self, begun: Sequence[Begun] = ()) -> str:
        """Go on until the budget is used up or replies are useless, steps begun before a resume first; return why.

        Raises:
            MachineError: the model was out of reach for several candidates in a row.
        """
        self.tally.phase, self.tally.search_started = Phase.SEARCH, time.monotonic()
        in_flight = deque(self._begin(step) for step in begun)
        stop: str | None = None
        held: Request | None = None  # it waits for what is in flight to cost less than its worst
        try:
            while True:
                while stop is None and len(in_flight) < self._window.size:
                    request = held or self._propose()
                    held, stop = None, self.ledger.refusal(request, self.tally.searched)
                    if stop is None:
                        in_flight.append(self._begin(request))
                    elif in_flight and self.ledger.room_may_come(request, self.tally.searched):
                        held, stop = request, None
                        break
                if not in_flight:
                    return stop or "nothing was asked"
                self._place(await in_flight[0])
                in_flight.popleft()
                if stop is None and self._unusable is not None:
                    stop = self._unusable.reason
        finally:
            for task in in_flight:
                task.cancel()
            await asyncio.gather(*in_flight, return_exceptions=True)

    def restore(self, step: Evaluated) -> tuple[RecordedPlacement, ...]:
        """Place a recorded candidate again: archives, ledger and tally are then as they were, nothing is written."""
        if step.proposal.operator != SEED:
            self.ledger.count(step.proposal)
        self._pipeline.restore(step)
        return self._add(step)

    def _seed(self, ordinal: int, name: str, source: str, entropy: int) -> Drafted:
        request = Request(Proposal(ordinal, 0, SEED, (), entropy), model=f"seed {name}")
        self._recorder.seed(request)
        return self._recorder.draft(request, Draft(source))

    def _propose(self) -> Request:
        """Have the next proposal made ready, with what is known of its parents."""
        proposal = self._proposals.take(self._next)
        if self._context is None or proposal.operator.author != "llm":
            return self._author.prepare(proposal)
        last = self._window.last_seen_by(proposal.ordinal)
        return self._author.prepare(proposal, self._context.context(proposal.parents, last))

    def _begin(self, step: Begun) -> asyncio.Task[Evaluated]:
        self._recorder.begin(step)
        self._next = request_of(step).proposal.ordinal + 1
        return asyncio.create_task(self._develop(step))

    async def _develop(self, step: Begun) -> Evaluated:
        """Write, evaluate, analyse, from wherever a candidate stands; what comes is recorded at once."""
        if isinstance(step, Request):
            step = self._reached(self._recorder.draft(step, await self._write(step)))
        if not isinstance(step, Evaluated):
            drafted, step = step, await self._evaluate(step)
            self._recorder.outcome(drafted, step, self._pipeline.repeat_of(step))
        return await self._analyse(step)

    async def _write(self, request: Request) -> Draft:
        ordinal = request.proposal.ordinal
        if request.proposal.operator.author == "llm":
            self.tally.writing[ordinal] = (request.model, time.monotonic())
        try:
            return await self._author.write(request)
        finally:
            self.tally.writing.pop(ordinal, None)

    async def _evaluate(self, step: Drafted) -> Evaluated:
        self.tally.evaluating += 1
        try:
            return await self._pipeline.evaluate(step)
        finally:
            self.tally.evaluating -= 1

    def _reached(self, step: Drafted) -> Drafted:
        """Count drafts in a row that never got a reply.

        Raises:
            MachineError: there are too many.
        """
        if step.proposal.operator.author != "llm":
            return step
        self._unreachable = self._unreachable + 1 if step.draft.unreachable else 0
        if self._unreachable >= UNREACHABLE_IN_A_ROW:
            raise MachineError(
                f"{step.request.model} is out of reach ({step.draft.reason}); `evo resume` goes on from here."
            )
        return step

    async def _analyse(self, step: Evaluated) -> Evaluated:
        """Ask what is to be learnt of a candidate, if that is wanted, has not been done, and can be paid for."""
        question = self._pipeline.question(step)
        if question is None or not self.ledger.affords(question.worst):
            return step
        self._recorder.question(question)
        attempts, insights = await self._pipeline.analyse(question, step)
        self._recorder.insights(question, attempts, insights)
        return Evaluated(step.request, step.draft, step.outcome, step.fingerprint, insights)

    def _place(self, step: Evaluated) -> None:
        placements = self._add(step)
        self._recorder.placements(step.ordinal, placements, self.tally.searched)
        if self._unusable is not None:
            self._unusable.add(step)
        if self._notify is not None:
            self._notify(self._event(step, placements))

    def _add(self, step: Evaluated) -> tuple[RecordedPlacement, ...]:
        """Add a candidate to the archives, migrate when it is time, draw what may be proposed now."""
        bests = len(self.population.bests)
        added = self.population.add(step.proposal, step.draft.source, step.outcome, step.draft.usage)
        placements = (*added, *self.population.migrate(step.ordinal))
        self._pipeline.add(step)
        if self._context is not None:
            self._context.add(step.request, step.draft.source, step.outcome, step.insights or ())
        self._next = max(self._next, step.ordinal + 1)
        self._proposals.draw_after(step.ordinal)
        self.ledger.since_best = 0 if len(self.population.bests) > bests else self.ledger.since_best + 1
        self.tally.placed += 1
        self.tally.endings[step.ending(improved(placements))] += 1
        has_failed = isinstance(step.outcome, Failure) and step.outcome.kind is not FailureKind.TWIN
        self.tally.failed_replies += has_failed and step.proposal.operator.author == "llm"
        return placements

    def _event(self, step: Evaluated, placements: Sequence[RecordedPlacement]) -> Placed:
        best = self.population.best
        return Placed(
            ordinal=step.ordinal,
            operator=step.proposal.operator.name,
            model=step.request.model,
            ending=step.ending(improved(placements)),
            gap=step.outcome.gap.scaled if isinstance(step.outcome, Evaluation) else None,
            placed=self.tally.placed,
            seconds=self.tally.searched,
            spent=self.ledger.spent,
            best=None if best is None else best.ordinal,
            best_gap=None if best is None else best.gaps[0],
            elites={island.name: len(island.archive) for island in self.population.islands},
            source=best.source if best is not None and best.ordinal == step.ordinal else None,
        )
