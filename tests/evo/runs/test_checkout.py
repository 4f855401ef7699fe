"""Where our code runs from a git checkout, a run records its commit, and where that was had."""

import shutil
import subprocess
from pathlib import Path

import pytest

from evo.runs.checkout import checkout

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="no git")


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    command = ["git", *identity, "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    (tmp_path / "code.py").write_text("one = 1\n")
    git(tmp_path, "add", "code.py")
    git(tmp_path, "commit", "-qm", "Begin")
    return tmp_path


def test_the_commit_is_told_and_whether_the_code_has_changed_since(place: Path) -> None:
    commit = git(place, "rev-parse", "HEAD")
    assert checkout(place) == {"commit": commit, "uncommitted": "no"}
    (place / "runs.log").write_text("not ours")
    assert checkout(place)["uncommitted"] == "no"
    (place / "code.py").write_text("one = 2\n")
    assert checkout(place)["uncommitted"] == "yes"


def test_the_origin_is_told_without_names_and_keys(place: Path) -> None:
    git(place, "remote", "add", "origin", "https://me:secret@example.org/evo.git")
    assert checkout(place)["origin"] == "https://example.org/evo.git"


def test_what_is_no_checkout_has_no_commit(place: Path) -> None:
    (place / "below").mkdir()
    assert checkout(place / "below") == {}


def test_a_checkout_without_a_commit_has_none(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    assert checkout(tmp_path) == {}
