"""Kernels are kept where somebody may write, and compute where nobody may."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULE = """
from problems.kernels import cache_folder, compiled

def double(x):
    return 2 * x

kernel = compiled(double)
assert kernel(21) == 42
print(cache_folder(kernel))
"""


@pytest.fixture
def unwritable(tmp_path: Path) -> Path:
    """Return a module with a kernel beside which nothing can be kept."""
    module = tmp_path / "module.py"
    module.write_text(MODULE)
    (tmp_path / "__pycache__").touch()
    return module


def kept_in(module: Path, temporary: Path, home: dict[str, str]) -> str:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary), **home}
    done = subprocess.run(
        [sys.executable, module], env=environment, capture_output=True, text=True, check=True, cwd=module.parent
    )
    assert done.stderr == ""
    return done.stdout.strip()


@pytest.mark.parametrize("home", [{"HOME": "/dev/null"}, {"HOME": "~"}])
def test_machine_code_is_kept_in_a_temporary_folder_where_neither_tree_nor_home_can_be_written(
    home: dict[str, str], unwritable: Path, tmp_path: Path
) -> None:
    assert kept_in(unwritable, tmp_path, home).startswith(str(tmp_path / f"evo-kernels-{os.getuid()}"))
    assert not (tmp_path / "~").exists(), "for a user without a home numba would make one here"


@pytest.mark.parametrize("mode", [0o777, 0o750])
def test_machine_code_is_kept_nowhere_rather_than_where_others_can_write(
    mode: int, unwritable: Path, tmp_path: Path
) -> None:
    folder = tmp_path / f"evo-kernels-{os.getuid()}"
    folder.mkdir()
    folder.chmod(mode)
    assert kept_in(unwritable, tmp_path, {"HOME": "/dev/null"}) == ""
    assert list(folder.iterdir()) == []
