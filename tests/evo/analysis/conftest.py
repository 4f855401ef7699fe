"""A run of the tests' own, built candidate by candidate."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from evaluators import Evaluation, Facts, Failure, FailureKind, Gap, Isolation, Seconds, no_levels
from evo.analysis import DataTable
from evo.core.records import Attempt, Candidate, Draft, Message, Operator, Proposal, Request, Usage
from evo.store import RecordedPlacement, RunHeader, RunStore
from problems import Instance, Reference, Split

Cell = tuple[int, ...]


class Run:
    """A run under way: `store` is what questions are put to."""

    def __init__(self, folder: Path, problem: str = "toy", train: int = 3) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        header = RunHeader(folder.name, problem, 7, "{}", "0.1.0", "{}", Isolation.B, "2026-01-01T00:00:00")
        known = [
            (Instance(f"t{i}", "small", (np.arange(i + 1),), 2.0), Reference(10.0 + i, 10.0 + i, True, "exact"))
            for i in range(train)
        ]
        self.store = RunStore.create(folder / "run.sqlite", header, {Split.TRAIN: known})

    def add(
        self,
        ordinal: int,
        gap: float | None = 0.5,
        parents: Sequence[int] = (),
        *,
        operator: str = "vary",
        model: str = "embedded",
        island: int = 0,
        source: str = "def f(): ...",
        digest: str = "",
        repeat_of: int | None = None,
        lower: tuple[float, ...] = (),
        placements: Sequence[RecordedPlacement] = (),
        asked: Sequence[Attempt] = (),
        prompt: str = "",
        emitter: str = "",
    ) -> None:
        """Take a candidate through its four transactions; without a gap it fails, a repeat has none of its own."""
        drawn = tuple(Candidate(parent, "", Facts("", 1), 0.0) for parent in parents)
        proposal = Proposal(ordinal, island, Operator(operator, "llm", 1), drawn, 1, emitter=emitter)
        messages = (Message("system", "You write rules."), Message("user", prompt)) if prompt else ()
        request = Request(proposal, model, messages, Usage(10, 10, 0.25))
        self.store.record_intent(request)
        self.store.record_draft(request, Draft(source or None, "" if source else "no code", tuple(asked)))
        facts = Facts(digest or f"{ordinal:04x}" * 16, 9)
        outcome = Failure(FailureKind.TIMEOUT, "too slow", facts=facts) if gap is None else _scored(facts, gap, lower)
        self.store.record_outcome(ordinal, outcome, repeat_of)
        self.store.record_placements(ordinal, placements)

    def score(self, ordinal: int, gap: float, split: Split) -> None:
        """Score a candidate on another split."""
        self.store.record_score(ordinal, split, _scored(Facts("", 9), gap, (), split))


def _scored(facts: Facts, gap: float, lower: tuple[float, ...], split: Split = Split.TRAIN) -> Evaluation:
    gaps = np.full(3, gap)
    below = np.array([lower] * 3) if lower else no_levels()
    aggregates = Gap(gap, gap / 3, None, lower=lower)
    return Evaluation(split, facts, gaps + 10, gaps, aggregates, {"a": gap}, Seconds(0.1, 0.2, 0.3), below)


def took(
    candidate: int, island: int = 0, cell: Cell = (1, 2), displaced: int | None = None, source: int | None = None
) -> RecordedPlacement:
    """Return that a candidate took a cell, from nobody or from one it displaced, on its island or as a migrant."""
    return RecordedPlacement(candidate, island, cell, "new" if displaced is None else "improved", displaced, source)


def refused(candidate: int, island: int = 0, cell: Cell = (1, 2), source: int | None = None) -> RecordedPlacement:
    """Return that a candidate did not beat the holder of its cell."""
    return RecordedPlacement(candidate, island, cell, "rejected", None, source)


@pytest.fixture
def make_run(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    """Return what makes runs in one folder of runs."""
    made: list[Run] = []

    def begin(name: str = "toy_s0", problem: str = "toy", train: int = 3) -> Run:
        made.append(Run(tmp_path / "runs" / name, problem, train))
        return made[-1]

    yield begin
    for run in made:
        run.store.close()


@pytest.fixture
def run(make_run: Callable[..., Run]) -> Run:
    return make_run()


@pytest.fixture
def takes() -> Callable[..., RecordedPlacement]:
    return took


@pytest.fixture
def is_refused() -> Callable[..., RecordedPlacement]:
    return refused


@pytest.fixture
def values() -> Callable[..., list[tuple[object, ...]]]:
    """Return what picks columns of an answer by name, row by row."""

    def picked(answer: DataTable, *names: str) -> list[tuple[object, ...]]:
        places = [[column.name for column in answer.columns].index(name) for name in names]
        return [tuple(row[place] for place in places) for row in answer.rows]

    return picked
