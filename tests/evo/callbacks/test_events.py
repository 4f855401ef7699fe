"""Events: every listener hears all in order, none can slow, change or break a run; a resumed run tells on."""

import io
import json
import threading
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from evo.callbacks.events import Audience, Callback, Ended, Placed, Started
from evo.config.compose import compose
from evo.config.recorded import load
from evo.core.records import Usage
from evo.runs.replay import replay
from evo.runs.resume import resume
from evo.runs.run import DATABASE, run
from evo.store import RunStore

SMALL = ["problem=toy", "problem.train=3", "problem.validation=2", "problem.test=2", "evaluator.workers=1"]
STARTED = Started("u1", Path("runs"), "toy", 0, "{}")
ENDED = Ended("budget is used up", 1.0, 3, {})


class Recording:
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.heard: list[object] = []

    def started(self, event: Started) -> None:
        self.heard.append(event)

    def placed(self, event: Placed) -> None:
        self.heard.append(event)

    def ended(self, event: Ended) -> None:
        self.heard.append(event)


class Faulty(Recording):
    """Fails at the first candidate."""

    def placed(self, event: Placed) -> None:
        raise RuntimeError(f"no\nroute for {event.ordinal}")


class Slow(Recording):
    """Waits for good."""

    def __init__(self) -> None:
        super().__init__()
        self.may_go_on = threading.Event()

    def placed(self, event: Placed) -> None:
        self.may_go_on.wait()
        super().placed(event)


def placed(ordinal: int) -> Placed:
    return Placed(ordinal, "vary", "embedded", "elite", 0.5, ordinal + 1, 1.0, Usage(), ordinal, 0.5, {"first": 1})


def told(callbacks: Mapping[str, Callback], patience: float = 10.0) -> list[str]:
    """Tell of a run of three candidates; return what was complained about."""
    complaints: list[str] = []
    with Audience(callbacks, complaints.append, patience) as audience:
        audience.started(STARTED)
        for ordinal in range(3):
            audience.placed(placed(ordinal))
        audience.ended(ENDED)
    return complaints


def test_everything_is_heard_in_order() -> None:
    recording = Recording()
    assert told({"recording": recording}) == []
    assert recording.heard == [STARTED, placed(0), placed(1), placed(2), ENDED]


def test_a_callback_that_raises_is_dropped_with_one_line_and_the_others_hear_on() -> None:
    faulty, recording = Faulty(), Recording()
    assert told({"faulty": faulty, "recording": recording}) == [
        "callback faulty: RuntimeError: no route for 0; dropped"
    ]
    assert faulty.heard == [STARTED]
    assert len(recording.heard) == 5


def test_a_callback_that_never_comes_back_is_left_behind() -> None:
    slow, recording = Slow(), Recording()
    complaints = told({"slow": slow, "recording": recording}, patience=0.2)
    slow.may_go_on.set()
    assert [line.startswith("callback slow: not done 0.2 s after the run") for line in complaints] == [True]
    assert len(recording.heard) == 5


def test_a_run_that_is_broken_off_says_so() -> None:
    recording = Recording()
    with Audience({"recording": recording}, print) as audience:
        audience.started(STARTED)
    last = recording.heard[-1]
    assert isinstance(last, Ended)
    assert (last.why, last.gaps) == ("interrupted", None)


def finished(folder: Path, *overrides: str) -> Path:
    folder.mkdir()
    run(compose([*SMALL, *overrides]), folder, Console(file=io.StringIO()))
    return folder


def archive(folder: Path) -> list[object]:
    with RunStore.open(folder / DATABASE, readonly=True) as store:
        return [(s.ordinal, s.island, s.operator, s.parents, s.source, s.placements) for s in store.history().steps]


def events(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]


def test_listening_does_not_change_the_archive(tmp_path: Path) -> None:
    quiet = finished(tmp_path / "quiet", "budget.candidates=30")
    heard = finished(tmp_path / "heard", "budget.candidates=30", "callbacks=jsonl")
    assert archive(heard) == archive(quiet)
    known = events(heard)
    assert [event["event"] for event in (known[0], known[-1])] == ["started", "ended"]
    assert [event["ordinal"] for event in known[1:-1]] == list(range(len(archive(heard))))
    bests = [event for event in known[1:-1] if event["source"]]
    assert all(event["best"] == event["ordinal"] and event["best_gap"] == event["gap"] for event in bests)


def test_a_resumed_run_tells_on_and_a_replay_tells_nothing(tmp_path: Path) -> None:
    folder = finished(tmp_path / "run", "budget.candidates=10", "callbacks=jsonl")
    first = len(events(folder))
    resume(load(folder, None, ["budget.candidates=15"]), folder, Console(file=io.StringIO()))
    later = events(folder)[first:]
    assert later[0]["placed"] == first - 2
    assert [event["ordinal"] for event in later[1:-1]] == list(range(first - 2, first + 3))
    told_by_now = len(events(folder))
    assert replay(load(folder), folder).identical
    assert len(events(folder)) == told_by_now
