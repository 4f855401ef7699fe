"""The verbs on a real run, a real file, a real sandbox."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from evo.cli.app import status

TOY = ["problem=toy", "evaluator.workers=1"]
SMITH = "def priority(p, w):\n    return p / w\n"


def said(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    printed = json.loads(capsys.readouterr().out)
    assert isinstance(printed, dict)
    return printed


def evo(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    code = "from evo.cli import main; main()"
    root = str(Path(__file__).parents[3])
    environment = {**os.environ, "EVO_RUNS": str(folder), "PYTHONPATH": root}
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment, check=False)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    done = evo("run", "experiment=quick", "budget.candidates=8", "evaluator.workers=1", folder=folder)
    assert done.returncode == 0, done.stderr
    assert "WSPT" in done.stdout
    assert "evo top" in done.stdout
    return folder


def test_a_run_leaves_its_folder_with_settings_and_best_rule(runs: Path) -> None:
    (run,) = runs.glob("*_toy_s0")
    assert {path.name for path in run.iterdir()} >= {"run.sqlite", ".hydra", "best.py", "run.log"}


def test_top_lists_the_fittest_first(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["top", "--runs", str(runs), "-n", "3", "--json"]) == 0
    candidates = said(capsys)["candidates"]
    assert isinstance(candidates, list)
    fitness = [candidate["fitness"] for candidate in candidates]
    assert len(fitness) == 3
    assert fitness == sorted(fitness, reverse=True)


@pytest.mark.parametrize("verb", ["show", "lineage"])
def test_one_candidate_is_shown_to_people_and_to_programs(
    verb: str, runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status([verb, "best", "--runs", str(runs)]) == 0
    assert "candidate" in capsys.readouterr().out
    assert status([verb, "0", "--runs", str(runs), "--run", "toy", "--json"]) == 0
    assert said(capsys)


def test_the_exported_rule_runs_without_us_and_says_where_it_comes_from(runs: Path, tmp_path: Path) -> None:
    file = tmp_path / "rule.py"
    assert status(["export", "toy", "--runs", str(runs), "--to", str(file)]) == 0
    code = "import rule; print(rule.priority(3.0, 2.0)); print(rule.__doc__)"
    alone = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {code}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert all(word in alone.stdout for word in ("seed 0", "toy", "isolation", "train: mean gap", "test: mean gap"))


def test_a_run_replays_identically(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["replay", "--runs", str(runs), "--json"]) == 0
    assert said(capsys)["identical"] is True


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["show", "9999"], "9999"),
        (["show", "first"], "first"),
        (["top", "nowhere"], "nowhere"),
        (["top", "--run", "nowhere"], "nowhere"),
        (["export", "nowhere"], "nowhere"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(
    arguments: list[str], words: str, runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status([*arguments, "--runs", str(runs)]) in (1, 2)
    printed = capsys.readouterr().err
    assert words in printed
    assert printed.count("\n") == 1


def test_a_foreign_database_is_said_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "run.sqlite").write_text("no database")
    assert status(["top", "--runs", str(tmp_path)]) == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["problem=toy_program"], "llm="),
        (["llm=openai"], "OPENAI_API_KEY"),
        (["seed=-1"], "seed >= 0"),
        (["hydra.run.dir=."], "exists already"),
        (["--config-dir", "nowhere"], "nowhere"),
    ],
)
def test_a_run_that_cannot_be_leaves_no_folder(
    arguments: list[str],
    words: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert status(["run", *arguments]) == 2
    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_scored_on_every_split_with_a_row_per_instance(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "smith.py"
    file.write_text(SMITH)
    shared = [*TOY, "--runs", str(tmp_path), "--json"]
    assert status(["evaluate", str(file), "--instances", *shared]) == 0
    scored = said(capsys)
    assert scored["status"] == "ok"
    assert scored["fitness"] == 0
    assert set(scored) >= {"message", "gap", "measures", "isolation", "seconds"}
    assert isinstance(scored["instances"], list)
    assert len(scored["instances"]) == 40


def test_a_failing_file_says_kind_and_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "broken.py"
    file.write_text("def priority(p, w):\n    return p / (w - w)\n")
    assert status(["evaluate", str(file), *TOY, "--split", "train", "--runs", str(tmp_path), "--json"]) == 1
    failed = said(capsys)
    assert (failed["status"], failed["fitness"]) == ("runtime_error", None)
    assert "line 2: division by zero" in str(failed["message"])


@pytest.mark.parametrize("kind", ["rule", "program"])
def test_a_new_problem_is_sound(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = f"fresh_{kind}"
    assert status(["new", "problem", name, "--kind", kind, "--dir", str(tmp_path)]) == 0
    assert f"evo check problem={name}" in capsys.readouterr().out
    assert status(["new", "problem", name, "--kind", kind, "--dir", str(tmp_path)]) == 2
    assert "exists already" in capsys.readouterr().err
    assert status(["check", f"problem={name}", "--config-dir", str(tmp_path), "--json"]) == 0
    assert said(capsys)["sound"] is True
