"""How a run ends: validation picks the candidate, test is run once for it and for the baselines, the table is kept."""

import asyncio
import json
import logging
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from evaluators import Evaluation, Evaluator, Gap, InstanceSet, Isolation, Outcome, RefutedReference
from evaluators.scoring import lower_gaps_by_instance
from evo.core.baselines import best_first
from evo.core.errors import ForeignCodeError
from evo.core.records import Candidate
from evo.runs.drawings import draw_found
from evo.search.engine import Engine, Phase
from evo.store import RunStatus, RunStore, ScoredBy
from problems import Lexicographic, Problem, Split

log = logging.getLogger(__name__)
FINALISTS = 20
EQUIVALENT = 0.005
"""Finalists whose mean gap on validation is above the least by no more than this share of it count as equally good."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: a name, its gap on each split, and why there is none where there is none.

    `work` is counted operations in the problem's unit, `milliseconds` the time of one instance, both on test.
    """

    name: str
    gaps: Mapping[Split, Gap]
    failure: str = ""
    work: float | None = None
    milliseconds: float | None = None


def row(name: str, outcomes: Mapping[Split, Outcome]) -> Row:
    """Make a row from the outcomes on the splits."""
    gaps = {split: outcome.gap for split, outcome in outcomes.items() if isinstance(outcome, Evaluation)}
    failed = [f"{o.kind}: {o.message}" for o in outcomes.values() if not isinstance(o, Evaluation)]
    failure = failed[0] if failed else ""
    test = outcomes.get(Split.TEST)
    if not isinstance(test, Evaluation):
        return Row(name, gaps, failure)
    return Row(name, gaps, failure, test.measures.get("work"), 1000 * test.seconds.run / test.values.size)


