"""The example notebooks: executed by a real kernel, and their runs resumed and replayed by the shell."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import evo

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "examples" / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_as_it_was_executed(notebook: Path) -> None:
    cells = [cell for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == [*range(1, len(cells) + 1)]
    kinds = {output.output_type for cell in cells for output in cell.outputs}
    assert kinds <= {"execute_result", "stream"}


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_shell_goes_on_with_the_run_of_a_notebook_and_replays_it(notebook: Path, tmp_path: Path) -> None:
    place = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(nbformat.read(notebook, as_version=4), timeout=300, resources=place).execute()
    (record,) = (tmp_path / "runs").glob("*/run.sqlite")
    folder = str(record.parent)
    more = sum(row.operator != "seed" for row in evo.open(folder).candidates(frame=False)) + 3
    assert f"candidates = {more}" in shell(tmp_path, "resume", folder, f"budget.candidates={more}")
    assert "identical" in shell(tmp_path, "replay", "--evaluate", folder)


def shell(folder: Path, *arguments: str) -> str:
    """Return what a command prints."""
    command = [sys.executable, "-c", "from evo.cli import main; main()", *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=folder, env={**os.environ, "COLUMNS": "200"})
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout
