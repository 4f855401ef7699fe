"""`evo apply` and `evo export --with-kernel` on real runs, files and sandboxes."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from evo.cli.app import status

JOBS = "3 4\n5 5\n2 6\n"
WEEKS = "week,p,d\n1,3,4\n1,5,5\n2,2,6\n2,4,4\n"
EDD = "def priority(p, d, t, n_left, p_mean, p_max, w_late, d_mean, late_share):\n    return d\n"
EDD_PROGRAM = "import numpy as np\n\n\ndef solve(p, d):\n    return np.lexsort((p, d))\n"
TINY = ["problem.train=[[5,1]]", "problem.validation=[[6,1]]", "problem.test=[[7,1]]", "evaluator.workers=1"]


@pytest.fixture(scope="module")
def smtt_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("smtt") / "run"
    assert status(["run", *TINY, "islands=one", "budget.candidates=6", f"hydra.run.dir={folder}"]) == 0
    return folder


@pytest.fixture
def jobs(tmp_path: Path) -> Path:
    file = tmp_path / "jobs.txt"
    file.write_text(JOBS)
    return file


def written(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text)
    return str(folder / name)


def test_a_rule_makes_the_schedule_of_a_file(jobs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["apply", written(tmp_path, "edd.py", EDD), str(jobs), "problem=smtt"]) == 0
    rows = list(csv.reader(capsys.readouterr().out.splitlines()))
    assert rows[0] == ["instance", "job", "start", "end", "due", "tardiness"]
    assert [row[1:] for row in rows[1:]] == [
        ["0", "0", "3", "4", "0"],
        ["1", "3", "8", "5", "3"],
        ["2", "8", "10", "6", "4"],
    ]


def test_a_program_runs_in_the_sandbox_and_its_solutions_are_written_as_json(
    jobs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    to = tmp_path / "schedules.json"
    program = written(tmp_path, "edd.py", EDD_PROGRAM)
    assert status(["apply", program, str(jobs), "problem=smtt_program", "--to", str(to), "--json"]) == 0
    made = json.loads(to.read_text())
    assert made["problem"] == "smtt_program"
    assert made["isolation"] in ("A", "B", "C")
    (one,) = made["instances"]
    assert one["solution"] == [0, 1, 2]
    assert one["objective"] == 7
    assert one["table"][2] == {"job": 2, "start": 8, "end": 10, "due": 6, "tardiness": 4}
    assert json.loads(capsys.readouterr().out) == {**made, "file": str(to)}


def test_the_best_rule_of_a_run_is_applied_with_the_settings_of_the_run(
    smtt_run: Path, jobs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = []
    for rule in (str(smtt_run), str(smtt_run / "best.py")):
        assert status(["apply", rule, str(jobs)]) == 0
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1]
    assert printed[0].count("\n") == 4


def test_a_seed_of_a_run_is_applied_by_its_number(
    smtt_run: Path, jobs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status(["apply", str(smtt_run), str(jobs), "--candidate", "0", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["instances"][0]["solution"] == [0, 1, 2], "the first seed is EDD"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["{edd}", "{jobs}", "--to", "{folder}/x.xls"], "ends in .csv, .json or .svg"),
        (["{edd}", "{folder}/none.txt"], "none.txt"),
        (["{edd}", "{weeks}"], "weeks.csv, line 1: column 'week' ('1', '2', …) may tell instances apart"),
        (["{edd}", "{jobs}", "problem=toy"], "toy reads no instances from files"),
        (["{edd}", "{jobs}", "--candidate", "3"], "give the run in place of the file"),
        (["{run}", "{jobs}", "problem=smtt"], "A run has its own settings"),
        (["{run}", "{jobs}", "--candidate", "99"], "No candidate '99'"),
        (["{broken}", "{jobs}"], "line 2"),
        (["nowhere", "{jobs}", "--runs", "{folder}"], "No run"),
    ],
)
def test_what_cannot_be_applied_is_said_in_one_line(
    arguments: list[str],
    told: str,
    smtt_run: Path,
    jobs: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    edd = written(tmp_path, "edd.py", EDD)
    broken = written(tmp_path, "broken.py", EDD.replace("return d", "return d / 0"))
    places = {
        "edd": edd,
        "jobs": jobs,
        "weeks": written(tmp_path, "weeks.csv", WEEKS),
        "folder": tmp_path,
        "run": smtt_run,
        "broken": broken,
    }
    failed = 1 if "{broken}" in arguments else 2
    assert status(["apply", *(argument.format(**places) for argument in arguments)]) == failed
    printed = capsys.readouterr()
    assert told in printed.err
    assert printed.err.count("\n") == 1
    assert not printed.out


def test_a_candidate_with_its_kernel_solves_instances_without_us(smtt_run: Path, tmp_path: Path) -> None:
    file = tmp_path / "rule.py"
    assert status(["export", str(smtt_run), "--candidate", "0", "--with-kernel", "--to", str(file)]) == 0
    given = json.dumps([{"p": [3, 5, 2], "d": [4, 5, 6]}])
    done = subprocess.run([sys.executable, "-I", file], input=given, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [[0, 1, 2]], "the first seed is EDD"
    text = file.read_text()
    assert "`solution(p, d)` returns the sequence" in text
    assert "candidate 0 of run" in text


def test_the_optimum_is_written_as_a_rule_s_schedules_are_with_the_names_of_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    jobs = written(
        tmp_path, "plan.csv", "\ufeffInstance;Job;Processing Time;Due Date\r\nmonday;J1;3;4\r\nmonday;J2;2;2\r\n"
    )
    to = tmp_path / "optimum.csv"
    assert status(["solve", jobs, "problem=smtt", "--to", str(to)]) == 0
    capsys.readouterr()
    assert status(["apply", written(tmp_path, "edd.py", EDD), jobs, "problem=smtt"]) == 0
    printed = capsys.readouterr().out
    assert printed == to.read_text()
    assert printed.splitlines()[:2] == ["instance,job,name,start,end,due,tardiness", "plan,1,J2,0,2,2,0"]
    assert status(["solve", jobs, "problem=smtt", "--to", str(tmp_path / "x.xls")]) == 2


def test_a_column_that_is_not_used_is_told_in_one_line_on_stderr(tmp_path: Path) -> None:
    jobs = written(tmp_path, "jobs.csv", "p,d,customer\n3,4,a\n5,5,b\n")
    evo = Path(sys.executable).parent / "evo"
    line = [str(evo), "apply", written(tmp_path, "edd.py", EDD), jobs]
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stderr.startswith(f"evo: warning: {jobs}, line 1: not used: column 'customer'; rename it to `instance`")
    assert done.stderr.count("\n") == 1
    assert done.stdout.count("\n") == 3


def test_fractions_come_back_in_the_unit_of_the_file_and_names_are_the_users(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    jobs = written(tmp_path, "jobs.csv", "instance,p,d\nday,3.5,4\nday,2,5\nnight,1,1\n")
    assert status(["apply", written(tmp_path, "edd.py", EDD), jobs, "problem=smtt"]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        "jobs[day],0,0,3.5,4,0",
        "jobs[day],1,3.5,5.5,5,0.5",
        "jobs[night],0,0,1,1,0",
    ]
    assert status(["solve", jobs, "problem=smtt", "--json"]) == 0
    solved = json.loads(capsys.readouterr().out)["instances"]
    assert [(one["name"], one["value"], one["bound"]) for one in solved] == [
        ("jobs[day]", 0.5, 0.5),
        ("jobs[night]", 0, 0),
    ]


def test_start_times_come_back_in_the_unit_of_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop = written(tmp_path, "shop.txt", "2 2\n0 1.5 1 2\n1 1 0 2.25\n")
    to = tmp_path / "schedule.json"
    assert status(["solve", shop, "problem=jobshop", "problem.search_steps=200", "--to", str(to)]) == 0
    assert capsys.readouterr().out.startswith("shop: 3.75, proven optimal")
    (one,) = json.loads(to.read_text())["instances"]
    assert one["objective"] == 3.75
    assert max(row["end"] for row in one["table"]) == 3.75
    assert [row["start"] for row in one["table"]] == [start for job in one["solution"] for start in job]
