"""From source text to `Outcome`: a source is read in a confined child, run there if it is new, and scored outside."""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Hashable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from operator import truediv
from types import TracebackType
from typing import Any, TypeVar

from evaluators.fingerprint import ProbeSetResult, fingerprint_of, probe_indices, subset
from evaluators.outcome import Evaluation, Facts, Failure, FailureKind, Isolation, Outcome, Seconds
from evaluators.sandbox import Limits, Report, Worker
from evaluators.scoring import InstanceSet, RefutedReference, refuted, score, verified_values
from evaluators.syntax import Refused
from evaluators.tuning import tune
from problems import Counted, Kind, Problem, Solution, Split, kernels

TRIES = 12
log = logging.getLogger(__name__)
Key = TypeVar("Key", bound=Hashable)
Result = TypeVar("Result")


@dataclass(slots=True)
class Memory:
    """The results of sources seen before, so that none is evaluated twice: by text, and by normalised syntax."""

    facts: dict[str, Facts | Failure] = field(default_factory=dict)
    outcomes: dict[tuple[str, Split], Outcome] = field(default_factory=dict)
    probed: dict[str, ProbeSetResult | Failure] = field(default_factory=dict)

    def keep(self, source: str, split: Split, outcome: Outcome) -> None:
        """Store an outcome; a failure without facts was refused by the reader, so it is stored by its text alone.

        A candidate that was dismissed as a duplicate was not scored: only its facts are stored.
        """
        failure = outcome if isinstance(outcome, Failure) else None
        if outcome.facts is None:
            assert failure is not None, "every evaluation has facts"
            self.facts[text_key(source)] = failure
            return
        self.facts[text_key(source)] = outcome.facts
        if failure is None or failure.kind is not FailureKind.TWIN:
            self.outcomes[outcome.facts.digest, split] = outcome


def text_key(source: str) -> str:
    """Return the sha256 of a text, even of one that is not valid Unicode."""
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()


