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


SEARCHING = """import numpy as np
def solve(p, w, out):
    out[:] = np.searchsorted(np.zeros(p.size, dtype=np.int64) - 1, p * 0 - 2)
    for i in range(p.size):
        out[i] = p.size - 1 - i
"""


def test_a_score_that_differs_since_the_language_has_changed_is_excused_with_the_construct(tmp_path: Path) -> None:
    chosen = ("problem=toy_algorithm", "budget.candidates=6")
    finished(tmp_path / "run", *chosen)
    with sqlite3.connect(tmp_path / "run" / DATABASE) as connection:
        sources = "SELECT source, max(ordinal) FROM candidates WHERE source IS NOT NULL AND repeat_of IS NULL"
        source, last = connection.execute(sources).fetchone()
        connection.execute("UPDATE blobs SET content = ? WHERE sha256 = ?", (SEARCHING, source))
        connection.execute("UPDATE run SET environment = json_remove(environment, '$.language')")
    excused = replay(settings(*chosen), tmp_path / "run", evaluate=True)
    assert excused.identical
    assert excused.excused[0].startswith(f"candidate {last}: now ")
    assert excused.excused[0].endswith(
        "; np.searchsorted costs the bits of the length for each value that it looks for, no longer once"
    )
