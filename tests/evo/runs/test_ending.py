"""The end of a run: its table is shown whatever happens while the drawings are made."""

import io
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from rich.console import Console

from evo.config.compose import compose
from evo.runs.drawings import kept_drawings
from evo.runs.run import run
from evo.store import RunStatus, RunStore
from problems import Instance, Solution
from problems.toy import Toy

SMALL = ["problem=toy", "problem.train=3", "problem.validation=2", "problem.test=2", "evaluator.workers=1"]


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def interrupt_twice() -> None:
    interrupt()
    interrupt()


def leave() -> None:
    raise SystemExit(3)


def fail() -> None:
    raise ZeroDivisionError


@dataclass(frozen=True)
class Disturbed(Toy):
    """Is disturbed whenever it draws."""

    disturbance: Callable[[], None] = interrupt

    def draw(self, instance: Instance, solution: Solution) -> str:
        self.disturbance()
        return super().draw(instance, solution)


@pytest.mark.parametrize("disturbance", [interrupt, interrupt_twice, leave, fail])
def test_the_table_is_there_though_the_drawing_is_disturbed(disturbance: Callable[[], None], tmp_path: Path) -> None:
    settings = compose([*SMALL, "budget.candidates=4"])
    problem = Disturbed(train=3, validation=2, test=2, disturbance=disturbance)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        conclusion = run(replace(settings, problem=problem), tmp_path, Console(file=io.StringIO()))
    finally:
        signal.signal(signal.SIGINT, before)
    assert [row.name for row in conclusion.baselines] == list(problem.baselines)
    with RunStore.open_folder(tmp_path) as store:
        assert store.header().status is RunStatus.FINISHED
    if disturbance is not interrupt:
        assert kept_drawings(tmp_path) == ()
