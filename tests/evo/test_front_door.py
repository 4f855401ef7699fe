"""`import evo`: what it offers is there, documented and light, and the examples run."""

import asyncio
import inspect
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import evo

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


def test_the_contents_page_names_what_there_is() -> None:
    assert sorted(evo.__all__) == evo.__all__ == dir(evo)
    assert [name for name in evo.__all__ if not inspect.getdoc(getattr(evo, name))] == []


def test_what_is_not_named_is_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = evo.nothing


def test_importing_it_imports_nothing_weighty() -> None:
    code = "import sys, evo; print([name for name in ('hydra', 'numpy', 'sqlalchemy') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT).stdout == "[]\n"


def test_a_run_from_python_goes_on_and_is_replayed_from_its_record_alone(tmp_path: Path) -> None:
    small = ["problem.train=3", "problem.validation=2", "problem.test=2", "evaluator.workers=1"]
    run = evo.run("toy", seed=2, candidates=8, overrides=small, folder=tmp_path / "run")
    assert set(run.gaps) == set(evo.Split)
    assert sorted(path.name for path in run.folder.iterdir() if not path.name.startswith("run.sqlite")) == ["drawings"]
    longer = evo.resume(run.folder, ["budget.candidates=12"])
    assert "candidates = 12" in longer.stopped
    assert "candidates = 15" in longer.resume(candidates=3).stopped
    assert evo.replay(run.folder, evaluate=True).identical
    with evo.open(run.folder).record() as record:
        assert record.header().problem == "toy"


def test_a_script_needs_no_guard_and_an_empty_folder_is_no_obstacle(tmp_path: Path) -> None:
    sizes = ["problem.train=9", "problem.validation=2", "problem.test=2", "evaluator.workers=1"]
    (tmp_path / "run").mkdir()
    script = tmp_path / "script.py"
    script.write_text(f"import evo\nprint(evo.run('toy', candidates=4, overrides={sizes}, folder='run').folder)\n")
    ended = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, cwd=tmp_path)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "run\n", "")


def test_a_run_begins_in_a_running_loop_and_in_threads_side_by_side(tmp_path: Path) -> None:
    sizes = ["problem.train=3", "problem.validation=2", "problem.test=2", "evaluator.workers=1"]

    def made(name: str) -> evo.Run:
        return evo.run("toy", candidates=4, overrides=sizes, folder=tmp_path / name)

    async def cell() -> evo.Run:
        return made("loop")

    with ThreadPoolExecutor(2) as threads:
        runs = [*threads.map(made, ("one", "other")), asyncio.run(cell())]
    assert len({run.source for run in runs}) == 1


def test_a_folder_that_is_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "precious").touch()
    with pytest.raises(evo.UserError, match="exists already"):
        evo.run("toy", folder=tmp_path)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs(example: Path, tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, str(example), str(tmp_path / "x")], capture_output=True, text=True, cwd=tmp_path
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "alike: True" in ended.stdout or "never worse: True" in ended.stdout
