"""A recorded run gone through again: are proposals, placements and, if asked, scores the ones on record?"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evaluators import Evaluation, Evaluator, Failure, FailureKind, Outcome
from evaluators.language import changed_constructs
from evo.config.settings import Settings
from evo.core.steps import Evaluated
from evo.runs.build import make_evaluator, make_population
from evo.runs.recorded_steps import RestoredRun, recorded_sets
from evo.search.window import Proposals, Window
from evo.store import History, RunStore
from evo.store.folders import DATABASE
from problems import Kind


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of going through a run again.

    `excused` names scores that differ because a clock decided (time-outs, programs under a time budget), or because the
    language of algorithms has changed since the run in a construct that the candidate uses.
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
        StoreError, UserError: the run cannot be read, or its problem has changed.
    """
    with RunStore.open(folder / DATABASE, readonly=True) as store:
        history = store.history()
    restored = RestoredRun(history, settings.operators)
    population, window = make_population(settings), Window(settings.candidates_in_flight, restored.seeds)
    proposals = Proposals(population, window)
    steps: list[Evaluated] = []
    differences: list[str] = []
    for recorded in restored.placed():
        step = recorded.step
        steps.append(step)
        if step.ordinal >= window.seeds and proposals.take(step.ordinal) != step.proposal:
            differences.append(f"candidate {step.ordinal}: no longer proposed as recorded")
        added = population.add(step.proposal, step.draft.source, step.outcome, step.draft.usage)
        if (*added, *population.migrate(step.ordinal)) != recorded.placements:
            differences.append(f"candidate {step.ordinal}: no longer placed as recorded")
        proposals.draw_after(step.ordinal)
    if not evaluate:
        return Replay(len(steps), differences=tuple(differences))
    excused: list[str] = []
    since = int(json.loads(history.header.environment).get("language", 1))
    for step, text in asyncio.run(_evaluated_again(settings, history, steps)):
        reasons = _changed_since(settings, step, since)
        if _clock_decides(settings, step) or reasons:
            excused.append("; ".join((text, *reasons)))
        else:
            differences.append(text)
    return Replay(len(steps), len(steps), tuple(differences), tuple(excused))


async def _evaluated_again(
    settings: Settings, history: History, steps: Sequence[Evaluated]
) -> list[tuple[Evaluated, str]]:
    async with make_evaluator(settings, recorded_sets(history.instances, settings.problem)) as evaluator:
        texts = await asyncio.gather(*(_difference(evaluator, step) for step in steps))
    return [(step, text) for step, text in zip(steps, texts, strict=True) if text is not None]


async def _difference(evaluator: Evaluator, step: Evaluated) -> str | None:
    if step.draft.source is None:
        return None
    outcome = await evaluator.evaluate(step.draft.source)
    if _equal(outcome, step.outcome):
        return None
    return f"candidate {step.ordinal}: now {_result(outcome)}, recorded {_result(step.outcome)}"


def _equal(one: Outcome, other: Outcome) -> bool:
    if isinstance(one, Evaluation) and isinstance(other, Evaluation):
        same = np.array_equal(one.values, other.values) and np.array_equal(one.lower_values, other.lower_values)
        return same and one.measures == other.measures
    return isinstance(one, Failure) and isinstance(other, Failure) and one.kind == other.kind


def _clock_decides(settings: Settings, step: Evaluated) -> bool:
    timed_out = isinstance(step.outcome, Failure) and step.outcome.kind is FailureKind.TIMEOUT
    return timed_out or settings.problem.kind is Kind.PROGRAM


def _changed_since(settings: Settings, step: Evaluated, since: int) -> tuple[str, ...]:
    """Return what the candidate uses of the language of algorithms that an earlier version charged otherwise."""
    was_read = step.outcome.facts is not None  # what is refused in the sandbox is not parsed here
    if settings.problem.kind is not Kind.ALGORITHM or step.draft.source is None or not was_read:
        return ()
    return changed_constructs(step.draft.source, settings.problem.signatures[0], since)


def _result(outcome: Outcome) -> str:
    return outcome.kind if isinstance(outcome, Failure) else f"gap {outcome.gap.scaled!r}"
