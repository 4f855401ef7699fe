"""Gaps instance by instance: where a candidate is weak, who is best where, and what the baselines reach."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from evaluators import Evaluation, Facts, Gap, Isolation, Seconds
from evo.analysis.instances import baseline_gaps, candidate_gaps, instance_families, instances, portfolio, winners
from evo.core.records import Draft, Operator, Proposal, Request
from evo.store import RunHeader, RunStore, StoreError
from problems import Instance, Reference, Split

MANY = 24


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RunStore]:
    header = RunHeader("u", "toy", 7, "{}", "0.1.0", "{}", Isolation.B, "2026-01-01T00:00:00")
    known = [
        (
            Instance(f"t{i}", f"n={i % 2}", (np.ones(2),), 1.0),
            Reference(10.0 + i, 10.0 + i if i > 0 else None, i > 0, "exact"),
        )
        for i in range(MANY)
    ]
    with RunStore.create(tmp_path / "run.sqlite", header, {Split.TRAIN: known}) as made:
        yield made


def add(store: RunStore, ordinal: int, gaps: Sequence[float], repeat_of: int | None = None) -> None:
    request = Request(Proposal(ordinal, 0, Operator("vary", "llm", 1), (), 1), "m")
    store.record_intent(request)
    store.record_draft(request, Draft(f"source {ordinal}"))
    padded = np.array([*gaps, *([0.0] * (MANY - len(gaps)))])
    gap = Gap(float(padded.mean()), 0.1, None)
    facts = Facts(f"d{ordinal}", 1)
    evaluation = Evaluation(Split.TRAIN, facts, padded + 10, padded, gap, {"a": 0.1}, Seconds(0.1, 0.1, 0.1))
    store.record_outcome(ordinal, evaluation, repeat_of)
    store.record_placements(ordinal, ())


def test_the_worst_instances_come_with_who_is_best_there(store, values):
    add(store, 0, [0.1, 0.9, 0.5])
    add(store, 1, [0.2, 0.3, 0.4])
    add(store, 2, [0.2, 0.3 - 1e-15, 0.6])
    answer = instances(store, 0, 2, Split.TRAIN)
    assert values(answer, "instance", "gap", "value", "reference", "proven", "best", "best_gap", "family") == [
        ("t1", 0.9, 10.9, 11.0, "yes", 1, 0.3, "n=1"),
        ("t2", 0.5, 10.5, 12.0, "yes", 1, 0.4, "n=0"),
    ]
    assert values(instances(store, 0, 3, Split.TRAIN), "proven", "best")[2] == ("no", 0)


def test_many_instances_are_answered_as_few_are(store, values):
    add(store, 0, np.linspace(0.9, 0.1, MANY).tolist())
    add(store, 1, np.linspace(0.1, 0.9, MANY).tolist())
    add(store, 2, [], repeat_of=1)
    few, each = (instances(store, 2, count, Split.TRAIN) for count in (9, MANY))
    assert values(each, "instance", "best")[:9] == values(few, "instance", "best")
    assert np.allclose(values(each, "best_gap")[:9], values(few, "best_gap"), rtol=0, atol=1e-12)
    assert len(each.rows) == MANY


def test_a_candidate_without_a_score_there_is_told(store):
    add(store, 0, [0.1])
    with pytest.raises(StoreError, match="candidate 0 has no score on test"):
        instances(store, 0, 3, Split.TEST)


def test_winners_count_ties_and_what_nobody_else_wins(store, values):
    shared = [0.5] * (MANY - 3)
    add(store, 0, [0.1, 0.2, 0.9, *shared])
    add(store, 1, [0.1, 0.9, 0.1, *shared])
    add(store, 2, [0.9, 0.9, 0.9, *shared])
    add(store, 3, [0.8, 0.9, 0.9, *([0.9] * (MANY - 3))])
    add(store, 4, [], repeat_of=0)
    answer = winners(store, 5, 2, Split.TRAIN)
    first, second = 0.1 + 0.9 + 0.1, 0.1 + 0.2 + 0.1
    rest = 0.5 * (MANY - 3)
    assert values(answer, "candidate", "wins", "alone", "portfolio") == [
        (1, MANY - 1, 1, 1),
        (0, MANY - 1, 1, 2),
        (2, MANY - 3, 0, None),
    ]
    assert values(answer, "portfolio_gap")[:2] == [
        (pytest.approx((first + rest) / MANY),),
        (pytest.approx((second + rest) / MANY),),
    ]
    assert answer.notes[0] == "3 of 4 scored candidates are best somewhere, 0 of them left out here"


def test_a_portfolio_ends_where_nobody_adds_to_it():
    gaps = np.array([[0.3, 0.3], [0.0, 0.4], [0.4, 0.1], [0.0, 0.4]])
    assert portfolio(gaps, 9) == ((1, 0.2), (2, 0.05))


def test_a_run_without_scores_has_no_winners(store):
    assert winners(store, 5, 2, Split.VALIDATION).rows == ()


FAMILIES = ("small", "large", "small")


def store_of(path) -> RunStore:
    known = [
        (Instance(f"i{place}", family, (np.arange(place + 1),), 1.0), Reference(1.0, 1.0, True, "exact"))
        for place, family in enumerate(FAMILIES)
    ]
    header = RunHeader("u", "toy", 0, "{}", "0.1.0", "{}", Isolation.A, "2026-01-01T00:00:00")
    return RunStore.create(path, header, {Split.TRAIN: known, Split.TEST: known})


def scored(gaps: tuple[float, ...], split: Split = Split.TRAIN) -> Evaluation:
    values, mean = np.array(gaps), sum(gaps) / len(gaps)
    return Evaluation(split, Facts("d", 3), values + 1, values, Gap(mean, mean, mean), {}, Seconds(0.0, 0.0, 0.0))


def add_candidate(
    store: RunStore, ordinal: int, gaps: tuple[float, ...], seed: str = "", repeat_of: int | None = None
) -> None:
    operator = Operator("seed" if seed else "vary", "embedded", 1)
    request = Request(Proposal(ordinal, 0, operator, (), 1), f"seed {seed}" if seed else "embedded")
    store.record_intent(request)
    store.record_draft(request, Draft("x = 1"))
    store.record_outcome(ordinal, scored(gaps), repeat_of)
    store.record_placements(ordinal, [])


def test_families_are_in_the_order_of_the_instances(tmp_path) -> None:
    with store_of(tmp_path / "run.sqlite") as store:
        assert instance_families(store, Split.TRAIN) == FAMILIES


def test_on_train_the_others_are_the_seeds(tmp_path) -> None:
    with store_of(tmp_path / "run.sqlite") as store:
        add_candidate(store, 0, (0.5, 0.5, 0.1), seed="SPT")
        add_candidate(store, 1, (0.1, 0.4, 0.3))
        assert baseline_gaps(store, Split.TRAIN) == {"SPT": (0.5, 0.5, 0.1)}


def test_a_repeat_has_the_gaps_of_what_it_repeats(tmp_path) -> None:
    with store_of(tmp_path / "run.sqlite") as store:
        add_candidate(store, 0, (0.1, 0.4, 0.3))
        add_candidate(store, 1, (0.1, 0.4, 0.3), repeat_of=0)
        assert candidate_gaps(store, 1, Split.TRAIN) == (0.1, 0.4, 0.3)


def test_without_a_score_there_are_no_gaps(tmp_path) -> None:
    with store_of(tmp_path / "run.sqlite") as store:
        add_candidate(store, 0, (0.1, 0.4, 0.3))
        assert candidate_gaps(store, 0, Split.TEST) == ()


def test_a_finished_run_compares_with_its_baselines_on_every_split(tmp_path) -> None:
    with store_of(tmp_path / "run.sqlite") as store:
        add_candidate(store, 0, (0.1, 0.4, 0.3), seed="SPT")
        store.record_score(0, Split.TEST, scored((0.1, 0.2, 0.3), Split.TEST))
        store.record_selected(0, json.dumps({"gaps": {"EDD": {"test": [0.0, 0.5, 1.0]}, "LPT": {}}}))
        assert baseline_gaps(store, Split.TEST) == {"SPT": (0.1, 0.2, 0.3), "EDD": (0.0, 0.5, 1.0)}
