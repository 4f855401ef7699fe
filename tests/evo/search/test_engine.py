"""The loop: what is asked is recorded before it is sent, placed in order, charged, and ended by the budget."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from evaluators import Evaluation, Facts, Failure, FailureKind, Gap, Isolation, Memory, Outcome, Seconds
from evo.callbacks.events import Placed
from evo.core.context import Context
from evo.core.errors import ForeignCodeError, MachineError
from evo.core.records import Candidate, Draft, Operator, Proposal, Request
from evo.search.budget import Budget, Ledger
from evo.search.engine import Engine
from evo.search.pipeline import Pipeline
from evo.search.population import ParentSelection, Population
from evo.search.recorder import Recorder
from evo.search.window import Window
from evo.store import RunHeader, RunStore, State
from islands import Axis, GridArchive, Island, Migration
from problems import Instance, Reference, Split

SEEDS = {"one": "seed 1", "two": "seed 2"}


class Author:
    """Writes numbered sources, the later the sooner; `silent` drafts never get a reply."""

    def __init__(self, store: RunStore, silent: bool = False) -> None:
        self.store = store
        self.silent = silent
        self.states: list[State] = []

    def prepare(self, proposal: Proposal, context: Context = Context()) -> Request:  # noqa: ARG002, B008
        return Request(proposal, "writer")

    def remember(self, request: Request) -> Request:
        return request

    async def write(self, request: Request) -> Draft:
        recorded = {step.ordinal: step.state for step in self.store.history().steps}
        self.states.append(recorded[request.proposal.ordinal])
        await asyncio.sleep(0.02 / request.proposal.ordinal)
        if self.silent:
            return Draft(None, "no route", unreachable=True)
        return Draft(f"source {request.proposal.ordinal}")

    async def close(self) -> None:
        """Nothing is open."""


class Evaluator:
    """Scores a source by the number in it; sources of `bad` numbers fail."""

    def __init__(self, bad: tuple[int, ...] = ()) -> None:
        self.memory = Memory()
        self.bad = bad

    async def evaluate(self, source: str, split: Split = Split.TRAIN) -> Outcome:
        number = int(source.split()[1])
        if number in self.bad:
            return Failure(FailureKind.RUNTIME_ERROR, "line 1: no", facts=Facts(source, 5))
        gap = Gap(1 / (1 + number), None, None)
        return Evaluation(split, Facts(source, 5), np.ones(1), np.ones(1), gap, {"m": (number % 10) / 10}, Seconds())

    async def read(self, source: str) -> Facts | Failure:
        return Facts(source, 5)

    async def fingerprint(self, source: str) -> str | Failure:
        return source

    async def tune(self, source: str) -> str | Failure:
        return source


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RunStore]:
    header = RunHeader("u", "toy", 0, "{}", "0", "{}", Isolation.A, "2026-01-01T00:00:00+00:00")
    pairs = [(Instance("i", "f", (np.ones(1),), 1.0), Reference(1.0, 1.0, True, "exact"))]
    with RunStore.create(tmp_path / "run.sqlite", header, {Split.TRAIN: pairs}) as made:
        yield made


def engine(
    store: RunStore, author: Author, evaluator: Evaluator, candidates: int, events: list[Placed] | None = None
) -> Engine:
    islands = [Island(f"i{k}", GridArchive[Candidate]([Axis("m", 0.0, 1.0, 10)])) for k in range(2)]
    population = Population(islands, Migration(5, 1), [Operator("vary", "llm", 1)], 7, ParentSelection(2))
    window = Window(4, len(SEEDS))
    recorder = Recorder(store, Ledger(Budget(candidates=candidates)))
    notify = None if events is None else events.append
    return Engine(population, author, Pipeline(evaluator, window), recorder, window, notify=notify)


async def search(made: Engine) -> str:
    await made.plant(SEEDS, 7, {})
    return await made.search()


def test_candidates_are_placed_in_order_and_the_budget_ends_the_search(store: RunStore) -> None:
    author, events = Author(store), []
    made = engine(store, author, Evaluator(), 20, events)
    assert asyncio.run(search(made)) == "budget.candidates = 20 is used up"
    steps = store.history().steps
    assert [step.ordinal for step in steps] == [event.ordinal for event in events] == list(range(22))
    assert {step.state for step in steps} == {State.PLACED}
    assert made.population.best is not None
    assert made.population.best.ordinal == events[-1].best == 21


def test_an_intent_is_on_record_before_anything_is_written(store: RunStore) -> None:
    author = Author(store)
    asyncio.run(search(engine(store, author, Evaluator(), 10)))
    assert author.states == [State.PROPOSED] * 10


def test_a_migration_is_recorded_with_the_step_whose_turn_it_was(store: RunStore) -> None:
    asyncio.run(search(engine(store, Author(store), Evaluator(), 10)))
    wandered = [step.ordinal for step in store.history().steps for p in step.placements if p.source_island is not None]
    assert set(wandered) == {4, 9}


def test_a_seed_that_fails_ends_the_run_with_its_name(store: RunStore) -> None:
    with pytest.raises(ForeignCodeError, match=r"seed two fails \(runtime_error\): line 1: no"):
        asyncio.run(search(engine(store, Author(store), Evaluator(bad=(2,)), 10)))


def test_a_model_out_of_reach_ends_the_search_after_five_in_a_row(store: RunStore) -> None:
    with pytest.raises(MachineError, match=r"writer is out of reach \(no route\); `evo resume` goes on"):
        asyncio.run(search(engine(store, Author(store, silent=True), Evaluator(), 100)))
    assert len([step for step in store.history().steps if step.reason]) >= 5


def test_failures_are_counted_and_take_no_cell(store: RunStore) -> None:
    made = engine(store, Author(store), Evaluator(bad=tuple(range(3, 50))), 10)
    asyncio.run(search(made))
    assert (made.tally.failed, made.tally.placed) == (9, 12)
    assert {c.candidate.ordinal for island in made.population.islands for c in island.archive} == {
        0,
        1,
    }  # what ties with a seed takes no cell either
