"""Runs to report on: a real finished one, and ones built candidate by candidate."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from evaluators import Evaluation, Facts, Failure, FailureKind, Gap, Isolation, Seconds, no_levels
from evo.cli.app import status
from evo.core.records import Attempt, Candidate, Draft, Message, Operator, Proposal, Request, Usage
from evo.store import RecordedPlacement, RunHeader, RunStatus, RunStore
from problems import Instance, Reference, Split

SMALL = ["problem=toy", "problem.train=3", "problem.validation=2", "problem.test=4", "evaluator.workers=1"]
CONFIG = {"llm": {"model": "m"}, "axes": {}, "islands": {"archives": {"behaviour": [1, 2], "sizes": ["b", "size"]}}}
INSTANCES = 4


class Record:
    """A run under way: `store` is what is reported on; instances are of two families, all proven but the last."""

    def __init__(self, folder: Path, problem: str = "toy", family: str = "small") -> None:
        folder.mkdir(parents=True)
        header = RunHeader(
            "u1", problem, 7, json.dumps(CONFIG), "0.1.0", '{"python": "3.11"}', Isolation.B, "2026-01-01T00:00:00"
        )
        known = [
            (
                Instance(f"i{place}", family if place % 2 else "large", (np.arange(place + 1),), 1.0),
                Reference(9.0, 9.0 if place else 8.0, place > 0, "exact" if place else "descent"),
            )
            for place in range(INSTANCES)
        ]
        self.folder = folder
        self.store = RunStore.create(folder / "run.sqlite", header, dict.fromkeys(Split, known))

    def seed(self, ordinal: int, gap: float, name: str = "SPT") -> None:
        """Place a seed."""
        self.add(ordinal, gap, operator="seed", model=f"seed {name}")

    def add(
        self,
        ordinal: int,
        gap: float | None = 0.5,
        parents: Sequence[int] = (),
        *,
        source: str = "def f(p):\n    return p",
        message: str = "too slow",
        operator: str = "vary",
        model: str = "embedded",
        instruction: str = "",
        reply: str = "",
        dollars: float | None = 0.25,
        lower: tuple[float, ...] = (),
    ) -> None:
        """Take a candidate through its transactions; without a gap it fails."""
        drawn = tuple(Candidate(parent, "", Facts("", 1), 0.0) for parent in parents)
        proposal = Proposal(ordinal, 0, Operator(operator, "llm", 1), drawn, 1)
        prompt = (Message("user", f"prompt {ordinal}"),) if reply else ()
        request = Request(proposal, model, prompt, Usage(10, 10, 0.5), instruction)
        self.store.record_intent(request)
        asked = (Attempt(model, Usage(100, 20, dollars, 1.5), reply),) if reply else ()
        self.store.record_draft(request, Draft(source, "", asked))
        facts = Facts(f"{ordinal:04x}" * 16, 9)
        outcome = Failure(FailureKind.TIMEOUT, message, facts=facts) if gap is None else _scored(facts, gap, lower)
        self.store.record_outcome(ordinal, outcome)
        took = RecordedPlacement(ordinal, 0, (ordinal % 10, 3), "new", None)
        self.store.record_placements(ordinal, [] if gap is None else [took], elapsed=float(ordinal))

    def score(self, ordinal: int, gap: float, split: Split, lower: tuple[float, ...] = ()) -> None:
        """Score a candidate on another split."""
        self.store.record_score(ordinal, split, _scored(Facts("", 9), gap, lower, split))

    def finish(self, ordinal: int, found: float, baseline: float, name: str = "EDD") -> None:
        """End the run with a candidate picked and one baseline."""
        gaps = {split: {"scaled": baseline, "ratio": None, "mean": None, "upper": None, "lower": []} for split in Split}
        own = {split: {**figures, "scaled": found} for split, figures in gaps.items()}
        rows = [
            {"name": line, "failure": "", "gaps": figures, "work": None, "milliseconds": 1.0}
            for line, figures in ((f"found #{ordinal}", own), (name, gaps))
        ]
        each = {name: {split: [baseline - 0.01, baseline, baseline, baseline + 0.01] for split in Split}}
        for split in (Split.VALIDATION, Split.TEST):
            self.score(ordinal, found, split)
        self.store.record_selected(ordinal, json.dumps({"stopped": "enough", "rows": rows, "gaps": each}))
        self.store.finish(RunStatus.FINISHED)


def _scored(facts: Facts, gap: float, lower: tuple[float, ...], split: Split = Split.TRAIN) -> Evaluation:
    gaps = gap + np.array([-0.02, 0.0, 0.0, 0.02])
    below = np.array([lower] * INSTANCES) if lower else no_levels()
    measures = {"a": gap, "b": gap, "size": 9.0}
    return Evaluation(
        split, facts, gaps + 9, gaps, Gap(gap, gap / 3, None, lower=lower), measures, Seconds(0.1, 0.2, 0.3), below
    )


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Callable[..., Record]]:
    """Return what makes runs that are under way."""
    made: list[Record] = []

    def begun(name: str = "toy_s7", problem: str = "toy", family: str = "small") -> Record:
        made.append(Record(tmp_path / name, problem, family))
        return made[-1]

    yield begun
    for record in made:
        record.store.close()


@pytest.fixture
def record(begin: Callable[..., Record]) -> Record:
    return begin()


@pytest.fixture
def finished(record: Record) -> Record:
    """Return a finished run of two seeds and a line of candidates."""
    record.seed(0, 0.5)
    record.seed(1, 0.6, "LPT")
    record.add(2, 0.4, [0], source="def f(p):\n    return 2 * p")
    record.add(3, 0.3, [2, 1], source="def f(p):\n    return 3 * p")
    record.add(4, None)
    record.finish(3, 0.3, 0.45)
    return record


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a real finished run."""
    folder = tmp_path_factory.mktemp("runs") / "toy_run"
    assert status(["run", *SMALL, "islands=three", "budget.candidates=24", f"hydra.run.dir={folder}"]) == 0
    return folder
