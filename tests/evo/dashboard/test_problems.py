"""The problems of the runs: instance sets and references."""

import json
import sqlite3

import pytest
from plotly.utils import PlotlyJSONEncoder

from evo.dashboard.pages.problems import instance_sets, view
from evo.dashboard.run_folder import RunFolder


def changed(runs, name: str, statement: str) -> None:
    with sqlite3.connect(runs / name / "run.sqlite") as connection:
        connection.execute(statement)


def test_runs_of_equal_instances_stand_together(seen_runs):
    (found,), unread = instance_sets(RunFolder(seen_runs), ("toy_one", "toy_two"))
    assert (found.problem, found.runs, unread) == ("toy", ("toy_one", "toy_two"), ())
    assert [(one.split, one.instances) for one in found.sets] == [("train", 3), ("validation", 2), ("test", 2)]


def test_a_run_of_other_instances_stands_apart(copied):
    changed(copied, "toy_two", "UPDATE instances SET digest = 'other' WHERE split = 'test' AND position = 0")
    found, _ = instance_sets(RunFolder(copied), ("toy_one", "toy_two"))
    assert [one.runs for one in found] == [("toy_one",), ("toy_two",)]


def test_references_are_counted_by_what_is_known_of_them(copied):
    changed(copied, "toy_one", "UPDATE instances SET proven = 0, bound = reference / 2 WHERE position = 0")
    changed(copied, "toy_one", "UPDATE instances SET proven = 0, bound = NULL WHERE position = 1")
    (found,), _ = instance_sets(RunFolder(copied), ("toy_one",))
    assert [(one.proven, one.bounded, one.best_known, one.widest) for one in found.sets] == [
        (1, 1, 1, 0.5),
        (0, 1, 1, 0.5),
        (0, 1, 1, 0.5),
    ]


def test_a_run_that_cannot_be_read_is_told_and_the_others_are_shown(copied):
    (copied / "toy_two" / "run.sqlite").write_bytes(b"no database at all, and long enough to be looked at" * 20)
    shown = json.dumps(view(RunFolder(copied), {}), cls=PlotlyJSONEncoder)
    assert '"role": "alert"' in shown
    assert "Instances and references of toy" in shown


@pytest.mark.parametrize("query", [{}, {"run": "toy_one"}])
def test_without_any_run_it_says_so(tmp_path, query):
    shown = json.dumps(view(RunFolder(tmp_path), query), cls=PlotlyJSONEncoder)
    assert ("No run yet." if not query else "No run 'toy_one'") in shown


def test_the_page_can_be_read_by_all(browser, dashboard):
    browser.open(f"{dashboard}/problems", "Instances and references of toy", "Smith's rule")
    assert browser.faults() == []
    assert browser.complaints() == []
    assert browser.hosts() == {"127.0.0.1"}
