"""A run that is killed before it has a record: its folder is told as such, and the run is begun again in it."""

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from evo.cli.app import status

EVO = [sys.executable, "-c", "from evo.cli import main; main()"]
MORTAL = """
import os, pathlib, signal
from problems.toy import Toy

class Mortal(Toy):
    name = "mortal"

    def instances(self, split):
        if not pathlib.Path(__file__).with_name("spared").exists():
            os.kill(os.getpid(), signal.SIGKILL)
        return super().instances(split)
"""


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a problem of its own and, in `runs/a run`, a run that was killed as it drew instances."""
    folder = tmp_path_factory.mktemp("killed")
    (folder / "my own" / "problem").mkdir(parents=True)
    (folder / "my own" / "mortal_here.py").write_text(MORTAL)
    (folder / "my own" / "problem" / "mortal.yaml").write_text("_target_: mortal_here.Mortal\n")
    sizes = ["problem.train=3", "problem.validation=2", "problem.test=2", "evaluator.workers=1", "budget.candidates=4"]
    given = ["problem=mortal", *sizes, "islands.archives.behaviour=[1, 2]", "hydra.run.dir=runs/a run"]
    process = subprocess.run([*EVO, "run", "--config-dir", "my own", *given], cwd=folder, capture_output=True)
    assert process.returncode == -9, process.stderr
    return folder


@pytest.fixture
def here(killed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(killed, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EVO_RUNS", raising=False)
    return tmp_path


def complaint(capsys: pytest.CaptureFixture[str]) -> str:
    printed = capsys.readouterr().err
    assert printed.count("\n") == 1, printed
    return printed


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("named", [["runs/a run"], ["a run"], ["run"], []], ids=["path", "name", "part", "newest"])
def test_resume_says_that_nothing_is_recorded_and_what_starts_it(
    named: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert status(["resume", *named]) == 2
    said = complaint(capsys)
    assert "Nothing is recorded in runs/a run" in said
    assert "evo run '--config-dir=" in said
    assert "problem=mortal problem.train=3 " in said
    assert said.rstrip().endswith("'hydra.run.dir=runs/a run'")


def test_the_command_that_is_told_makes_the_run_in_that_folder(
    here: Path, killed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status(["resume", "runs/a run"]) == 2
    command = shlex.split(complaint(capsys).partition("To start it: ")[2])
    assert command[:2] == ["evo", "run"]
    (killed / "my own" / "spared").touch()  # the folder of the problem stands where it stood
    again = subprocess.run([*EVO, *command[1:]], cwd=here, capture_output=True, text=True)
    assert again.returncode == 0, again.stderr
    assert {"run.sqlite", "best.py"} <= {path.name for path in (here / "runs" / "a run").iterdir()}
    assert subprocess.run([*EVO, "run", *command[2:]], cwd=here, capture_output=True).returncode == 2, "it has a record"


def test_settings_that_were_not_written_are_not_guessed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "runs" / "a run" / ".hydra" / "overrides.yaml").write_text("")
    assert status(["resume", "a run"]) == 2
    assert "were not written either" in complaint(capsys)


@pytest.mark.parametrize("other", ["thesis.tex", "best.py", "run.sqlite"])
def test_a_folder_that_holds_something_else_is_refused(
    other: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "runs" / "a run" / other).write_text("mine")
    assert status(["run", "problem=toy", "hydra.run.dir=runs/a run"]) == 2
    assert "exists already" in complaint(capsys)
    assert (here / "runs" / "a run" / other).read_text() == "mine"


def test_a_run_with_a_record_is_found_beside_one_without(
    runs: Path, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(runs / "toy_run", here / "runs" / "a run before")
    assert status(["top", "--json"]) == 0
    assert "a run before" in capsys.readouterr().out
    assert status(["top", "a run"]) == 2, "the whole name is of the other"
    assert "Nothing is recorded in runs/a run:" in complaint(capsys)
