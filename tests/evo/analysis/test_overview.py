"""A run at a glance: how far it came, by island and over time."""

from evaluators import FailureKind
from evo.analysis.overview import (
    PlacedCounts,
    candidates_by_island,
    glance,
    newest_candidates,
    placed_counts,
)


def test_seeds_are_counted_apart(make, store):
    make.placed(store, 0, 0.5, operator="seed")
    make.placed(store, 1, 0.4, [0])
    store.record_intent(make.request(2))
    assert placed_counts(store) == PlacedCounts(candidates=1, seeds=1)


def test_candidates_are_counted_by_their_island(make, store):
    for ordinal in range(3):
        make.placed(store, ordinal, 0.5)
    assert candidates_by_island(store) == {0: 2, 1: 1}


def test_the_newest_candidates_come_with_what_became_of_them(make, store):
    make.placed(store, 0, 0.5)
    make.failed(store, 1, FailureKind.TIMEOUT)
    make.repeated(store, 2, repeat_of=0)
    store.record_intent(make.request(3))
    newest = newest_candidates(store, 3)
    assert [one.ordinal for one in newest] == [3, 2, 1]
    assert [one.failure for one in newest] == [None, None, "timeout"]
    assert [one.placement for one in newest] == [None, "rejected", None]
    assert (newest[1].repeat_of, newest[1].gap) == (0, 0.5)


def test_a_glance_names_the_fittest_while_nothing_is_picked(make, store):
    make.placed(store, 0, 0.5)
    make.placed(store, 1, 0.4, [0])
    overview = glance(store, "run", alive=False)
    assert (overview.best, overview.gaps, overview.status) == (1, {"train": (0.4,)}, "broken off")
