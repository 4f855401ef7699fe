"""The lines under "do it again" of a report work as they are printed: for shipped problems, own ones, own instances."""

import json
import re
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from evo.cli.app import status
from evo.report import contents
from evo.report.again import again
from evo.store import RunStatus, RunStore
from evo.store.folders import run_folders

QUICK = ["budget.candidates=4", "evaluator.workers=1", "islands=one"]
FEW = ["problem.train=3", "problem.validation=2", "problem.test=2"]


def begin(arguments: Sequence[str]) -> Path:
    """Make a run in `runs` of the folder at hand."""
    assert status(["run", *arguments, *QUICK]) == 0
    return run_folders(Path("runs"))[-1].resolve()


def printed(run: Path, file: Path) -> tuple[str, list[str]]:
    """Write a report; return what it needs, and its commands."""
    assert status(["report", str(run), "--format", "md", "--to", str(file)]) == 0
    text = file.read_text(encoding="utf-8").rpartition("## Do it again")[2]
    block = re.search(r"```sh\n(.*?)\n```", text, re.DOTALL)
    assert block is not None
    return re.sub(r"\\(.)", r"\1", text), block[1].splitlines()


def sources(folder: Path) -> list[str | None]:
    with RunStore.open_folder(folder) as store:
        return [step.source for step in store.history().steps]


def paste(lines: Sequence[str]) -> None:
    for line in lines:
        program, *arguments = shlex.split(line, comments=True)
        assert program == "evo"
        assert status(arguments) == 0, line


def test_a_run_of_a_shipped_problem_is_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = begin(["problem=toy", *FEW])
    needed, lines = printed(run, tmp_path / "report.md")
    assert re.search(r"git clone \S+ evo-heuristics|pip install evo-heuristics==\d", needed)
    assert f"runs/{run.name}" in lines[1]
    assert str(tmp_path) not in "".join(lines)
    paste(lines)
    assert sources(run_folders(Path("runs"))[-1]) == sources(run)
    assert "def priority" in Path("rule.py").read_text(encoding="utf-8")


def test_a_run_of_an_own_problem_is_done_again_from_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert status(["new", "problem", "mine", "--dir", "my problems"]) == 0
    run = begin(["--config-dir", "my problems", "problem=mine", *FEW])
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    needed, lines = printed(run, elsewhere / "report.md")
    assert f"the folder of its own problems and settings, {tmp_path}/my problems, whose code had the SHA-256" in needed
    assert lines[0].startswith(f"evo run --config-dir '{tmp_path}/my problems' problem=mine problem.train=3")
    paste(lines)
    assert sources(run_folders(elsewhere / "runs")[-1]) == sources(run)


def test_a_run_on_own_instances_is_done_again_from_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    jobs = tmp_path / "my jobs"
    jobs.mkdir()
    for number in range(5):
        (jobs / f"week{number}.csv").write_text(f"p,d\n3,4\n5,5\n{number + 1},6\n")
    run = begin(["problem=smtt", 'problem.train="my jobs/*.csv"'])
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    needed, lines = printed(run, elsewhere / "report.md")
    assert "the files of its instances of train:" in needed
    assert f"{jobs}/" in lines[0]
    paste(lines)
    assert sources(run_folders(elsewhere / "runs")[-1]) == sources(run)


def test_a_run_that_was_not_begun_by_a_command_names_none(runs: Path) -> None:
    with RunStore.open_folder(runs / "toy_run") as store:
        typed, other = (again(store.header(), runs / "toy_run", began, resumed=False) for began in (True, False))
        assert contents(store).again == other
    assert typed.commands[0].line.startswith("evo run problem=toy")
    assert typed.commands[1:] == other.commands


def test_a_run_under_way_is_gone_on_with(runs: Path) -> None:

    with RunStore.open_folder(runs / "toy_run") as store:
        interrupted = replace(store.header(), status=RunStatus.INTERRUPTED, folders=("/my code",))
    lines = [one.line for one in again(interrupted, runs / "toy run", began=False, resumed=False).commands]
    assert lines[0].startswith("evo resume --config-dir '/my code' '")


@pytest.mark.parametrize(
    ("recorded", "told"),
    [
        (
            {"commit": "ab12" * 10, "origin": "https://example.org/evo.git", "uncommitted": "no"},
            "git clone https://example.org/evo.git evo-heuristics, then git -C evo-heuristics checkout " + "ab12" * 10,
        ),
        ({"commit": "ab12" * 10, "uncommitted": "yes"}, "changes that were not committed"),
        ({"commit": "ab12" * 10, "origin": "--upload-pack=x"}, "git clone ITS-ADDRESS evo-heuristics"),
        ({"commit": "--help; rm"}, "where a package index has it; else a checkout of its source"),
        ({}, "where a package index has it; else a checkout of its source"),
    ],
)
def test_the_code_of_a_run_is_had_by_its_commit_where_that_is_known(
    recorded: dict[str, str], told: str, runs: Path
) -> None:
    with RunStore.open_folder(runs / "toy_run") as store:
        header = replace(store.header(), environment=json.dumps({"python": "3.11.7", "numpy": "2.4.6", **recorded}))
    needed = again(header, runs / "toy_run", began=True, resumed=False).needed
    assert told in needed[0]
    assert needed[1].endswith(": numpy 2.4.6")
