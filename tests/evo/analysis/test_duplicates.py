"""What was written more than once."""

from pathlib import Path

import pytest

from evo.analysis.duplicates import duplicates


@pytest.fixture
def repeated(run):
    run.add(0, 0.9, operator="seed", digest="aa" * 32)
    run.add(1, 0.8, [0], digest="bb" * 32)
    run.add(2, 0.8, [0], digest="bb" * 32, repeat_of=1)
    run.add(3, 0.8, [0], digest="bb" * 32, repeat_of=1)
    run.add(4, 0.7, [0], digest="cc" * 32)
    run.add(5, 0.6, [0])
    return run.store


def folder(store) -> Path:
    return store.path.parent.parent


def test_repeats_are_told_with_the_first_of_them(repeated, values):
    answer = duplicates(repeated, folder(repeated), 9)
    assert values(answer, "candidate", "repeats", "other_runs", "gap", "repeated_as", "elsewhere") == [
        (1, 2, 0, 0.8, "2, 3", None)
    ]
    assert answer.edges == ((1, 2), (1, 3))
    assert answer.notes[0].startswith("2 candidates repeat an earlier one of this run; 1 were written again, 1 shown")


def test_the_same_in_other_runs_of_the_problem_is_found_but_seeds(repeated, make_run, values):
    other = make_run("toy_s1")
    other.add(0, 0.9, operator="seed", digest="aa" * 32)
    other.add(1, 0.7, [0], digest="cc" * 32)
    make_run("smtt_s0", problem="smtt").add(0, 0.7, digest="cc" * 32)
    answer = duplicates(repeated, folder(repeated), 9)
    assert values(answer, "candidate", "repeats", "other_runs", "elsewhere") == [
        (1, 2, 0, None),
        (4, 0, 1, "toy_s1 #1"),
    ]
    assert "compared with 1 other runs" in answer.notes[0]


def test_many_repeats_are_cut_short(run, values):
    run.add(0, 0.9)
    for ordinal in range(1, 9):
        run.add(ordinal, 0.9, repeat_of=0)
    assert values(duplicates(run.store, folder(run.store), 9), "repeated_as") == [("1, 2, 3, 4, 5 and 3 more",)]


def test_a_neighbour_that_is_no_run_is_passed_over(repeated):
    foreign = folder(repeated) / "foreign"
    foreign.mkdir()
    (foreign / "run.sqlite").write_text("no database")
    assert len(duplicates(repeated, folder(repeated), 9).rows) == 1
