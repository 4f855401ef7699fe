"""A sweep's folder: a file for each job, whole or not there, that moves with the runs."""

from pathlib import Path

import pytest

from evo.core.errors import UserError
from evo.sweeps import SweepJob, read_jobs, read_runs, write_job


def test_jobs_are_read_as_written_by_number(tmp_path: Path) -> None:
    jobs = [SweepJob(number, tmp_path / f"run{number}", ("seed=1",)).ended(0) for number in (10, 9)]
    for job in jobs:
        write_job(tmp_path / "sweep", job)
    assert read_jobs(tmp_path / "sweep") == (jobs[1], jobs[0])


def test_a_sweep_may_be_moved_with_its_runs(tmp_path: Path) -> None:
    write_job(tmp_path / "here" / "sweep", SweepJob(0, tmp_path / "here" / "run", ()))
    (tmp_path / "here").rename(tmp_path / "there")
    assert read_jobs(tmp_path / "there" / "sweep")[0].run == tmp_path / "there" / "run"


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "job0.json").write_text("{}")
    with pytest.raises(UserError, match=r"job0\.json is not the file of a sweep's job"):
        read_jobs(tmp_path)


def test_a_folder_without_runs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="Expected the folder of a sweep"):
        read_runs(tmp_path)


def test_jobs_that_failed_or_left_no_record_are_left_out_and_said(tmp_path: Path) -> None:
    write_job(tmp_path, SweepJob(0, tmp_path / "a", ("seed=-1",), 2, "Expected seed >= 0, got -1."))
    write_job(tmp_path, SweepJob(1, tmp_path / "b", ("seed=1",)))
    runs, left_out = read_runs(tmp_path)
    assert runs == ()
    assert [(one.name, one.why.rpartition("/")[2]) for one in left_out] == [
        ("job 0 (seed=-1)", "Expected seed >= 0, got -1."),
        ("job 1 (seed=1)", "run.sqlite: no such file."),
    ]
