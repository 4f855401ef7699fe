"""A run from Python: what is read of its record, as lists and as frames, and its best candidate called."""

import pytest

import evo
from evo.callbacks.events import Ended, Placed, Started
from evo.core.records import Operator
from evo.tools.rows import as_rows

SMALL = ["problem.train=4", "problem.validation=3", "problem.test=6", "evaluator.workers=1"]


class Heard:
    """A callback that keeps what it hears."""

    def __init__(self) -> None:
        self.events: list[object] = []

    def started(self, event: Started) -> None:
        self.events.append(event)

    def placed(self, event: Placed) -> None:
        self.events.append(event)

    def ended(self, event: Ended) -> None:
        self.events.append(event)


@pytest.fixture(scope="module")
def heard() -> Heard:
    return Heard()


@pytest.fixture(scope="module")
def run(tmp_path_factory, heard) -> evo.Run:
    operator = Operator("mine", "embedded", 1, weight=5.0, move="grow")
    folder = tmp_path_factory.mktemp("runs") / "run"
    return evo.run(
        "toy", seed=3, candidates=12, overrides=SMALL, folder=folder, callbacks=[heard, "jsonl"], operators=[operator]
    )


def test_the_candidates_have_parents_that_come_before_them(run):
    rows = run.candidates(frame=False)
    assert [row.candidate for row in rows] == [*range(14)]
    assert [row.operator for row in rows[:2]] == ["seed", "seed"]
    assert all(parent < row.candidate for row in rows for parent in row.parents)
    assert run.best.gap == next(row.test for row in rows if row.candidate == run.best.candidate)


def test_a_lineage_ends_with_the_candidate_and_begins_with_a_seed(run):
    first, *_, last = (*run.lineage(frame=False), *run.lineage(run.best.candidate, frame=False))
    assert (first.operator, first.parents, last.candidate, last.depth) == ("seed", (), run.best.candidate, 0)


def test_each_elite_of_an_archive_lies_in_its_cell(run):
    elites = run.archive(0, frame=False)
    assert elites
    for elite in elites:
        assert set(elite.low) == set(elite.high)
        assert all(elite.low[measure] < elite.high[measure] for measure in elite.low)
    with pytest.raises(evo.UserError, match="an island from 0 to 2, got 9"):
        run.archive(9)


def test_with_pandas_the_rows_are_frames(run):
    pytest.importorskip("pandas")
    table = run.candidates()
    assert len(table) == 14
    assert {"candidate", "parents", "train", "test"} <= set(table.columns)
    assert {"low size", "high size"} & set(run.archive(1).columns)


def test_a_list_has_no_need_of_pandas(run):
    rows = run.candidates(frame=False)
    assert as_rows(rows, type(rows[0]), False) == rows


def test_the_rule_is_a_function_by_place_and_by_name(run):
    rule = run.best.rule
    assert rule(3, 2) == rule(p=3, w=2) == rule(3, w=2)
    assert isinstance(rule(3, 2), float)
    with pytest.raises(TypeError, match="missing a required argument: 'w'"):
        rule(3)
    assert "processing time" in (rule.__doc__ or "")
    assert list(run.best.rules) == ["priority"]


def test_a_candidate_is_found_by_its_ordinal_and_shown_in_a_notebook(run):
    seed = run.candidate(0)
    assert (seed.operator, seed.model) == ("seed", "seed SPT")
    assert seed.source in seed._repr_markdown_()
    assert str(run.verdict) in run._repr_markdown_()
    assert "| `p` |" in seed.rule._repr_markdown_()


def test_an_object_and_a_name_hear_of_the_run(run, heard):
    started, *placed, ended = heard.events
    assert isinstance(started, Started)
    assert isinstance(ended, Ended)
    assert len(placed) == 14
    assert len((run.folder / "events.jsonl").read_text().splitlines()) == 16


def test_an_operator_given_as_an_object_is_part_of_the_record(run):
    assert "mine" in {row.operator for row in run.candidates(frame=False)}
    assert run.replay().identical


def test_what_is_unknown_is_refused_before_anything_is_made(tmp_path):
    for given, words in {"callbacks": "Unknown callbacks 'nobody'", "operators": "the operator 'nobody'"}.items():
        with pytest.raises(evo.UserError, match=words):
            evo.run("toy", folder=tmp_path / "run", **{given: ["nobody"]})
    assert not (tmp_path / "run").exists()
