"""From source text to `Outcome`: read in a confined child, known ones remembered, the rest run and scored outside."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import truediv
from types import TracebackType

from evaluators.outcome import Evaluation, Facts, Failure, Isolation, Outcome, Seconds
from evaluators.sandbox import Limits, Report, Worker
from evaluators.scoring import InstanceSet, score
from problems import Counted, Problem, Split


@dataclass(slots=True)
class Memory:
    """What is known of sources seen before, so that none is evaluated twice: by text, and by normalised syntax."""

    facts: dict[str, Facts | Failure] = field(default_factory=dict)
    outcomes: dict[tuple[str, Split], Outcome] = field(default_factory=dict)

    def keep(self, source: str, split: Split, outcome: Outcome) -> None:
        """Remember an outcome; a failure without facts was refused by the reader, so its text alone is known."""
        facts = outcome.facts
        self.facts[_text_key(source)] = facts if facts is not None else _as_failure(outcome)
        if facts is not None:
            self.outcomes[facts.digest, split] = outcome


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
        instances = {split: known.instances for split, known in sets.items()}
        self._workers = [Worker(problem, instances, limits, folders, required) for _ in range(workers)]
        self._idle: asyncio.Queue[Worker] = asyncio.Queue()
        self._running: dict[tuple[str, Split], asyncio.Future[Outcome]] = {}

    async def __aenter__(self) -> "Evaluator":
        levels = await asyncio.gather(*(worker.start() for worker in self._workers))
        self.isolation = max(levels)
        for worker in self._workers:
            self._idle.put_nowait(worker)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.gather(*(worker.close() for worker in self._workers))

    async def evaluate(self, source: str, split: Split = Split.TRAIN) -> Outcome:
        """Return the outcome on one split; equal syntax gives the remembered outcome and costs nothing."""
        facts, reading = await self._read(source)
        if isinstance(facts, Failure):
            return facts
        key = (facts.digest, split)
        if key in self.memory.outcomes:
            return self.memory.outcomes[key]
        if key not in self._running:
            self._running[key] = asyncio.ensure_future(self._run(source, facts, split, reading))
            self._running[key].add_done_callback(lambda _: self._running.pop(key))
        return await asyncio.shield(self._running[key])

    async def _read(self, source: str) -> tuple[Facts | Failure, Seconds]:
        text = _text_key(source)
        if text in self.memory.facts:
            return self.memory.facts[text], Seconds()
        worker = await self._idle.get()
        try:
            report = await worker.read(source)
        finally:
            self._idle.put_nowait(worker)
        found = report.failure or report.facts
        assert found is not None, "a report holds facts or a failure"
        self.memory.facts[text] = found
        return found, report.seconds

    async def _run(self, source: str, facts: Facts, split: Split, reading: Seconds) -> Outcome:
        worker = await self._idle.get()
        try:
            report = await worker.run(source, split)
        finally:
            self._idle.put_nowait(worker)
        seconds = replace(report.seconds, cpu=report.seconds.cpu + reading.cpu)
        scores = report.failure or score(self.problem, self.sets[split], report.solutions)
        outcome: Outcome
        if isinstance(scores, Failure):
            outcome = replace(scores, facts=facts, seconds=seconds)
        else:
            measures = {**scores.measures, "size": float(facts.size), **self._work(split, report)}
            outcome = Evaluation(split, facts, scores.values, scores.gaps, scores.gap, measures, seconds)
        self.memory.outcomes[facts.digest, split] = outcome
        return outcome

    def _work(self, split: Split, report: Report) -> dict[str, float]:
        """Return the mean work in the instances' units, where the problem counts it."""
        if not isinstance(self.problem, Counted):
            return {}
        units = [self.problem.allowance(instance).unit for instance in self.sets[split].instances]
        return {"work": sum(map(truediv, report.operations, units)) / len(units)}


def _text_key(source: str) -> str:
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()


def _as_failure(outcome: Outcome) -> Failure:
    assert isinstance(outcome, Failure), "every evaluation has facts"
    return outcome
