"""A recorded run gone through again gives what is on record, and says where it does not."""

import io
import sqlite3
from pathlib import Path

from rich.console import Console

from evo.config.compose import compose
from evo.config.settings import Settings
from evo.runs.finish import Conclusion
from evo.runs.replay import replay
from evo.runs.run import DATABASE, run


def settings(*overrides: str) -> Settings:
    return compose(["problem=toy", "islands.migration.every=10", *overrides])


def finished(folder: Path, *overrides: str) -> Conclusion:
    folder.mkdir()
    return run(settings(*overrides), folder, Console(file=io.StringIO()))


def test_a_replay_gives_the_recorded_archive_and_the_recorded_scores(tmp_path: Path) -> None:
    finished(tmp_path / "run", "budget.candidates=40")
    again = replay(settings("budget.candidates=40"), tmp_path / "run", evaluate=True)
    assert again.identical
    assert again.candidates == again.evaluated == 40 + len(settings().problem.seeds)


def test_a_replay_notices_a_record_that_was_changed(tmp_path: Path) -> None:
    finished(tmp_path / "run", "budget.candidates=30")
    with sqlite3.connect(tmp_path / "run" / DATABASE) as connection:
        connection.execute("UPDATE evaluations SET gap_scaled = 0.0, fitness = 0.0 WHERE candidate = 12")
    assert not replay(settings(), tmp_path / "run").identical
