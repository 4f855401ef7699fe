"""The fittest of a run, and of all runs of its problem."""

import sqlite3
from contextlib import closing

from evo.analysis.rankings import best, best_of_all
from problems import Split


def test_the_fittest_come_first_with_their_validation(run, values):
    for ordinal, gap in enumerate((0.5, 0.2, 0.4)):
        run.add(ordinal, gap)
    run.add(3, 0.2, repeat_of=1)
    run.score(2, 0.9, Split.VALIDATION)
    answer = best(run.store, 2, Split.TRAIN)
    assert values(answer, "candidate", "gap", "validation_gap") == [(1, 0.2, None), (2, 0.4, 0.9)]
    assert values(best(run.store, 9, Split.VALIDATION), "candidate", "gap") == [(2, 0.9)]


def test_lower_levels_are_shown_where_there_are_some(run, values):
    run.add(0, 0.5, lower=(0.2, 0.1))
    run.add(1, 0.5, lower=(0.1, 0.9))
    answer = best(run.store, 2, Split.TRAIN)
    assert values(answer, "candidate", "lower_gaps") == [(1, "10.000% / 90.000%"), (0, "20.000% / 10.000%")]


def test_all_runs_of_the_problem_are_ranked_together(make_run, values):
    first, second = make_run("toy_s0"), make_run("toy_s1")
    for run, gaps in ((first, (0.5, 0.2)), (second, (0.1, 0.3))):
        for ordinal, gap in enumerate(gaps):
            run.add(ordinal, gap)
    make_run("smtt_s0", problem="smtt").add(0, 0.01)
    answer = best_of_all(first.store, first.store.path.parent.parent, 3, Split.TRAIN)
    found = values(answer, "run", "candidate", "gap")
    assert found == [("toy_s1", 0, 0.1), ("toy_s0", 1, 0.2), ("toy_s1", 1, 0.3)]


def test_runs_on_other_instances_are_left_out_and_named(make_run, values):
    first, small = make_run("toy_s0"), make_run("toy_small", train=2)
    first.add(0, 0.5)
    small.add(0, 0.1)
    answer = best_of_all(first.store, first.store.path.parent.parent, 3, Split.TRAIN)
    assert values(answer, "run", "gap") == [("toy_s0", 0.5)]
    assert "left out, for other instances or references: toy_small" in answer.notes


def test_lower_levels_decide_between_runs_too(make_run, values):
    first, second = make_run("toy_s0"), make_run("toy_s1")
    first.add(0, 0.5, lower=(0.2,))
    second.add(0, 0.5, lower=(0.1,))
    answer = best_of_all(first.store, first.store.path.parent.parent, 3, Split.TRAIN)
    assert values(answer, "run", "lower_gaps") == [("toy_s1", "10.000%"), ("toy_s0", "20.000%")]


def test_unproven_references_are_said(run):
    run.add(0, 0.5)
    assert not any("proven" in note for note in best(run.store, 1, Split.TRAIN).notes)
    with closing(sqlite3.connect(run.store.path)) as connection, connection:
        connection.execute("UPDATE instances SET proven = 0 WHERE position = 1")
    told = "1 of 3 references on train are not proven: the gap to the optimum may be larger"
    assert told in best(run.store, 1, Split.TRAIN).notes
