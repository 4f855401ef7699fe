"""The record is the run: nothing else is needed to go on with one; nothing of a stranger's is run without asking."""

import io
import json
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from rich.console import Console

from evo.cli.app import status
from evo.config.compose import compose
from evo.config.recorded import load
from evo.core.errors import UserError
from evo.runs.replay import replay
from evo.runs.resume import resume
from evo.runs.run import DATABASE, run
from evo.store import RunStore
from problems.jobshop import JobShop

SMALL = ["problem=toy", "problem.train=3", "problem.validation=2", "problem.test=2", "evaluator.workers=1"]
OWN = """
import pathlib

from problems.toy import Toy

pathlib.Path({mark!r}).touch()


class Own(Toy):
    pass
"""
LOOKING = (("top",), ("show", "best", "--run"), ("lineage", "path", "best", "--run"), ("report",), ("export",))


def quiet() -> Console:
    return Console(file=io.StringIO())


def begun(folder: Path, *overrides: str, config_dir: Path | None = None) -> Path:
    """Make a run from Python; return its folder."""
    folder.mkdir(parents=True)
    asked = [*SMALL, "budget.candidates=4", *overrides]
    run(compose(asked, None if config_dir is None else str(config_dir)), folder, quiet())
    return folder


def alone(folder: Path, elsewhere: Path) -> Path:
    """Return a folder that holds the record and nothing else."""
    elsewhere.mkdir(parents=True)
    shutil.copy(folder / DATABASE, elsewhere / DATABASE)
    return elsewhere


def changed(folder: Path, **columns: str) -> None:
    """Change the run's own row, as a stranger would."""
    RunStore.open(folder / DATABASE).close()
    with closing(sqlite3.connect(folder / DATABASE)) as plain, plain:
        for column, value in columns.items():
            plain.execute(f"UPDATE run SET {column} = ?", (value,))


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return begun(tmp_path_factory.mktemp("runs") / "toy")


@pytest.fixture
def code(tmp_path: Path) -> Iterator[Path]:
    """Return a folder of own code whose import leaves a mark beside it."""
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "mine.py").write_text(OWN.format(mark=str(tmp_path / "mark")))
    yield folder
    forget(folder)


def forget(folder: Path) -> None:
    """Let a next process be one that has not imported the own code."""
    sys.modules.pop("mine", None)
    sys.path[:] = [entry for entry in sys.path if entry != str(folder)]


@pytest.fixture
def own(tmp_path: Path, code: Path) -> Path:
    """Return the folder of a run with own code, made here; the mark of its import is gone again."""
    folder = begun(tmp_path / "runs" / "own", "problem._target_=mine.Own", config_dir=code)
    (tmp_path / "mark").unlink()
    forget(code)
    return folder


