"""A recorded run gone through again: are proposals, placements and, if asked, scores the ones on record?"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evaluators import Evaluation, Evaluator, Failure, FailureKind, Outcome
from evo.config.settings import Settings
from evo.core.records import Proposal
from evo.core.step import Step
from evo.runs.build import make_evaluator, make_population
from evo.runs.restore import Recall, recorded_sets
from evo.search.engine import usage_of
from evo.search.population import SEED, Population
from evo.store import History, RunStore
from evo.store.folders import DATABASE
from problems import Kind


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of going through a run again.

    `excused` names scores that differ because a clock decided (time-outs, programs under a time budget).
    """

    candidates: int
    evaluated: int = 0
    differences: tuple[str, ...] = ()
    excused: tuple[str, ...] = ()

    @property
    def identical(self) -> bool:
        """Whether everything that must be equal is."""
        return not self.differences


def replay(settings: Settings, folder: Path, evaluate: bool = False) -> Replay:
    """Apply the recorded outcomes to empty archives and compare; `evaluate` runs every candidate again as well.

    Raises:
        StoreError, SearchError: the run cannot be read, or its problem has changed.
    """
    with RunStore.open(folder / DATABASE, readonly=True) as store:
        history = store.history()
    recall = Recall(history, settings.operators)
    seeds = sum(step.operator == SEED.name for step in history.steps)
    again = _Again(make_population(settings), seeds, settings.window)
    steps: list[Step] = []
    differences: list[str] = []
    for recalled in recall.placed():
        steps.append(recalled.step)
        differences += again.proposed(recalled.step.request.proposal)
        if again.placed(recalled.step) != recalled.placements:
            differences.append(f"candidate {recalled.step.ordinal}: no longer placed as recorded")
    if not evaluate:
        return Replay(len(steps), differences=tuple(differences))
    changed = asyncio.run(_evaluated_again(settings, history, steps))
    excused = [text for step, text in changed if _clock_decides(settings, step)]
    differences += [text for step, text in changed if not _clock_decides(settings, step)]
    return Replay(len(steps), len(steps), tuple(differences), tuple(excused))


class _Again:
    """Walks through a run at the pace of its engine: proposal i is drawn when i − window has been placed."""

    def __init__(self, population: Population, seeds: int, window: int) -> None:
        self._population = population
        self._seeds = seeds
        self._window = window
        self._drawn: dict[int, Proposal] = {}

    def placed(self, step: Step) -> object:
        assert step.draft is not None, "a placed step was drafted"
        assert step.outcome is not None, "a placed step was evaluated"
        usage = usage_of(step.draft)
        placements = self._population.place(step.request.proposal, step.draft.source, step.outcome, usage)
        if step.ordinal >= self._seeds - 1:
            first = self._seeds if step.ordinal == self._seeds - 1 else step.ordinal + self._window
            for ordinal in range(first, step.ordinal + self._window + 1):
                self._drawn[ordinal] = self._population.propose(ordinal)
        return placements

    def proposed(self, recorded: Proposal) -> list[str]:
        if recorded.ordinal < self._seeds:
            return []
        drawn = self._drawn.pop(recorded.ordinal)
        return [] if drawn == recorded else [f"candidate {recorded.ordinal}: no longer proposed as recorded"]


async def _evaluated_again(settings: Settings, history: History, steps: Sequence[Step]) -> list[tuple[Step, str]]:
    async with make_evaluator(settings, recorded_sets(history, settings.problem)) as evaluator:
        texts = await asyncio.gather(*(_difference(evaluator, step) for step in steps))
    return [(step, text) for step, text in zip(steps, texts, strict=True) if text is not None]


async def _difference(evaluator: Evaluator, step: Step) -> str | None:
    assert step.draft is not None, "a placed step was drafted"
    if step.draft.source is None or step.outcome is None:
        return None
    outcome = await evaluator.evaluate(step.draft.source)
    if _equal(outcome, step.outcome):
        return None
    return f"candidate {step.ordinal}: now {_said(outcome)}, recorded {_said(step.outcome)}"


def _equal(one: Outcome, other: Outcome) -> bool:
    if isinstance(one, Evaluation) and isinstance(other, Evaluation):
        same = np.array_equal(one.values, other.values) and np.array_equal(one.lower_values, other.lower_values)
        return same and one.measures == other.measures
    return isinstance(one, Failure) and isinstance(other, Failure) and one.kind == other.kind


def _clock_decides(settings: Settings, step: Step) -> bool:
    timed_out = isinstance(step.outcome, Failure) and step.outcome.kind is FailureKind.TIMEOUT
    return timed_out or settings.problem.kind is Kind.PROGRAM


def _said(outcome: Outcome) -> str:
    return outcome.kind if isinstance(outcome, Failure) else f"fitness {outcome.fitness!r}"
