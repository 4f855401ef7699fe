"""Sweeps by real launchers, and their report."""

import csv
import io
import json
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from evo.cli.app import status
from evo.cli.launchers import check_launcher, cores_of_a_job
from evo.core.errors import UserError
from evo.sweeps import read_jobs


def sweep_of(runs: Path) -> Path:
    (found,) = runs.glob("*_sweep")
    return found


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, small: list[str]) -> Path:
    """Return a folder of runs: a sweep of two strategies, one job after the other, and of a seed that fails."""
    folder = tmp_path_factory.mktemp("sweep")
    swept = ["strategy=evolve,sample", "seed=1,-1", "islands=one", "budget.candidates=8"]
    assert status(["run", "-m", *small, *swept, f"hydra.sweep.dir={folder}"]) == 2
    return folder


def test_a_sweep_knows_its_jobs_and_how_they_ended(runs: Path) -> None:
    jobs = read_jobs(sweep_of(runs))
    assert [job.status for job in jobs] == [0, 2, 0, 2]
    assert {"strategy=evolve", "seed=1"} <= set(jobs[0].overrides)
    assert all((job.run / "best.py").is_file() for job in jobs if job.status == 0)


def test_a_report_compares_the_arms_and_says_what_is_left_out(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["sweep-report", str(sweep_of(runs)), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(row["arm"], row["seeds"]) for row in told["rows"]] == [
        ("strategy=evolve", "1"),
        ("strategy=sample", "1"),
    ]
    assert told["rows"][0]["test_difference"] is None
    assert isinstance(told["rows"][1]["test_difference"], float)
    assert told["rows"][1]["test_difference_low"] is None  # one seed
    assert sum("Expected seed >= 0, got -1." in note for note in told["notes"]) == 2


def test_the_newest_sweep_is_reported_by_default(
    runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status(["sweep-report", "--runs", str(runs), "--format", "csv"]) == 0
    by_default = capsys.readouterr().out
    assert status(["sweep-report", str(sweep_of(runs)), "--format", "csv"]) == 0
    assert capsys.readouterr().out == by_default
    assert status(["sweep-report", "--runs", str(tmp_path)]) == 2
    assert "No sweep in" in capsys.readouterr().err


def test_a_report_reads_any_folder_of_runs(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["sweep-report", str(runs), "--format", "csv", "--against", "sample"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["arm"] for row in rows] == ["strategy=sample", "strategy=evolve"]


@pytest.mark.parametrize(("form", "words"), [("table", "less the gap of"), ("md", "| arm | on |"), ("html", "<svg")])
def test_a_report_is_for_people_too(
    form: str, words: str, runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plot = tmp_path / "arms.png"
    assert status(["sweep-report", str(sweep_of(runs)), "--format", form, "--plot", str(plot)]) == 0
    assert words in capsys.readouterr().out
    assert plot.read_bytes().startswith(b"\x89PNG")


def test_a_report_sets_seeds_against_budgets(
    tmp_path: Path, small: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    swept = ["seed=1,2,3", "budget.candidates=4,12", "islands=one", f"hydra.sweep.dir={tmp_path}"]
    assert status(["run", "-m", *small, *swept]) == 0
    capsys.readouterr()
    assert status(["sweep-report", str(sweep_of(tmp_path)), "--format", "json"]) == 0
    points = json.loads(capsys.readouterr().out)["surface"]
    grid = {(point["runs"], point["length"]): point["gap"] for point in points if point["table"] == "grid"}
    assert {runs for runs, _ in grid} == {1, 2, 3}
    assert {length for _, length in grid} == {4.0, 12.0}
    assert all(grid[runs, 12.0] <= grid[runs, 4.0] for runs in (1, 2, 3))
    assert grid[3, 4.0] <= grid[2, 4.0] <= grid[1, 4.0]
    divided = [point for point in points if point["table"] == "equal_totals"]
    assert [(point["total"], point["runs"]) for point in divided[:3]] == [
        (14, 1),
        (14, 2),
        (14, 3),
    ]  # the two seeds count
    assert status(["sweep-report", str(sweep_of(tmp_path)), "--format", "html"]) == 0
    assert "more seeds or longer runs" in capsys.readouterr().out


def test_a_sweep_without_a_finished_run_says_why(
    tmp_path: Path, runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in (1, 3):
        shutil.copy(sweep_of(runs) / f"job{number}.json", tmp_path)
    assert status(["sweep-report", str(tmp_path)]) == 2
    assert "No finished run" in (said := capsys.readouterr().err)
    assert "got -1." in said
    assert said.count("\n") == 1


@pytest.mark.timeout(300)
def test_joblib_runs_jobs_beside_each_other_and_one_that_fails_stops_no_other(
    tmp_path: Path, small: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    settings = [setting for setting in small if not setting.startswith("evaluator")]
    swept = ["seed=1,-1,2", "budget.candidates=4", "hydra/launcher=joblib", f"hydra.sweep.dir={tmp_path}"]
    assert status(["run", "-m", *settings, *swept]) == 2
    jobs = read_jobs(sweep_of(tmp_path))
    assert [(job.status, job.message) for job in jobs] == [(0, ""), (2, "Expected seed >= 0, got -1."), (0, "")]
    told = capfd.readouterr()
    assert told.out.count("gap train") == 2
    assert f"evo: {jobs[1].name}: Expected seed >= 0" in told.err
    assert "Traceback" not in told.err


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("polite", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_a_polite_kill_end_all_jobs(polite: signal.Signals, tmp_path: Path, small: list[str]) -> None:
    code = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    swept = ["seed=1,2", "budget.candidates=100000", "hydra/launcher=joblib", "hydra.launcher.n_jobs=2"]
    process = subprocess.Popen(
        [sys.executable, "-c", f"{code}; from evo.cli import main; main()", "run", "-m", *small, *swept,
         f"hydra.sweep.dir={tmp_path}"],
        start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and len(list(tmp_path.glob("*/run.sqlite"))) < 2:
        threading.Event().wait(0.2)
    process.send_signal(polite)
    _, complaint = process.communicate(timeout=60)  # the jobs hold the pipes: it ends when they have
    assert process.returncode == 130
    assert complaint.count("has not ended: evo resume") == 2
    assert "Traceback" not in complaint


@pytest.mark.slow
def test_submitit_runs_jobs_on_this_machine(tmp_path: Path, small: list[str]) -> None:
    swept = ["seed=1,2", "budget.candidates=4", "hydra/launcher=submitit_local", f"hydra.sweep.dir={tmp_path}"]
    assert status(["run", "-m", *small, *swept]) == 0
    assert [job.status for job in read_jobs(sweep_of(tmp_path))] == [0, 0]


def test_slurm_composes(capsys: pytest.CaptureFixture[str]) -> None:
    slurm = ["hydra/launcher=submitit_slurm", "hydra.launcher.partition=short", "hydra.launcher.cpus_per_task=4"]
    check_launcher(slurm, starts=True, submit="sh")
    assert status(["run", "--cfg", "hydra", *slurm]) == 0
    assert "partition: short" in capsys.readouterr().out


def test_a_missing_launcher_says_what_to_install_and_a_missing_slurm_what_else_there_is() -> None:
    with pytest.raises(UserError, match=r"pip install 'evo-heuristics\[sweeps\]'"):
        check_launcher(["hydra/launcher=joblib"], False, {"joblib": "no_such_package.launcher"})
    with pytest.raises(UserError, match="needs SLURM's no_such_program on this machine"):
        check_launcher(["hydra/launcher=submitit_slurm"], True, submit="no_such_program")


@pytest.mark.parametrize(
    ("launcher", "cores"),
    [
        ({}, None),
        ({"n_jobs": -1}, 1),
        ({"n_jobs": 2}, 4),
        ({"n_jobs": 100}, 1),
        ({"n_jobs": -2}, 1),
        ({"cpus_per_task": None}, 1),
        ({"cpus_per_task": 6}, 6),
    ],
)
def test_jobs_share_the_cores(launcher: dict[str, object], cores: int | None) -> None:
    assert cores_of_a_job(launcher, cores=8) == cores
