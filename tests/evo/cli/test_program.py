"""Commands are printed as they can be typed in the shell at hand."""

from pathlib import Path

import pytest

from evo.cli.app import status
from evo.cli.program import PROGRAM, typed_as


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "my env" / "bin" / "evo"
    file.parent.mkdir(parents=True)
    file.write_text("#!/bin/sh\n")
    file.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "/nowhere")
    return file


def test_a_program_that_the_shell_does_not_find_is_named_by_its_way_from_here(
    program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert typed_as(str(program)) == "'my env/bin/evo'"
    monkeypatch.chdir("/")
    assert typed_as(str(program)) in (f"'{program}'", f"'{str(program).removeprefix('/')}'")


def test_a_program_that_the_shell_finds_is_named_alone(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(program.parent))
    assert typed_as(str(program)) == "evo"
    other = program.parent.parent / "evo"
    other.write_text("#!/bin/sh\n")
    assert typed_as(str(other)) == "'my env/evo'", "another one comes first"


def test_what_was_started_otherwise_is_called_evo() -> None:
    assert typed_as("-c") == "evo"


def test_commands_in_errors_can_be_pasted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PROGRAM, "python3 go.py")
    assert status(["show", "--runs", str(tmp_path)]) == 2
    assert "`python3 go.py run` makes one" in capsys.readouterr().err
