"""The bootstrap: what is set up already is left alone, what is missing is named in one line."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[3]
ECHO = '#!/bin/sh\necho "$@"\n'


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("go.py", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def loaded(folder: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("go_copy", folder / "go.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def prepared(folder: Path) -> None:
    """Make an environment whose Python and evo print their arguments, stamped as complete."""
    programs = folder / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name in ("python", "evo"):
        (programs / name).write_text(ECHO)
        (programs / name).chmod(0o755)
    (folder / ".venv" / "go.stamp").write_text(loaded(folder).fingerprint())


def go(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(folder / "go.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"]})


def test_without_a_verb_it_says_how_it_is_used(copy: Path) -> None:
    done = go(copy)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "run" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "passed"),
    [
        (["test", "-k", "x"], "-m pytest -k x"),
        (["run", "seed=1"], "run seed=1"),
        (["evaluate", "a b.py"], "evaluate a b.py"),
    ],
)
def test_a_complete_environment_is_used_at_once(arguments: list[str], passed: str, copy: Path) -> None:
    prepared(copy)
    done = go(copy, *arguments)
    assert (done.returncode, done.stdout, done.stderr) == (0, passed + "\n", "")


def test_commands_that_evo_prints_begin_as_go_was_started(copy: Path) -> None:
    prepared(copy)
    (copy / ".venv" / "bin" / "evo").write_text('#!/bin/sh\necho "$EVO_PROGRAM"\n')
    found = Path(sys.executable)
    for path, started in ((str(found.parent), found.name), (str(copy), str(found))):
        command = [str(found), "go.py", "show"]
        done = subprocess.run(command, capture_output=True, text=True, cwd=copy, env={"PATH": path})
        assert done.stdout == f"{started} go.py\n"


def test_a_step_of_the_set_up_that_takes_long_says_so(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    go_py = loaded(copy)
    go_py.SECONDS = 0.2
    waits = [sys.executable, "-c", "import time; print('made'); time.sleep(0.7); raise SystemExit(3)"]
    assert go_py.aloud(waits, "making it", dict(os.environ)) == (3, "made\n")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) >= 2
    assert all(line.startswith("  making it ... ") for line in lines)


def test_another_lock_asks_for_another_environment(copy: Path) -> None:
    before = loaded(copy).fingerprint()
    (copy / "requirements.lock").write_text("numpy==2.0\n")
    assert loaded(copy).fingerprint() != before


def test_it_uses_nothing_but_the_standard_library() -> None:
    text = (ROOT / "go.py").read_text(encoding="utf-8")
    imported = {
        line.split()[1].partition(".")[0] for line in text.splitlines() if line.startswith(("import ", "from "))
    }
    assert imported <= set(sys.stdlib_module_names)


def test_ci_runs_the_same_command_then_lint() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert script.index("python3 go.py test") < script.index("python3 go.py lint")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
