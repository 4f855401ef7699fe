"""Files of the user that hide our packages are named in one line, before Python's own errors are met."""

import subprocess
import sys
from pathlib import Path

import pytest

from evo.cli.app import status
from evo.cli.launchers import check_launcher
from evo.core.errors import UserError
from evo.core.shadowing import PACKAGES, ROOT, hidden_package


@pytest.mark.parametrize("name", PACKAGES)
def test_a_module_named_as_a_package_of_ours_hides_it(name: str, tmp_path: Path) -> None:
    (tmp_path / f"{name}.py").write_text("")
    assert hidden_package([str(tmp_path), str(ROOT)]) == (
        f"{tmp_path}/{name}.py hides evo's own package {name}: rename it"
    )


def test_a_folder_hides_ours_if_it_is_a_package(tmp_path: Path) -> None:
    folder = tmp_path / "configs"
    folder.mkdir()
    assert hidden_package([str(tmp_path), str(ROOT)]) is None
    (folder / "__init__.py").write_text("")
    assert hidden_package([str(tmp_path), str(ROOT)]) == f"{folder} hides evo's own package configs: rename it"


def test_what_is_searched_after_ours_hides_nothing(tmp_path: Path) -> None:
    (tmp_path / "problems.py").write_text("")
    assert hidden_package([str(ROOT), str(tmp_path)]) is None
    assert hidden_package(sys.path) is None


@pytest.mark.parametrize("verb", ["run", "check", "references"])
def test_a_folder_of_the_user_that_hides_ours_ends_with_status_2(
    verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "islands.py").write_text("")
    assert status([verb, "problem=toy", "--config-dir", str(tmp_path)]) == 2
    line = f"evo: {tmp_path}/islands.py hides evo's own package islands: rename it\n"
    assert capsys.readouterr().err == line


def test_a_program_that_looks_into_its_folder_first_ends_with_status_2(tmp_path: Path) -> None:
    (tmp_path / "problems.py").write_text("")
    code = "from evo.cli import main; main()"
    ended = subprocess.run([sys.executable, "-c", code, "top"], capture_output=True, text=True, cwd=tmp_path)
    line = f"evo: {tmp_path}/problems.py hides evo's own package problems: rename it\n"
    assert (ended.returncode, ended.stderr) == (2, line)


def test_the_command_and_its_workers_do_not_look_into_the_folder_where_they_start(tmp_path: Path) -> None:
    for name in PACKAGES:
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('a foreign module')\n")
    command = [str(Path(sys.executable).with_name("evo")), "run", "problem=toy", "islands=one", "budget.candidates=3"]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr


def test_jobs_that_start_in_a_folder_that_hides_ours_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "problems.py").write_text("")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=r"problems\.py hides evo's own package problems"):
        check_launcher(["hydra/launcher=submitit_local"], True, {"submitit": "json"})
    check_launcher(["hydra/launcher=joblib"], True, {"joblib": "json"})