class Evaluator:
    """Evaluates sources on a pool of sandbox workers; an async context manager that owns their processes.

    `isolation` is the level that the probes proved at start.
    """

    def __init__(
        self,
        problem: Problem,
        sets: Mapping[Split, InstanceSet],
        limits: Limits,
        workers: int = 1,
        folders: Sequence[str] = (),
        required: Isolation = Isolation.C,
    ) -> None:
        if workers < 1:
            raise ValueError(f"Expected workers >= 1, got {workers}.")
        self.problem = problem
        self.sets = sets
        self.memory = Memory()
        self.isolation = required
        instances = {split: instance_set.instances for split, instance_set in sets.items()}
        # Compiling is nearly all that an algorithm costs: its probe is the whole evaluation, which is then remembered.
        self._whole = problem.kind is Kind.ALGORITHM
        probe = () if self._whole else probe_indices(instances.get(Split.TRAIN, ()))
        self._probe_set = subset(sets[Split.TRAIN], probe) if probe else None
        self._workers = [Worker(problem, instances, limits, folders, required, probe) for _ in range(workers)]
        self._limits, self._folders, self._required = limits, folders, required
        self._idle: asyncio.Queue[Worker] = asyncio.Queue()
        self._running: dict[tuple[str, Split], asyncio.Future[Outcome]] = {}
        self._new: dict[tuple[str, Split], asyncio.Future[Outcome]] = {}
        self._probing: dict[str, asyncio.Future[ProbeSetResult | Failure]] = {}

    async def __aenter__(self) -> "Evaluator":
        starting = asyncio.gather(*(worker.start() for worker in self._workers))
        await asyncio.sleep(0)  # the processes have what they need, and are busy
        kernels.warm()
        levels = await starting
        self.isolation = max(levels)
        for worker in self._workers:
            self._idle.put_nowait(worker)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.gather(*(worker.close() for worker in self._workers))

    async def evaluate(self, source: str, split: Split = Split.TRAIN) -> Outcome:
        """Return the outcome on one split; equal text gives the remembered outcome and costs nothing.

        Equal syntax gives it too: of programs, which are read first, before anything is run.
        """
        if self.problem.kind is not Kind.PROGRAM and text_key(source) not in self.memory.facts:
            return await run_once(self._new, (text_key(source), split), lambda: self._read_and_run(source, split))
        facts, reading = await self._read(source)
        if isinstance(facts, Failure):
            return facts
        key = (facts.digest, split)
        if key in self.memory.outcomes:
            return self.memory.outcomes[key]
        return await run_once(self._running, key, lambda: self._run(source, facts, split, reading))

    async def solution(self, source: str, split: Split, position: int) -> Solution | Failure:
        """Return the feasible solution of one instance; nothing is remembered.

        A rule or an algorithm solves the whole split for it, on a worker that is warm: that takes less time than to
        start one. A program may take seconds on each instance: it gets this one alone, in a worker of its own.
        """
        instance = self.sets[split].instances[position]
        if self.problem.kind is Kind.PROGRAM:
            worker = Worker(self.problem, {split: (instance,)}, self._limits, self._folders, self._required)
            try:
                await worker.start()
                report, place = await worker.run(source, split), 0
            finally:
                await worker.close()
        else:
            async with self._worker() as idle:
                report, place = await idle.run(source, split), position
        if report.failure is not None:
            return report.failure
        valued = verified_values(self.problem, (instance,), report.solutions[place : place + 1])
        return valued if isinstance(valued, Failure) else report.solutions[place]

    async def read(self, source: str) -> Facts | Failure:
        """Return the facts about the syntax of a source."""
        return (await self._read(source))[0]

    async def fingerprint(self, source: str) -> str | Failure:
        """Return the hash of what the source does on the probe set of train: equal hashes predict equal behaviour.

        A failure there is a failure of the candidate. A candidate gains nothing by recognising this job: a false
        fingerprint leads to a full evaluation, or to none. The probe set of algorithms is all of train.
        """
        probed = await self._probed(source)
        return probed if isinstance(probed, Failure) else probed.fingerprint

    async def fitness_on_probe(self, source: str) -> float | Failure:
        """Return the fitness on the probe set alone: not comparable with that of an evaluation."""
        probed = await self._probed(source)
        return probed if isinstance(probed, Failure) else probed.fitness

    async def tune(self, source: str, tries: int = TRIES) -> str | Failure:
        """Return the source with the values of its marks `TUNE(low, high)` that are the fittest on the probe set.

        At most `tries` points are scored; how many is logged. A source without marks comes back as it is.
        """
        try:
            result = await tune(source, self.fitness_on_probe, tries)
        except Refused as refused:
            return Failure(refused.kind, refused.message)
        if isinstance(result, Failure):
            return result
        log.info("Tuned constants: %d points scored, fitness %.6f on the probe set.", result.tried, result.fitness)
        return result.source

    async def _probed(self, source: str) -> ProbeSetResult | Failure:
        facts, reading = await self._read(source)
        if isinstance(facts, Failure):
            return facts
        outcome = self.memory.outcomes.get((facts.digest, Split.TRAIN))
        if isinstance(outcome, Failure):
            return outcome
        if facts.digest in self.memory.probed:
            return self.memory.probed[facts.digest]
        if self._whole:
            key = (facts.digest, Split.TRAIN)
            outcome = await run_once(self._running, key, lambda: self._run(source, facts, Split.TRAIN, reading))
            return outcome if isinstance(outcome, Failure) else self.memory.probed[facts.digest]
        return await run_once(self._probing, facts.digest, lambda: self._probe(source, facts, reading))

    async def _read(self, source: str) -> tuple[Facts | Failure, Seconds]:
        text = text_key(source)
        if text in self.memory.facts:
            return self.memory.facts[text], Seconds()
        async with self._worker() as worker:
            report = await worker.read(source)
        facts = report.failure or report.facts
        assert facts is not None, "a report holds facts or a failure"
        self.memory.facts[text] = facts
        return facts, report.seconds

    async def _read_and_run(self, source: str, split: Split) -> Outcome:
        async with self._worker() as worker:
            report = await worker.run(source, split)
        facts = report.facts or report.failure
        assert facts is not None, "a report holds facts or a failure"
        self.memory.facts[text_key(source)] = facts
        if isinstance(facts, Failure):
            return facts
        remembered = self.memory.outcomes.get((facts.digest, split))
        return remembered or self._outcome(facts, split, report, report.seconds)

    async def _run(self, source: str, facts: Facts, split: Split, reading: Seconds) -> Outcome:
        async with self._worker() as worker:
            report = await worker.run(source, split)
        return self._outcome(facts, split, report, sum_of(reading, report.seconds))

    def _outcome(self, facts: Facts, split: Split, report: Report, seconds: Seconds) -> Outcome:
        """Score what a run returned, and remember it."""
        scores = report.failure or score(self.problem, self.sets[split], report.solutions)
        outcome: Outcome
        if isinstance(scores, Failure):
            outcome = replace(scores, facts=facts, seconds=seconds)
        else:
            measures = {**scores.measures, "size": float(facts.size), **self._work(split, report)}
            outcome = Evaluation(
                split,
                facts,
                scores.values,
                scores.gaps,
                scores.gap,
                measures,
                seconds,
                scores.lower_values,
                report.repeats,
            )
            if self._whole and split is Split.TRAIN:
                self.memory.probed[facts.digest] = ProbeSetResult(fingerprint_of(report.solutions), outcome.fitness)
        self.memory.outcomes[facts.digest, split] = outcome
        return outcome

    async def _probe(self, source: str, facts: Facts, reading: Seconds) -> ProbeSetResult | Failure:
        if self._probe_set is None:
            raise ValueError("Expected instances of train to probe on.")
        async with self._worker() as worker:
            report = await worker.screen(source)
        scores = report.failure or score(self.problem, self._probe_set, report.solutions)
        probed: ProbeSetResult | Failure
        if isinstance(scores, Failure):
            probed = replace(scores, facts=facts, seconds=sum_of(reading, report.seconds))
        else:
            probed = ProbeSetResult(fingerprint_of(report.solutions), -scores.gap.scaled)
        self.memory.probed[facts.digest] = probed
        return probed

    def refuted(self) -> tuple[RefutedReference, ...]:
        """Return the references that any candidate beats, of those evaluated here or taken over from a record."""
        scored = [outcome for outcome in self.memory.outcomes.values() if isinstance(outcome, Evaluation)]
        return tuple(
            one
            for split, known in self.sets.items()
            for one in refuted(self.problem.sense, known, (each.values for each in scored if each.split is split))
        )

    @asynccontextmanager
    async def _worker(self) -> AsyncIterator[Worker]:
        """Take a worker that is idle, and give it back."""
        worker = await self._idle.get()
        try:
            yield worker
        finally:
            self._idle.put_nowait(worker)

    def _work(self, split: Split, report: Report) -> dict[str, float]:
        """Return the mean work in the instances' units, where the problem counts it."""
        if not isinstance(self.problem, Counted):
            return {}
        units = [self.problem.allowance(instance).unit for instance in self.sets[split].instances]
        return {"work": sum(map(truediv, report.operations, units)) / len(units)}


def sum_of(reading: Seconds, running: Seconds) -> Seconds:
    """Return what reading and running took together."""
    return replace(running, cpu=running.cpu + reading.cpu)


async def run_once(
    running: dict[Key, asyncio.Future[Result]], key: Key, start: Callable[[], Coroutine[Any, Any, Result]]
) -> Result:
    """Await the one call under way for a key, and start it if there is none; a cancelled waiter does not end it."""
    if key not in running:
        running[key] = asyncio.ensure_future(start())
        running[key].add_done_callback(lambda _: running.pop(key))
    return await asyncio.shield(running[key])
