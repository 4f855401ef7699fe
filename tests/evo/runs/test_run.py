"""Runs on the toy problem, whole: same seed same archive, resumed after any kill, replayed bit for bit."""

import io
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from rich.console import Console

from evo.analysis.generalisation import generalise
from evo.analysis.looks import looks_at_test
from evo.config.compose import compose
from evo.config.recorded import load
from evo.config.settings import Settings
from evo.core.errors import UserError
from evo.report.contents import contents
from evo.report.summary import summary
from evo.runs.finish import Conclusion
from evo.runs.replay import replay
from evo.runs.resume import resume
from evo.runs.run import DATABASE, run
from evo.store import History, RunStore
from evo.tools.export import export
from problems import Split

EVO = [sys.executable, "-c", "from evo.cli import main; main()"]
# A shell that starts the tests in the background has them ignore Ctrl-C: here it is heard again.
INTERRUPTIBLE = [*EVO[:2], f"import signal; signal.signal(signal.SIGINT, signal.default_int_handler); {EVO[2]}"]
SMALL = ["problem=toy", "islands.migration.every=10"]


def quiet() -> Console:
    return Console(file=io.StringIO())


def settings(*overrides: str) -> Settings:
    return compose([*SMALL, *overrides])


def history(folder: Path) -> History:
    with RunStore.open(folder / DATABASE, readonly=True) as store:
        return store.history()


def archive(folder: Path) -> list[object]:
    """Return everything that decides the archive, in order."""
    return [(s.ordinal, s.island, s.operator, s.parents, s.source, s.placements) for s in history(folder).steps]


def finished(folder: Path, *overrides: str) -> Conclusion:
    folder.mkdir()
    return run(settings(*overrides), folder, quiet())


def test_one_and_two_workers_give_the_same_archive(tmp_path: Path) -> None:
    for workers in (1, 2):
        finished(tmp_path / str(workers), "budget.candidates=40", f"evaluator.workers={workers}")
    assert archive(tmp_path / "1") == archive(tmp_path / "2")


def test_another_seed_is_another_run(tmp_path: Path) -> None:
    for seed in (1, 2):
        finished(tmp_path / str(seed), "budget.candidates=10", f"seed={seed}")
    assert archive(tmp_path / "1") != archive(tmp_path / "2")


def test_a_run_finds_something_better_than_its_seeds_and_tells_all_splits(tmp_path: Path) -> None:
    conclusion = finished(tmp_path / "run", "budget.candidates=60")
    rows = {row.name: row for row in conclusion.baselines}
    assert set(conclusion.found.gaps) == set(Split)
    seeds = settings().problem.seeds
    assert all(conclusion.found.gaps[Split.TRAIN].scaled < rows[seed].gaps[Split.TRAIN].scaled for seed in seeds)
    assert "candidates = 60" in conclusion.stopped


def test_the_winner_is_the_best_of_the_finalists_on_validation(tmp_path: Path) -> None:
    conclusion = finished(tmp_path / "run", "budget.candidates=30")
    scores = {k: e.gap.scaled for (k, split), e in history(tmp_path / "run").scores.items() if split == "validation"}
    assert len(scores) > 5
    assert scores[conclusion.best.ordinal] == min(scores.values())


def test_a_finished_run_is_not_resumed_with_the_budget_that_it_used_up(tmp_path: Path) -> None:
    finished(tmp_path / "run", "budget.candidates=20")
    before = (tmp_path / "run" / DATABASE).read_bytes()
    with pytest.raises(UserError, match=r"budget\.candidates = 20 is used up: resume it with a larger one"):
        resume(settings("budget.candidates=20"), tmp_path / "run", quiet())
    assert (tmp_path / "run" / DATABASE).read_bytes() == before


def test_a_second_winner_after_a_larger_budget_is_marked_wherever_its_figure_is_told(tmp_path: Path) -> None:
    first = finished(tmp_path / "run", "budget.candidates=1")
    second = resume(settings("budget.candidates=40"), tmp_path / "run", quiet())
    assert second.best.ordinal != first.best.ordinal
    with RunStore.open_folder(tmp_path / "run") as store:
        looks = looks_at_test(store, second.best.ordinal)
        assert looks_at_test(store, first.best.ordinal).mark == ""
        told = summary(contents(store))[1]
        notes = generalise(store, 3).notes
    assert looks.count == 2
    assert looks.mark.startswith("second winner")
    assert looks.mark in told.replace("Second", "second")
    assert set(looks.sentences) <= set(notes)
    assert looks.mark in export(tmp_path / "run").text
    assert replay(settings("budget.candidates=40"), tmp_path / "run").identical


def test_what_the_baselines_scored_is_not_computed_again_when_a_run_goes_on(tmp_path: Path) -> None:
    """The seconds on record would differ."""
    finished(tmp_path / "run", "budget.candidates=4")
    before = rows_of_baselines(tmp_path / "run")
    resume(settings("budget.candidates=8"), tmp_path / "run", quiet())
    assert rows_of_baselines(tmp_path / "run") == before
    assert [row["name"] for row in before] == sorted(settings().problem.baselines)
    assert {row["split"] for row in before} == {"train"}
    assert replay(settings("budget.candidates=8"), tmp_path / "run", evaluate=True).identical