def refused(*arguments: str, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert status(arguments) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    return said


def test_a_run_from_python_replays_and_reports_from_its_record_in_another_place(
    shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = alone(shipped, tmp_path / "far" / "toy")
    monkeypatch.chdir(tmp_path)
    assert replay(load(folder), folder, evaluate=True).identical
    for verb in LOOKING:
        assert status([*verb, str(folder)]) == 0


def test_a_run_from_python_goes_on_from_its_record(shipped: Path, tmp_path: Path) -> None:
    folder = alone(shipped, tmp_path / "toy")
    assert status(["resume", str(folder), "budget.candidates=6"]) == 0
    assert replay(load(folder), folder).candidates == 8


def test_job_shops_recorded_before_there_were_stages_keep_their_instances(shipped: Path, tmp_path: Path) -> None:
    folder = alone(shipped, tmp_path / "toy")
    with RunStore.open(folder / DATABASE, readonly=True) as store:
        values = json.loads(store.header().config)
    recorded = {**values, "problem": {"_target_": "problems.jobshop.JobShop", "train": [[3, 3, 2]]}}
    changed(folder, config=json.dumps(recorded))
    now = load(folder, trust=True).problem
    recorded["polish"] = {name: value for name, value in values["polish"].items() if name != "bounds"}
    changed(folder, config=json.dumps(recorded))
    before = load(folder, trust=True).problem
    assert isinstance(now, JobShop)
    assert isinstance(before, JobShop)
    assert now.validation == JobShop().validation
    assert before.validation == ((20, 20, 30), (30, 20, 30), (50, 15, 30))
    assert now.train == before.train == ((3, 3, 2),), "what was given stays"


def test_the_report_tells_the_command_as_it_was_typed(tmp_path: Path) -> None:
    folder = tmp_path / "toy"
    assert status(["run", *SMALL, "budget.candidates=4", f"hydra.run.dir={folder}"]) == 0
    far = alone(folder, tmp_path / "far")
    assert status(["report", str(far), "-f", "md"]) == 0
    assert f"evo run {' '.join(SMALL)} budget.candidates=4" in (far / "report.md").read_text()


def test_own_code_that_is_unchanged_needs_no_trust(own: Path) -> None:
    assert status(["replay", str(own), "--evaluate"]) == 0
    assert status(["resume", str(own), "budget.candidates=5"]) == 0


def test_own_code_that_has_changed_needs_trust(own: Path, code: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (code / "mine.py").open("a") as file:
        file.write("\n# changed\n")
    for verb in ("replay", "resume"):
        said = refused(verb, str(own), capsys=capsys)
        assert str(code) in said
        assert "--trust" in said
    assert not (code.parent / "mark").exists()
    assert status(["replay", str(own), "--trust"]) == 0


def test_own_code_that_moved_is_named_anew(own: Path, code: Path, capsys: pytest.CaptureFixture[str]) -> None:
    moved = code.rename(code.with_name("moved"))
    assert "--config-dir" in refused("replay", str(own), capsys=capsys)
    assert status(["replay", str(own), "--config-dir", str(moved)]) == 0
    forget(moved)


@pytest.mark.parametrize("changes", [{"origin": ""}, {"uid": "other"}, {"config": None}])
def test_a_strangers_record_runs_no_own_code_without_trust(
    own: Path, code: Path, changes: dict[str, str | None], capsys: pytest.CaptureFixture[str]
) -> None:
    with RunStore.open(own / DATABASE, readonly=True) as store:
        config = json.loads(store.header().config)
    config["seed"] = 5
    changed(own, **{name: json.dumps(config) if value is None else value for name, value in changes.items()})
    for verb in ("replay", "resume"):
        assert "not made here" in refused(verb, str(own), capsys=capsys)
    assert not (code.parent / "mark").exists()
    assert status(["replay", str(own), "--config-dir", str(code)]) in (0, 1)


def test_looking_imports_nothing_that_a_record_names(own: Path, code: Path) -> None:
    for verb in LOOKING:
        assert status([*verb, str(own)]) == 0
    assert not (code.parent / "mark").exists()
    assert "mine" not in sys.modules


@pytest.mark.parametrize(
    "problem",
    [
        {"_target_": "problems.toy.np"},
        {"_target_": "evo.callbacks.jsonl.Path", "x": 1},
        {"_target_": "problems.toy.Toy", "train": {"_target_": "os.system", "command": "true"}},
        {"_target_": "os.system", "command": "true"},
    ],
    ids=["imported by ours", "a class of the library", "nested", "plain"],
)
def test_a_record_makes_nothing_but_the_classes_of_shipped_problems(
    shipped: Path, tmp_path: Path, problem: dict[str, object]
) -> None:
    folder = alone(shipped, tmp_path / "toy")
    with RunStore.open(folder / DATABASE, readonly=True) as store:
        config = {**json.loads(store.header().config), "problem": problem}
    changed(folder, config=json.dumps(config))
    with pytest.raises(UserError, match=r"not made here|no class of a problem"):
        load(folder)


def test_a_strangers_record_asks_no_models_and_tells_no_callbacks_without_trust(shipped: Path, tmp_path: Path) -> None:
    folder = alone(shipped, tmp_path / "toy")
    with RunStore.open(folder / DATABASE, readonly=True) as store:
        config = json.loads(store.header().config)
    written = {"jsonl": {"_target_": "evo.callbacks.jsonl.JSONLines", "file": "../out"}}
    for change in ({"callbacks": written}, {"llm": {"provider": "openai", "model": "m"}}):
        changed(folder, config=json.dumps({**config, **change}))
        with pytest.raises(UserError, match="--trust"):
            load(folder, resumes=True)


def test_no_interpolation_of_a_record_is_evaluated(shipped: Path, tmp_path: Path) -> None:
    folder = alone(shipped, tmp_path / "toy")
    with RunStore.open(folder / DATABASE, readonly=True) as store:
        config = json.loads(store.header().config)
    config["llm"]["model"] = "${oc.env:HOME}"
    changed(folder, config=json.dumps(config))
    assert load(folder).llm.model == "${oc.env:HOME}"


def test_a_run_goes_on_with_resume_from_python(shipped: Path, tmp_path: Path) -> None:
    folder = alone(shipped, tmp_path / "toy")
    assert "candidates = 5" in resume(load(folder, None, ["budget.candidates=5"]), folder, quiet()).stopped
