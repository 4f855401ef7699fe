"""Which migrations led to elites."""

from evo.analysis.migrants import migrants


def test_elites_descend_from_children_made_where_the_migrant_came(run, takes, is_refused, values):
    run.add(0, 0.9, placements=[takes(0)])
    run.add(1, 0.8, island=1, placements=[takes(1, 1), takes(0, 1, (7, 7), source=0), is_refused(1, 0, source=1)])
    run.add(2, 0.7, [0], island=0, placements=[takes(2, 0, (3, 3))])  # made at home
    run.add(3, 0.6, [0], island=1, placements=[takes(3, 1, (4, 4))])
    run.add(4, 0.5, [3], island=0, placements=[takes(4, 0, (5, 5))])  # a grandchild, elsewhere
    answer = migrants(run.store, 9)
    columns = ("candidate", "from_island", "to_island", "step", "elites", "best_elite", "best_gap", "gap")
    assert values(answer, *columns, "holds_a_cell_there") == [(0, 0, 1, 1, 2, 4, 0.5, 0.9, "yes")]
    assert answer.edges == ((0, 4),)
    assert answer.notes[0] == "1 migrants took a cell, 1 led to elites of now; 1 shown"


def test_children_from_before_the_migration_do_not_count(run, takes, values):
    run.add(0, 0.9, placements=[takes(0), takes(0, 1)])
    run.add(1, 0.8, [0], island=1, placements=[takes(1, 1, (3, 3))])
    run.add(2, 0.7, island=1, placements=[takes(2, 1, (4, 4)), takes(0, 1, (7, 7), source=0)])
    assert values(migrants(run.store, 9), "candidate", "elites", "holds_a_cell_there") == [(0, 0, "yes")]


def test_a_migrant_of_whom_nothing_is_left_is_counted_and_not_shown(run, takes):
    run.add(0, 0.9, placements=[takes(0), takes(0, 1, source=0)])
    run.add(1, 0.8, island=1, placements=[takes(1, 1, displaced=0)])
    answer = migrants(run.store, 9)
    assert answer.rows == ()
    assert answer.notes[0] == "1 migrants took a cell, 0 led to elites of now; 0 shown"
