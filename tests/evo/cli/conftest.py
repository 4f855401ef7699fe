"""One small run for all tests of the verbs, made in this process."""

import contextlib
import io
from pathlib import Path

import pytest

from evo.cli.app import status

# Fewer than eight instances: their references are computed without starting processes.
SMALL = ["problem=toy", "problem.train=3", "problem.validation=2", "problem.test=2", "evaluator.workers=1"]


@pytest.fixture(scope="session")
def small() -> list[str]:
    return SMALL


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of runs with one in it, `toy_run`, and what it printed beside it, `printed`."""
    folder = tmp_path_factory.mktemp("runs")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        assert (
            status(
                [
                    "run",
                    *SMALL,
                    "islands=one",
                    "budget.candidates=8",
                    "emitters.sample=0",
                    f"hydra.run.dir={folder}/toy_run",
                ]
            )
            == 0
        )
    (folder / "printed").write_text(printed.getvalue())
    return folder
