"""How long nothing got better."""

from evo.analysis.stagnation import stagnation


def test_the_last_change_of_each_islands_best_is_told_and_that_of_the_run(run, takes, is_refused, values):
    run.add(0, 0.5, placements=[takes(0), takes(0, island=1)])
    run.add(1, 0.4, island=1, placements=[takes(1, island=1, displaced=0)])
    run.add(2, 0.6, placements=[takes(2, cell=(3, 3))])
    run.add(3, None)
    run.add(4, 0.9, island=1, placements=[is_refused(4, island=1)])
    answer = stagnation(run.store)
    assert values(answer, "island", "candidates", "gap", "candidates_since", "cells", "best", "improved_at") == [
        (0, 3, 0.5, 2, 2, 0, 0),
        (1, 2, 0.4, 1, 1, 1, 1),
        ("run", 5, 0.4, 3, 3, 1, 1),
    ]


def test_a_migrant_betters_the_island_that_it_comes_to(run, takes, values):
    run.add(0, 0.5, placements=[takes(0), takes(0, island=1)])
    run.add(1, 0.4, placements=[takes(1, displaced=0)])
    run.add(2, 0.6, island=1, placements=[takes(1, island=1, displaced=0, source=0)])
    assert values(stagnation(run.store), "island", "best", "improved_at", "candidates_since") == [
        (0, 1, 1, 0),
        (1, 1, 2, 0),
        ("run", 1, 1, 1),
    ]


def test_cells_are_counted_after_each_tenth_of_the_run(run, takes, values):
    for ordinal in range(20):
        run.add(ordinal, 0.5, placements=[takes(ordinal, cell=(ordinal, 0))] if ordinal % 4 == 0 else [])
    assert values(stagnation(run.store), "cells", "cells_over_time") == [(5, "1 1 2 2 3 3 4 4 5 5")] * 2


def test_a_lower_level_counts_as_an_improvement(run, takes, values):
    run.add(0, 0.5, lower=(0.2,), placements=[takes(0)])
    run.add(1, 0.5, lower=(0.1,), placements=[takes(1, displaced=0)])
    assert values(stagnation(run.store), "best", "improved_at") == [(1, 1), (1, 1)]


def test_a_run_without_candidates_has_one_row_that_says_nothing(run):
    assert stagnation(run.store).rows == (("run", 0, None, None, 0, "", None, None),)
