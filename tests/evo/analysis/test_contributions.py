"""What each seed contributed to the archives."""

from evo.analysis.contributions import contrib


def test_shares_are_of_the_cells_that_are_held_now(run, takes, values):
    run.add(0, 0.9, operator="seed", model="seed EDD", placements=[takes(0)])
    run.add(1, 0.8, operator="seed", model="seed MDD", placements=[takes(1, cell=(0, 0))])
    run.add(2, 0.7, [0, 1], placements=[takes(2, displaced=0)])
    run.add(3, 0.6, [0], placements=[takes(3, cell=(5, 5))])
    run.add(4, 0.5, [0, 3], placements=[takes(4, cell=(6, 6))])
    answer = contrib(run.store)
    assert values(answer, "candidate", "seed", "elites", "share", "elites_by_line", "share_by_line") == [
        (0, "EDD", 3, 0.75, 2, 0.5),
        (1, "MDD", 2, 0.5, 2, 0.5),
    ]
    assert values(answer, "best_elite", "best_gap", "gap") == [(4, 0.5, 0.9), (2, 0.7, 0.8)]
    assert "4 cells are held" in answer.notes[0]


def test_an_elite_on_two_islands_counts_twice(run, takes, values):
    run.add(0, 0.9, operator="seed", model="seed EDD", placements=[takes(0), takes(0, island=1)])
    assert values(contrib(run.store), "elites", "share_by_line") == [(2, 1.0)]


def test_a_seed_that_nothing_is_left_of_has_a_share_of_nothing(run, takes, values):
    run.add(0, 0.9, operator="seed", model="seed EDD", placements=[takes(0)])
    run.add(1, 0.8, operator="seed", model="seed MDD", placements=[takes(1, displaced=0)])
    found = values(contrib(run.store), "seed", "share", "share_by_line", "best_elite")
    assert found == [("MDD", 1.0, 1.0, 1), ("EDD", 0.0, 0.0, None)]


def test_a_run_without_elites_answers(run, values):
    assert contrib(run.store).rows == ()
    run.add(0, None, operator="seed", model="seed EDD")
    assert values(contrib(run.store), "seed", "elites", "share", "gap") == [("EDD", 0, 0.0, None)]
