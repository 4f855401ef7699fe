"""`evo explain` on a real run."""

import json
import shutil
from pathlib import Path

import pytest

from evaluators.statistics import Interval
from evo.analysis.explanation import Explanation, Smallest
from evo.cli.app import status
from evo.cli.explain import views
from evo.cli.views import show_view

NOTHING = Interval(0.0, 0.0, 0.0)


@pytest.fixture
def folder(runs: Path, tmp_path: Path) -> Path:
    """Return a folder of runs with a copy of the small one."""
    shutil.copytree(runs / "toy_run", tmp_path / "toy_run")
    return tmp_path


def test_a_candidate_is_explained_and_the_report_has_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["explain", "toy_run", "best", "--runs", str(folder), "--fresh", "20"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "fresh instances like those of validation" in printed
    assert "margin of 0.050 points" in printed
    assert (folder / "toy_run" / "explain.json").is_file()
    assert status(["report", "toy_run", "--runs", str(folder), "--to", str(folder / "report.html")]) == 0
    assert "What each part is worth" in (folder / "report.html").read_text()


def test_the_lines_of_the_smallest_source_are_whole_on_a_narrow_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    smallest = Smallest(f"def priority(p, w):\n    return {' + '.join(['p'] * 60)}\n", 9, NOTHING, 20, (1,))
    found = Explanation(0, "", "", 0.0, "WSPT", NOTHING, 20, (1,), 0.1, 99, (), smallest, True)
    monkeypatch.setenv("COLUMNS", "40")
    for view in views(found):
        show_view(view)
    assert f"    return {' + '.join(['p'] * 60)}" in capsys.readouterr().out.splitlines()


def test_json_has_figures_and_sentences(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["explain", "--runs", str(folder), "--fresh", "20", "--margin", "0.5", "--json"]
    assert status(asked) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["margin"] == 0.005
    assert told["sentences"]
    assert {"part", "finding", "difference", "gap"} <= set(told["parts"][0]) if told["parts"] else True
    assert told["instances"] >= 20


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nothing"], "No run 'nothing'"),
        (["toy_run", "9999"], "No candidate '9999'"),
        (["toy_run", "best", "--margin", "0"], "Expected a margin above 0"),
        (["toy_run", "best", "--budget", "0"], "--budget"),
    ],
)
def test_what_cannot_be_explained_is_said_in_one_line(
    arguments: list[str], words: str, runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status(["explain", *arguments, "--runs", str(runs)]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert words in err
