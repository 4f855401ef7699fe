"""A run that an earlier version recorded: it opens, replays, goes on and is looked into, from its file alone."""

import io
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from rich.console import Console

from evo.analysis.archives import archives
from evo.analysis.looks import LooksAtTest, looks_at_test
from evo.cli.app import status
from evo.config.recorded import load
from evo.runs.replay import replay
from evo.runs.resume import resume
from evo.runs.run import DATABASE
from evo.store import RunStore

EARLIER = Path(__file__).parent / "recorded" / "toy.sqlite"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder that holds nothing but the record."""
    folder = tmp_path / "toy"
    folder.mkdir()
    shutil.copy(EARLIER, folder / DATABASE)
    return folder


def test_it_replays_bit_for_bit_when_evaluated_again(folder: Path) -> None:
    again = replay(load(folder), folder, evaluate=True)
    assert again.identical
    assert again.evaluated == 14


def test_it_goes_on_with_a_larger_budget(folder: Path) -> None:
    conclusion = resume(load(folder, None, ["budget.candidates=16"], resumes=True), folder, Console(file=io.StringIO()))
    assert "candidates = 16" in conclusion.stopped
    assert replay(load(folder), folder).candidates == 18


def test_its_score_on_test_counts_as_one_look(folder: Path) -> None:
    with RunStore.open(folder / DATABASE, readonly=True) as store:
        assert looks_at_test(store, store.header().best) == LooksAtTest(1)


def test_its_islands_are_those_that_its_settings_make(folder: Path) -> None:
    with RunStore.open(folder / DATABASE, readonly=True) as store:
        shown = archives(store)
    made = load(folder).islands
    assert [one.name for one in shown] == [island.name for island in made]
    for one, island in zip(shown, made, strict=True):
        assert [(axis.measure, axis.edges) for axis in one.axes] == [(axis.measure, axis.edges) for axis in island.axes]


def test_its_settings_become_plain_json_once(folder: Path) -> None:
    RunStore.open(folder / DATABASE, readonly=True).close()
    with closing(sqlite3.connect(folder / DATABASE)) as plain:
        (problem,) = plain.execute("SELECT config ->> '$.problem._target_' FROM run").fetchone()
    assert problem == "problems.toy.Toy"


@pytest.mark.parametrize("verb", [("report",), ("lineage", "path", "best", "--run"), ("lineage", "operators", "--run")])
def test_it_can_be_looked_into(folder: Path, verb: tuple[str, ...]) -> None:
    assert status([*verb, str(folder)]) == 0


def test_what_hydra_left_beside_it_is_taken_into_the_record(folder: Path) -> None:
    beside = folder / ".hydra"
    beside.mkdir()
    (beside / "overrides.yaml").write_text("- ++problem.train=3\n- seed=1\n")
    (beside / "hydra.yaml").write_text(
        "hydra: {runtime: {config_sources: [{path: /own, schema: file}, {path: configs, schema: pkg}]}}"
    )
    with RunStore.open(folder / DATABASE, readonly=True) as store:
        header = store.header()
    assert (header.overrides, header.folders) == (("problem.train=3", "seed=1"), ("/own",))


def test_its_export_says_first_that_it_may_be_foreign_code(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(sqlite3.connect(folder / DATABASE)) as record, record:
        (result,) = record.execute("SELECT result FROM run").fetchone()
        assert "kind" not in json.loads(result), "the record does not say what its candidates are"
    assert status(["export", str(folder)]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith('"""Foreign code')
    assert "Foreign code" in printed.err