def rows_of_baselines(folder: Path) -> list[dict[str, object]]:
    with sqlite3.connect(folder / DATABASE) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute("SELECT * FROM baselines ORDER BY name")]


def recorded(folder: Path) -> bool:
    """Return whether the run's file is there with its first row."""
    if not (folder / DATABASE).exists():
        return False
    with sqlite3.connect(folder / DATABASE) as connection:
        tables = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'run'").fetchone()
        return tables == (1,) and connection.execute("SELECT count(*) FROM run").fetchone() == (1,)


def killed_after(arguments: list[str], folder: Path, seconds: float) -> bool:
    """Start evo in a group of its own, kill the whole group so long after its records began; return whether it ran."""
    process = subprocess.Popen(
        [*EVO, *arguments], start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while process.poll() is None and not recorded(folder) and time.monotonic() < deadline:
        threading.Event().wait(0.05)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False


def facts(folder: Path) -> dict[str, set[tuple[object, ...]]]:
    """Return every recorded reply, outcome and placement, and all spend, as rows."""
    with sqlite3.connect(folder / DATABASE) as connection:
        return {
            "replies": set(
                connection.execute("SELECT ordinal, attempt, reply, dollars FROM calls WHERE status = 'ok'")
            ),
            "evaluations": set(connection.execute("SELECT candidate, split, fitness, 'values' FROM evaluations")),
            "failures": set(connection.execute("SELECT candidate, kind, message FROM failures")),
            "placements": set(connection.execute("SELECT seq, step, candidate, island, cell, status FROM placements")),
        }


def kill_and_resume(folder: Path, overrides: list[str], times: int, rng: random.Random) -> int:
    """Kill and resume until the run has ended; return how often it was hit, at most `times`."""
    hits = 0
    begin = ["run", *SMALL, *overrides, f"hydra.run.dir={folder}"]
    while hits < times:
        before = facts(folder) if hits else {}
        hit = killed_after(["resume", str(folder)] if hits else begin, folder, rng.uniform(0.0, 5.0))
        hits += hit
        after = facts(folder)
        assert all(rows <= after[name] for name, rows in before.items()), "something recorded was lost"
        if not hit:
            break
    return hits


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))])
def test_a_run_killed_again_and_again_ends_as_if_it_had_never_been(tmp_path: Path, seed: int) -> None:
    overrides = [f"seed={seed}", "budget.candidates=300"]
    folder = tmp_path / "killed"
    assert kill_and_resume(folder, overrides, 4, random.Random(seed)) == 4
    resume(load(folder), folder, quiet())
    finished(tmp_path / "whole", *overrides)
    assert archive(folder) == archive(tmp_path / "whole")
    assert replay(load(folder), folder).identical


@pytest.mark.timeout(300)
def test_replies_that_were_paid_for_are_never_asked_again(tmp_path: Path, oracle) -> None:
    folder = tmp_path / "run"
    overrides = [*oracle.overrides, "budget.replies=100", "polish.per_reply=1", "llm.mend=0"]  # one call a reply
    assert kill_and_resume(folder, overrides, 4, random.Random(2)) == 4
    resume(load(folder), folder, quiet())
    with sqlite3.connect(folder / DATABASE) as connection:
        calls = Counter(dict(connection.execute("SELECT status, count(*) FROM calls GROUP BY status")))
        twice = connection.execute(
            "SELECT ordinal FROM calls WHERE status = 'ok' GROUP BY ordinal HAVING count(*) > 1"
        ).fetchall()
        charged = connection.execute("SELECT sum(dollars) FROM calls").fetchone()[0]
    assert twice == []
    assert calls["ok"] == 100
    assert calls["ok"] <= sum(oracle.answered.values()) <= calls["ok"] + calls["unknown"]
    assert charged >= 99.9 * 120 / 1e6
    finished(tmp_path / "whole", *overrides)
    assert archive(folder) == archive(tmp_path / "whole")


def test_a_dollar_cap_counts_what_is_in_flight(tmp_path: Path, oracle) -> None:
    conclusion = finished(tmp_path / "run", *oracle.overrides, "budget.dollars=0.03", "budget.candidates=null")
    assert "budget.dollars" in conclusion.stopped
    spent = history(tmp_path / "run").total_spent.dollars
    assert spent is not None
    assert 0 < spent <= 0.03
    keyless = settings(*oracle.overrides, "llm.local=false", "llm.api_key_env=NO_SUCH_KEY")
    assert replay(keyless, tmp_path / "run").identical, "a replay asks nobody, so it needs no key"


@pytest.mark.parametrize("polite", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_a_polite_kill_end_cleanly_and_say_how_to_go_on(polite: signal.Signals, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    process = subprocess.Popen(
        [*INTERRUPTIBLE, "run", *SMALL, "budget.candidates=5000", f"hydra.run.dir={folder}"],
        start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (recorded(folder) and len(history(folder).steps) > 12):
        threading.Event().wait(0.1)
    os.kill(process.pid, polite)
    _, complaint = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "evo resume" in complaint
    assert "Traceback" not in complaint
    assert history(folder).header.status == "interrupted"
