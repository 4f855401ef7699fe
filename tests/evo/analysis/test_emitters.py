"""What the emitters were worth."""

import pytest

from evo.analysis.emitters import emitters


@pytest.fixture
def drawn(run, takes, is_refused):
    run.add(0, 0.6, operator="seed", placements=[takes(0)])
    run.add(1, 0.5, operator="seed", placements=[takes(1)])
    run.add(2, 0.4, [0], emitter="map", placements=[takes(2, displaced=0)])
    run.add(3, None, [1], emitter="map")
    run.add(4, 0.2, [0], emitter="sample", placements=[takes(4, displaced=2)])
    run.add(5, 0.45, [0], emitter="sample", placements=[is_refused(5)])
    run.add(6, 0.15, [4], operator="repair")
    return run


def test_an_emitter_is_credited_with_what_came_of_its_draws(drawn, values):
    answer = emitters(drawn.store)
    assert values(answer, "emitter", "draws", "valid_share", "accepted", "new_bests") == [
        ("sample", 2, 1.0, 1, 1),
        ("map", 2, 0.5, 1, 1),
        ("operator", 1, 1.0, 0, 1),
        ("seed", 2, 1.0, 2, None),
    ]


def test_the_lowering_begins_at_the_best_seed_and_adds_up(drawn, values):
    answer = emitters(drawn.store)
    assert values(answer, "lowering", "share_of_lowering") == [
        (pytest.approx(0.2), pytest.approx(4 / 7)),
        (pytest.approx(0.1), pytest.approx(2 / 7)),
        (pytest.approx(0.05), pytest.approx(1 / 7)),
        (None, None),
    ]


def test_a_repeat_is_valid_but_no_new_best(drawn, values):
    drawn.add(7, None, [4], emitter="map", repeat_of=6)
    found = values(emitters(drawn.store), "emitter", "draws", "valid_share", "new_bests")
    assert ("map", 3, pytest.approx(2 / 3), 1) in found


def test_a_lower_level_makes_a_best_without_lowering_the_gap(run, values):
    run.add(0, 0.5, operator="seed", lower=(0.2,))
    run.add(1, 0.5, [0], emitter="map", lower=(0.1,))
    assert values(emitters(run.store), "emitter", "new_bests", "lowering", "share_of_lowering") == [
        ("map", 1, 0.0, None),
        ("seed", None, None, None),
    ]


def test_a_run_without_candidates_has_no_emitters(run):
    assert emitters(run.store).rows == ()
