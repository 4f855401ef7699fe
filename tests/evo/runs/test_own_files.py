"""Runs on a user's files by configuration alone: searched, resumed from elsewhere, told when a file has changed."""

import io
import json
import shutil
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
from problems import Split

EXAMPLES = Path(__file__).parents[3] / "examples" / "instances"
TINY = ["budget.candidates=12", "islands=one", "evaluator.workers=1"]


@pytest.fixture
def stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder where the user stands, with the example files in `data`."""
    shutil.copytree(EXAMPLES, tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def made(runs: Path) -> Path:
    (runs / "one").mkdir(parents=True)
    return runs / "one"


def quiet() -> Console:
    return Console(file=io.StringIO())


@pytest.mark.parametrize(
    ("problem", "train", "counts"),
    [
        ("smtt", "data/orders.csv", [6, 2, 2]),
        ("obp", "data/bins", [4, 1, 1]),
        ("jobshop", "data/shops.txt", [4, 1, 1]),
    ],
)
def test_one_file_or_folder_trains_validates_and_tests_a_run(
    problem: str, train: str, counts: list[int], stands: Path
) -> None:
    settings = compose([f"problem={problem}", f"problem.train={train}", *TINY])
    assert json.loads(settings.config)["problem"]["train"] == [str(stands / train)]
    conclusion = run(settings, made(stands / "runs"), quiet())
    assert [len(conclusion.sets[split].instances) for split in Split] == counts
    assert conclusion.found.gaps.keys() == set(Split)


def test_a_run_goes_on_from_another_folder_and_names_the_file_that_is_missing_or_has_changed(
    stands: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, file = made(stands / "runs"), stands / "data" / "orders.csv"
    run(compose(["problem.train=data/orders.csv", "problem.test=data/jobs.txt", *TINY]), folder, quiet())
    (stands / "else").mkdir()
    monkeypatch.chdir(stands / "else")
    assert (
        len(resume(load(folder, overrides=["budget.candidates=16"]), folder, quiet()).sets[Split.TEST].instances) == 1
    )
    assert replay(load(folder), folder, evaluate=True).identical

    before = file.read_text()
    file.write_text(before.replace("day2;15", "day2;16"))
    for go_on in (lambda: resume(load(folder, overrides=["budget.candidates=20"]), folder, quiet()),
                  lambda: replay(load(folder), folder, evaluate=True)):  # fmt: skip
        with pytest.raises(UserError, match=r"orders\.csv has changed since the run began: instance orders\[day2\]"):
            go_on()
    file.unlink()
    with pytest.raises(UserError, match=r"cannot be read again: .*orders\.csv: no such file, which problem\.train"):
        replay(load(folder), folder, evaluate=True)
    assert replay(load(folder), folder).identical, "what is recorded needs no file"
    with RunStore.open(folder / DATABASE, readonly=True) as store:
        assert json.loads(store.header().config)["problem"]["train"] == [str(file)]


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        (["problem.train=none.txt"], "none.txt: no such file, which problem.train names"),
        (["problem.train=data/shops.txt"], "shops.txt, line 1: Expected"),
        (["problem=jobshop", "problem.train=data/pods.json"], "pods.json looks like JSON"),
        (["problem=obp", "problem.train=data/bins/week1.bpp"], "at least 5 are needed"),
        (["problem=jobshop", "problem.test=[ta01,data/shops.txt]"], "Expected files alone in test"),
        (["problem.train=data/orders.csv", "problem.test=data/orders.csv"], "are the same instance"),
    ],
)
def test_what_cannot_be_run_is_said_in_one_line_before_a_folder_is_made(
    overrides: list[str], said: str, stands: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status(["run", *overrides, "hydra.run.dir=runs/one"]) == 2
    printed = capsys.readouterr().err
    assert said in printed
    assert printed.count("\n") == 1
    assert not (stands / "runs").exists()


@pytest.mark.parametrize(
    ("problem", "file", "baseline"),
    [
        ("jobshop", "shops.txt", "SPT"),
        ("obp", "binpack.txt", "best fit"),
        ("obp_vector", "bins", "best fit"),
        ("pods", "pods.json", "MostAllocated"),
        ("vmr", "clusters.csv", "greedy"),
    ],
)
def test_every_problem_evaluates_a_rule_on_files(
    problem: str, file: str, baseline: str, stands: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = compose([f"problem={problem}"]).problem.baselines[baseline]
    (stands / "rule.py").write_text(source)
    shown = ["--instances", f"data/{file}", "--runs", "runs", "--json", "evaluator.workers=1"]
    assert status(["evaluate", "rule.py", f"problem={problem}", *shown]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["status"], said["proven"]) == ("ok", said["count"])
    assert said["baselines"][baseline]["difference"]["estimate"] == 0


@pytest.mark.parametrize(
    ("problem", "file", "name"),
    [
        ("jobshop", "taillard.txt", "start_times"),
        ("obp", "bins/week1.bpp", "bins"),
        ("pods", "pods.csv", "nodes"),
        ("vmr", "cluster.json", "moves"),
    ],
)
def test_every_problem_with_a_method_solves_a_file(
    problem: str, file: str, name: str, stands: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert stands.is_dir()
    assert status(["solve", f"data/{file}", f"problem={problem}", "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["instances"]
    assert found["proven"]
    assert found["bound"] == found["value"]
    assert found[name]
