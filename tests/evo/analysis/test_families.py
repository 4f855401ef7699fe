import json

import numpy as np

from evaluators import Evaluation, Facts, Gap, Isolation, Seconds
from evo.analysis.families import families_of, gaps_of, others_gaps
from evo.core.records import Draft, Operator, Proposal, Request
from evo.store import RunHeader, RunStore
from problems import Instance, Reference, Split

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


def add(store: RunStore, ordinal: int, gaps: tuple[float, ...], seed: str = "", repeat_of: int | None = None) -> None:
    operator = Operator("seed" if seed else "vary", "embedded", 1)
    request = Request(Proposal(ordinal, 0, operator, (), 1), f"seed {seed}" if seed else "embedded")
    store.record_intent(request)
    store.record_draft(request, Draft("x = 1"))
    store.record_outcome(ordinal, scored(gaps), repeat_of)
    store.record_placements(ordinal, [])


def test_families_are_in_the_order_of_the_instances(tmp_path) -> None:
    with store_of(tmp_path / "run.sqlite") as store:
        assert families_of(store, Split.TRAIN) == FAMILIES


def test_on_train_the_others_are_the_seeds(tmp_path) -> None:
    with store_of(tmp_path / "run.sqlite") as store:
        add(store, 0, (0.5, 0.5, 0.1), seed="SPT")
        add(store, 1, (0.1, 0.4, 0.3))
        assert others_gaps(store, Split.TRAIN) == {"SPT": (0.5, 0.5, 0.1)}


def test_a_repeat_has_the_gaps_of_what_it_repeats(tmp_path) -> None:
    with store_of(tmp_path / "run.sqlite") as store:
        add(store, 0, (0.1, 0.4, 0.3))
        add(store, 1, (0.1, 0.4, 0.3), repeat_of=0)
        assert gaps_of(store, 1, Split.TRAIN) == (0.1, 0.4, 0.3)


def test_without_a_score_there_are_no_gaps(tmp_path) -> None:
    with store_of(tmp_path / "run.sqlite") as store:
        add(store, 0, (0.1, 0.4, 0.3))
        assert gaps_of(store, 0, Split.TEST) == ()


def test_a_finished_run_compares_with_its_baselines_on_every_split(tmp_path) -> None:
    with store_of(tmp_path / "run.sqlite") as store:
        add(store, 0, (0.1, 0.4, 0.3), seed="SPT")
        store.record_score(0, Split.TEST, scored((0.1, 0.2, 0.3), Split.TEST))
        store.record_selected(0, json.dumps({"gaps": {"EDD": {"test": [0.0, 0.5, 1.0]}, "LPT": {}}}))
        assert others_gaps(store, Split.TEST) == {"SPT": (0.1, 0.2, 0.3), "EDD": (0.0, 0.5, 1.0)}
