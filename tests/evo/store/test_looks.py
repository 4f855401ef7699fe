"""Every look at the test instances is kept: with its score, beside a run that goes on, and of runs before the count."""

import sqlite3
from contextlib import closing

import pytest

from evaluators import Failure, FailureKind
from evo.store import RunStore, ScoredBy, StoreError
from evo.store.looks import add_evaluation_look, read_looks
from evo.store.records import Look
from problems import Split


def looks(store: RunStore) -> list[tuple[ScoredBy, int | None]]:
    with store.snapshot() as connection:
        return [(look.scored_by, look.candidate) for look in read_looks(connection)]


def test_a_score_on_test_is_a_look_and_one_on_validation_is_none(make, store):
    make.placed(store, 0, gap=0.5)
    store.record_score(0, Split.VALIDATION, make.evaluation(0.7, Split.VALIDATION))
    assert looks(store) == []
    store.record_score(0, Split.TEST, make.evaluation(0.7, Split.TEST))
    store.record_score(0, Split.TEST, make.evaluation(0.7, Split.TEST), ScoredBy.RESUME)
    assert looks(store) == [(ScoredBy.RUN, 0), (ScoredBy.RESUME, 0)]


def test_a_failure_on_test_is_a_look(make, store):
    make.placed(store, 0, gap=0.5)
    store.record_score(0, Split.TEST, Failure(FailureKind.TIMEOUT, "slow"))
    assert looks(store) == [(ScoredBy.RUN, 0)]


def test_a_look_of_a_repeat_is_one_of_the_first_candidate_of_its_syntax(make, store):
    make.placed(store, 0, gap=0.5)
    make.repeated(store, 1, repeat_of=0)
    store.record_score(1, Split.TEST, make.evaluation(0.7, Split.TEST))
    assert looks(store) == [(ScoredBy.RUN, 0)]


def test_a_score_and_its_look_are_recorded_together_or_not_at_all(make, store):
    make.placed(store, 0, gap=0.5)
    with pytest.raises(ValueError, match="finite"):
        store.record_score(0, Split.TEST, make.evaluation(float("nan"), Split.TEST))
    with pytest.raises(ValueError, match="Candidate 7 is unknown"):
        store.record_score(7, Split.TEST, make.evaluation(0.7, Split.TEST))
    assert looks(store) == []


def test_a_look_tells_when_and_at_which_code(make, store):
    make.placed(store, 0, gap=0.5)
    store.record_score(0, Split.TEST, make.evaluation(0.7, Split.TEST, digest="d0"))
    with store.snapshot() as connection:
        (look,) = read_looks(connection)
    assert look == Look(ScoredBy.RUN, 0, "d0", look.created)
    assert look.created is not None
    assert look.created.startswith("20")


def test_evaluate_is_counted_while_the_run_goes_on(make, store):
    make.placed(store, 0, gap=0.5)
    assert add_evaluation_look(store.path, "d0") == 1
    assert add_evaluation_look(store.path, "from elsewhere") == 2
    make.placed(store, 1, gap=0.4)
    assert looks(store) == [(ScoredBy.EVALUATE, 0), (ScoredBy.EVALUATE, None)]


def test_a_lock_that_stays_is_said(make, path):
    make.store(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked"):
            add_evaluation_look(path, "d", patience=0.1)


def test_a_run_before_the_count_has_a_look_for_each_score_on_test(make, path):
    with make.store(path) as store:
        for ordinal in range(3):
            make.placed(store, ordinal, gap=0.5)
        for ordinal in (2, 0):
            store.record_score(ordinal, Split.TEST, make.evaluation(0.7, Split.TEST))
    as_before_the_count(path)
    with RunStore.open(path, readonly=True) as store:
        assert looks(store) == [(ScoredBy.RUN, 2), (ScoredBy.RUN, 0)]


def test_a_run_before_the_count_that_scored_nothing_on_test_has_no_look(make, path):
    with make.store(path) as store:
        make.placed(store, 0, gap=0.5)
        store.record_score(0, Split.VALIDATION, make.evaluation(0.7, Split.VALIDATION))
    as_before_the_count(path)
    with RunStore.open(path, readonly=True) as store:
        assert looks(store) == []


def as_before_the_count(path) -> None:
    with closing(sqlite3.connect(path)) as plain, plain:
        plain.executescript("DROP TABLE test_looks; DROP TABLE notes; DROP TABLE baselines")
        plain.execute("ALTER TABLE run DROP COLUMN signatures")
        plain.execute("DELETE FROM schema_changes WHERE version >= 8")
