"""A source on a user's own instances: gaps to optima, the baselines beside it, and what cannot be done in one line."""

import json
import sqlite3
from pathlib import Path

import numpy as np
import pytest

import evo
from evaluators import Isolation
from evo.cli.app import status
from evo.config.compose import compose
from evo.store import RunHeader, RunStore
from evo.tools.own_instances import read_instances
from problems import Reference, Split

HEADER = "def priority(p, d, t, n_left, p_mean, p_max, w_late, d_mean, late_share):\n    return "
MDD, SPT, BROKEN = f"{HEADER}max(t + p, d)\n", f"{HEADER}p\n", f"{HEADER}p / (d - d)\n"
SIZES = (8, 3, 5, 12)
SHARED = ["problem=smtt", "evaluator.workers=1"]
TOO_FEW = {"low": None, "high": None, "certainty": "too few to tell"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with instances of several sizes, rules, and the references once they are computed."""
    folder = tmp_path_factory.mktemp("own")
    rng = np.random.default_rng(3)
    arrays = {f"p_{k}": rng.integers(1, 20, n) for k, n in enumerate(SIZES)}
    arrays |= {f"d_{k}": rng.integers(0, 8 * n, n) for k, n in enumerate(SIZES)}
    np.savez(folder / "jobs.npz", **arrays)
    (folder / "line.txt").write_text("# p d\n3 4\n2 3\n")
    (folder / "nothing").mkdir()
    (folder / "wrong.txt").write_text("3 4\n2 three\n")
    (folder / "empty.txt").write_text("# nothing\n")
    np.savez(folder / "other.npz", a=np.arange(3))
    for name, source in (("mdd", MDD), ("spt", SPT), ("broken", BROKEN)):
        (folder / f"{name}.py").write_text(source)
    return folder


def evaluated(folder: Path, rule: str, file: str, *more: str) -> int:
    where = ["--instances", str(folder / file), "--runs", str(folder)]
    return status(["evaluate", str(folder / rule), *SHARED, *where, *more])


def test_a_rule_is_compared_with_every_baseline_instance_by_instance(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluated(folder, "spt.py", "jobs.npz", "--json", "--per-instance") == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["status"], said["count"], said["proven"]) == ("ok", 4, 4)
    assert [row["family"] for row in said["instances"]] == [f"jobs n={n}" for n in SIZES]
    assert said["gap"]["scaled"] == pytest.approx(np.mean([row["gap"] for row in said["instances"]]))
    same, other = said["baselines"]["SPT"], said["baselines"]["MDD"]
    assert (same["difference"], same["ties"]) == ({"estimate": 0} | TOO_FEW, 4)
    assert other["difference"]["estimate"] == pytest.approx(said["gap"]["scaled"] - other["gap"]["scaled"])
    assert other["wins"] + other["ties"] + other["losses"] == 4
    assert (said["interval"], other["difference"]["certainty"]) == ([None, None], "too few to tell")


def test_of_six_instances_and_more_there_are_intervals(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    jobs = {f"{key}_{k}": np.load(folder / "jobs.npz")[f"{key}_{k % 4}"] for k in range(8) for key in "pd"}
    np.savez(folder / "more.npz", **jobs)
    assert evaluated(folder, "spt.py", "more.npz", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["interval"][0] < said["gap"]["scaled"] < said["interval"][1]
    same = said["baselines"]["SPT"]["difference"]
    assert same == {"estimate": 0, "low": 0, "high": 0, "certainty": "not certain"}


def test_the_table_names_the_file_and_the_baselines(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert evaluated(folder, "mdd.py", "jobs.npz") == 0
    table = capsys.readouterr().out
    assert all(name in table for name in ("mdd.py", "MDDC", "95 % interval", "0/4/0", "4 proven optimal"))
    monkeypatch.setenv("COLUMNS", "80")
    assert evaluated(folder, "mdd.py", "jobs.npz") == 0
    narrow = capsys.readouterr().out
    rows = [line.split("│") for line in narrow.splitlines() if line.startswith("│")]
    assert {"mdd.py", "MDD", "MDDC", "PSK"} <= {row[1].strip() for row in rows}
    (same,) = [row for row in rows if row[1].strip() == "MDD"]
    assert "+0.00%" in same[3], "also where the file is that baseline, letter for letter"


def test_references_are_kept_and_a_text_file_is_an_instance(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluated(folder, "mdd.py", "line.txt") == 0
    capsys.readouterr()
    assert evaluated(folder, "mdd.py", "line.txt") == 0
    assert capsys.readouterr().err == "", "what takes less than a few seconds is not announced"
    with sqlite3.connect(folder / "references.sqlite") as kept:
        assert kept.execute("SELECT value FROM reference_records WHERE value = 1").fetchall() == [(1.0,)]


def test_a_failing_rule_says_why_and_no_baseline_is_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluated(folder, "broken.py", "line.txt", "--json") == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["status"], said["gap"], said["baselines"]) == ("runtime_error", None, {})
    assert "line 2: division by zero" in said["message"]
    assert evaluated(folder, "broken.py", "line.txt") == 1
    assert "runtime_error: line 2" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("file", "more", "words"),
    [
        ("missing.npz", [], "missing.npz: No such file"),
        ("nothing", [], "Expected files with instances in this folder, got none"),
        ("wrong.txt", [], "wrong.txt, line 2: Expected two numbers"),
        ("other.npz", [], "p_0 and d_0"),
        ("empty.txt", [], "instance empty is empty"),
        ("line.txt", ["problem=toy"], "toy reads no instances from files: it has no `read_instances`; jobshop, obp"),
        ("line.txt", ["--split", "test"], "--split"),
    ],
)
def test_what_cannot_be_evaluated_is_said_in_one_line(
    file: str, more: list[str], words: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluated(folder, "mdd.py", file, *more) in (1, 2)
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert words in err


def test_from_python_a_comparison_comes_back(folder: Path) -> None:
    result = evo.evaluate(SPT, "smtt", instances=folder / "jobs.npz", overrides=SHARED[1:], references=folder)
    assert isinstance(result, evo.Comparison)
    assert result.failure is None
    assert result.differences()["SPT"].ties == len(SIZES)
    assert [name for name in result.scored_baselines if name in ("MDD", "SPT")] == ["MDD", "SPT"]


def test_a_file_with_test_instances_of_a_run_is_a_look_at_them(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (known,) = read_instances(compose(SHARED).problem, folder / "line.txt")
    header = RunHeader("u", "smtt", 0, "{}", "0.1.0", "{}", Isolation.A, "2026-01-01T00:00:00")
    for name, split in (("tests_on_it", Split.TEST), ("trains_on_it", Split.TRAIN)):
        (tmp_path / name).mkdir()
        instances = {split: [(known, Reference(1.0, 1.0, True, "by hand"))]}
        RunStore.create(tmp_path / name / "run.sqlite", header, instances).close()
    where = ["--instances", str(folder / "line.txt"), "--runs", str(tmp_path), "--json"]
    assert status(["evaluate", str(folder / "mdd.py"), *SHARED, *where]) == 0
    counted = [{"run": str(tmp_path / "tests_on_it"), "count": 1}]
    assert json.loads(capsys.readouterr().out)["looks_at_test"] == {"counted": counted, "uncounted": []}


def test_algorithms_are_compared_with_algorithms(folder: Path) -> None:
    source = "import numpy as np\n\n\ndef solve(p, d, out):\n    out[:] = np.argsort(d, kind='mergesort')\n"
    result = evo.evaluate(source, "smtt_b", instances=folder / "jobs.npz", overrides=SHARED[1:], references=folder)
    assert result.differences()["EDD"].ties == len(SIZES)
    assert result.failed_baselines == {}
