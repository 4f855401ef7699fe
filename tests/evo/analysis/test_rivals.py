"""A candidate against its parents and the baselines on the same instances."""

import json

import pytest

from evo.analysis.rivals import against_baselines, against_parents, best_baseline, is_finished, ranked_baselines
from problems import Split

ENDED = {"gaps": {"WSPT": {"train": [0.2, 0.2, 0.2], "test": [0.1, 0.1]}, "SPT": {"train": [0.6, 0.6, 0.6]}}}


@pytest.fixture
def store(run):
    run.add(0, 0.5, operator="seed", model="seed SPT")
    run.add(1, 0.4, (0,))
    run.add(2, 0.3, (1, 0, 1))
    run.add(3, None, (1,))
    run.score(2, 0.35, Split.VALIDATION)
    run.score(1, 0.45, Split.VALIDATION)
    return run.store


def test_each_parent_stands_once_on_every_split_that_both_have(store):
    told = [(one.rival, one.split, one.parent, round(one.gap - one.rival_gap, 9)) for one in against_parents(store, 2)]
    assert told == [("#1", "validation", 1, -0.1), ("#1", "train", 1, -0.1), ("#0", "train", 0, -0.2)]


def test_the_pair_counts_the_instances_on_which_it_is_smaller(store):
    against = against_parents(store, 2)[-1]
    assert (against.pair.wins, against.pair.ties, against.pair.losses, against.instances) == (3, 0, 0, 3)


def test_without_a_score_there_is_no_rival(store):
    assert against_parents(store, 3) == ()
    assert against_baselines(store, 3) == ()


def test_until_the_run_ends_the_seeds_are_the_baselines(store):
    assert not is_finished(store)
    assert [(one.rival, one.split) for one in against_baselines(store, 2)] == [("SPT", "train")]
    assert best_baseline(store, Split.TRAIN).name == "SPT"
    assert best_baseline(store, Split.TEST) is None


def test_the_best_baseline_is_that_of_the_smallest_gap_on_validation_on_every_split(store):
    rows = [{"name": name, "gaps": {"validation": {"scaled": gap}}} for name, gap in (("WSPT", 0.3), ("SPT", 0.2))]
    store.record_selected(2, json.dumps({**ENDED, "rows": rows}))
    assert is_finished(store)
    found = best_baseline(store, Split.TRAIN)
    assert (found.name, found.gap, found.each) == ("SPT", pytest.approx(0.6), (0.6, 0.6, 0.6))
    assert [one.rival for one in against_baselines(store, 2)] == ["SPT", "WSPT"]
    assert best_baseline(store, Split.TEST) is None


def test_where_none_has_a_score_on_validation_train_tells_the_best_baseline(store):
    store.record_selected(2, json.dumps(ENDED))
    found = best_baseline(store, Split.TRAIN)
    assert (found.name, found.gap, found.each) == ("WSPT", pytest.approx(0.2), (0.2, 0.2, 0.2))
    assert [one.rival for one in against_baselines(store, 2)] == ["WSPT", "SPT"]


def test_it_is_told_that_other_levels_of_the_objective_are_not_compared(store, make_run):
    assert not any(one.more_levels for one in (*against_baselines(store, 2), *against_parents(store, 2)))
    several = make_run("several")
    several.add(0, 0.5, operator="seed", model="seed SPT", lower=(0.2,))
    several.add(1, 0.5, (0,), lower=(0.1,))
    (baseline,), (parent,) = against_baselines(several.store, 1), against_parents(several.store, 1)
    assert (baseline.more_levels, parent.more_levels) == (True, True)


def test_lower_levels_of_the_objective_tell_baselines_apart_that_are_equal_on_the_first(run):
    run.add(0, 0.5, operator="seed", model="seed SPT", lower=(0.2, 0.1))
    run.add(1, 0.5, operator="seed", model="seed LPT", lower=(0.1, 0.3))
    assert ranked_baselines(run.store) == {
        "LPT": {"train": pytest.approx((0.5, 0.1, 0.3))},
        "SPT": {"train": pytest.approx((0.5, 0.2, 0.1))},
    }
    assert next(iter(ranked_baselines(run.store))) == "LPT"


def test_a_baseline_on_other_instances_is_left_out(store):
    store.record_selected(2, json.dumps({"gaps": {"short": {"train": [0.1]}}}))
    assert [one.rival for one in against_baselines(store, 2)] == ["SPT"]