def best_rows_first(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return the rows of baselines, the best baseline first."""
    by_name = {line.name: line for line in rows}
    means = {line.name: {split: (gap.scaled, *gap.lower) for split, gap in line.gaps.items()} for line in rows}
    return tuple(by_name[name] for name in best_first(means))


@dataclass(frozen=True, slots=True)
class Conclusion:
    """How a run ended: why it stopped, the candidate that validation picked, and the table's rows.

    `failed` of the `asked` candidates have no score; they are a model's where one is asked, and never seeds.
    """

    stopped: str
    asked: int
    failed: int
    best: Candidate
    found: Row
    baselines: tuple[Row, ...]
    sets: Mapping[Split, InstanceSet]
    isolation: Isolation
    refuted: tuple[RefutedReference, ...] = ()


async def conclude(
    problem: Problem,
    engine: Engine,
    evaluator: Evaluator,
    store: RunStore,
    known: Mapping[int, Evaluation],
    rated: Mapping[str, Outcome],
    stopped: str,
    scored_by: ScoredBy,
    earlier: Candidate | None = None,
) -> Conclusion:
    """Pick the best on validation, score it and the baselines on test, record the result.

    `known` are validations, `rated` the outcomes of the baselines on train.
    `earlier` is the winner before the run went on: it stays one of those picked from, though no archive may hold it.
    `scored_by` tells a run from a resumed one in the record of looks at test.

    Raises:
        ForeignCodeError: no candidate could be scored on validation.
    """
    engine.tally.phase = Phase.VALIDATION
    finalists = engine.population.finalists(FINALISTS)
    if earlier is not None and earlier not in finalists:
        finalists.append(earlier)
    validated = await _validated(evaluator, store, finalists, known)
    best = pick_winner(finalists, validated)
    engine.tally.phase = Phase.TEST
    outcomes = await _on_splits(evaluator, best.source, tuple(Split))
    store.record_score(best.ordinal, Split.TEST, outcomes[Split.TEST], scored_by)
    found = row(f"found #{best.ordinal}", outcomes)
    scored = await _scored_baselines(problem, evaluator, rated)
    baselines = tuple(row(name, outcomes) for name, outcomes in scored.items())
    refuted = evaluator.refuted()
    result = {
        "stopped": stopped,
        "kind": problem.kind,
        "rows": [_plain(line) for line in (found, *baselines)],
        "gaps": _gaps(scored),
        **lower_levels(problem, evaluator.sets, outcomes, scored),
        "refuted": [asdict(one) for one in refuted],
    }
    store.record_selected(best.ordinal, json.dumps(result))
    store.finish(RunStatus.FINISHED)
    engine.tally.phase = Phase.DRAWINGS
    await _drawn(draw_found(evaluator, best, outcomes, scored, store.path.parent))
    asked, failed = engine.ledger.candidates, engine.tally.failed
    if engine.ledger.replies:  # edits, which follow the replies, do not make up for a model that brings nothing
        asked, failed = engine.ledger.replies, engine.tally.failed_replies
    return Conclusion(stopped, asked, failed, best, found, baselines, evaluator.sets, evaluator.isolation, refuted)


async def _drawn(drawing: Coroutine[Any, Any, None]) -> None:
    """Have the drawings made; a Ctrl-C ends this alone, for the run is on record and its table is still to be shown."""
    task = asyncio.current_task()
    assert task is not None, "a coroutine runs in a task"
    try:
        await drawing
        await asyncio.sleep(0)  # a Ctrl-C that came while the problem's own code drew is heard here
    except (asyncio.CancelledError, KeyboardInterrupt):  # the second is of a second Ctrl-C, while that code draws
        with suppress(asyncio.CancelledError):  # of the first of two
            await asyncio.sleep(0)
        task.uncancel()
        log.warning("No further drawings: interrupted; `evo draw` makes them.")


async def _validated(
    evaluator: Evaluator, store: RunStore, candidates: Sequence[Candidate], known: Mapping[int, Evaluation]
) -> dict[int, Evaluation]:
    """Score candidates on validation, by ordinal; `known` ones are taken over, failing ones are left out."""
    wanted = [candidate for candidate in candidates if candidate.ordinal not in known]
    outcomes = await asyncio.gather(*(evaluator.evaluate(c.source, Split.VALIDATION) for c in wanted))
    scored = {c.ordinal: o for c, o in zip(wanted, outcomes, strict=True) if isinstance(o, Evaluation)}
    for ordinal, evaluation in scored.items():
        store.record_score(ordinal, Split.VALIDATION, evaluation)
    return {**{c.ordinal: known[c.ordinal] for c in candidates if c.ordinal in known}, **scored}


async def rate_on_train(problem: Problem, engine: Engine, evaluator: Evaluator) -> dict[str, Outcome]:
    """Score the baselines on train, before the search: who looks on sees which one is to be beaten."""
    scored = await asyncio.gather(*(evaluator.evaluate(source, Split.TRAIN) for source in problem.baselines.values()))
    rated = dict(zip(problem.baselines, scored, strict=True))
    sound = {name: outcome for name, outcome in rated.items() if isinstance(outcome, Evaluation)}
    if sound:
        name = min(sound, key=lambda each: sound[each].rank)
        engine.tally.to_beat = (name, sound[name].rank)
    return rated


async def _scored_baselines(
    problem: Problem, evaluator: Evaluator, rated: Mapping[str, Outcome]
) -> dict[str, dict[Split, Outcome]]:
    """Return the baselines' outcomes on every split; those on train are there."""
    further = (Split.VALIDATION, Split.TEST)
    scored = await asyncio.gather(*(_on_splits(evaluator, source, further) for source in problem.baselines.values()))
    return {name: {Split.TRAIN: rated[name], **more} for name, more in zip(problem.baselines, scored, strict=True)}


async def _on_splits(evaluator: Evaluator, source: str, splits: Sequence[Split]) -> dict[Split, Outcome]:
    outcomes = await asyncio.gather(*(evaluator.evaluate(source, split) for split in splits))
    return dict(zip(splits, outcomes, strict=True))


def pick_winner(finalists: Sequence[Candidate], validated: Mapping[int, Evaluation]) -> Candidate:
    """Return the best on validation, or a shorter one that is as good where the objective has one level.

    Raises:
        ForeignCodeError: none of them was scored on validation.
    """
    scored = [candidate for candidate in finalists if candidate.ordinal in validated]
    if not scored:
        raise ForeignCodeError("No finalist could be scored on validation: are its instances too large for the limits?")
    best = min(scored, key=lambda c: (validated[c.ordinal].rank, c.rank))
    gap, *lower = validated[best.ordinal].rank
    if lower:
        return best
    alike = [c for c in scored if validated[c.ordinal].gap.scaled <= gap + EQUIVALENT * abs(gap)]
    return min(alike, key=lambda c: (c.facts.size, validated[c.ordinal].rank, c.rank))


def _plain(line: Row) -> dict[str, object]:
    return {
        "name": line.name,
        "failure": line.failure,
        "gaps": {s: asdict(gap) for s, gap in line.gaps.items()},
        "work": line.work,
        "milliseconds": line.milliseconds,
    }


def lower_levels(
    problem: Problem,
    sets: Mapping[Split, InstanceSet],
    found: Mapping[Split, Outcome],
    rated: Mapping[str, Mapping[Split, Outcome]],
) -> dict[str, object]:
    """Return what the levels of the objective count, and the gaps of those below the first, each by instance.

    Nothing where there is one level.
    """
    if not isinstance(problem, Lexicographic):
        return {}

    def gaps(outcomes: Mapping[Split, Outcome]) -> dict[Split, list[list[float]]]:
        return {
            split: lower_gaps_by_instance(problem.sense, outcome.lower_values, sets[split]).T.tolist()
            for split, outcome in outcomes.items()
            if isinstance(outcome, Evaluation)
        }

    lower = {name: gaps(outcomes) for name, outcomes in rated.items()}
    return {"levels": problem.levels, "found_lower_gaps": gaps(found), "lower_gaps": lower}


def _gaps(rated: Mapping[str, Mapping[Split, Outcome]]) -> dict[str, dict[Split, list[float]]]:
    """Return the gaps of the baselines on each instance, in the order of the instances: comparisons pair them."""
    return {
        name: {split: outcome.gaps.tolist() for split, outcome in scored.items() if isinstance(outcome, Evaluation)}
        for name, scored in rated.items()
    }
