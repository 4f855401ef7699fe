"""Validation picks the winner: the best, or a shorter one that is as good."""

import json
from pathlib import Path

import numpy as np
import pytest

from evaluators import Evaluation, Facts, Gap, InstanceSet, Isolation, Seconds
from evo.analysis.run_result import run_result
from evo.core.errors import ForeignCodeError
from evo.core.records import Candidate
from evo.runs.finish import lower_levels, pick_winner
from evo.store import RunHeader, RunStore
from problems import Instance, Reference, Split
from problems.pods import Pods
from problems.toy import Toy


def finalist(ordinal: int, size: int) -> Candidate:
    return Candidate(ordinal, "source", Facts(str(ordinal), size), -1.0)


def validated(gap: float, lower: tuple[float, ...] = ()) -> Evaluation:
    scores = Gap(gap, None, None, lower=lower)
    return Evaluation(Split.VALIDATION, Facts("d", 1), np.zeros(1), np.zeros(1), scores, {}, Seconds())


@pytest.mark.parametrize(
    ("scores", "winner"),
    [
        ({0: validated(0.0100), 1: validated(0.0120)}, 0),
        ({0: validated(0.0100), 1: validated(0.01004)}, 1),
        ({0: validated(0.0), 1: validated(0.00001)}, 0),
        ({0: validated(0.0100, (0.1,)), 1: validated(0.0100, (0.1004,))}, 0),
        ({0: validated(0.0100)}, 0),
    ],
    ids=["the best", "a shorter one within half a per cent", "nothing is within a share of 0", "by levels", "scored"],
)
def test_the_winner_is(scores: dict[int, Evaluation], winner: int) -> None:
    assert pick_winner([finalist(0, 30), finalist(1, 9)], scores).ordinal == winner


def test_the_gaps_of_lower_levels_are_kept_by_instance_and_level_and_read_again(tmp_path: Path, make) -> None:
    known = [
        (Instance(f"i{place}", "", (np.arange(place + 1),), 10.0), Reference(4.0, 4.0, True, "exact", lower=(3.0, 0.0)))
        for place in range(2)
    ]
    sets = {Split.TEST: InstanceSet(Split.TEST, *map(tuple, zip(*known, strict=True)))}

    def scored(*lower: tuple[float, float]) -> dict[Split, Evaluation]:
        below, none = np.array(lower), np.zeros(2)
        return {
            Split.TEST: Evaluation(
                Split.TEST, Facts("d", 1), none, none, Gap(0.0, None, None), {}, Seconds(), lower_values=below
            )
        }

    problem = Pods()
    kept = lower_levels(problem, sets, scored((3.0, 0.0), (2.0, 1.0)), {"BestFit": scored((3.0, 0.0), (3.0, 0.0))})
    header = RunHeader("u", "pods", 1, "{}", "0.1.0", "{}", Isolation.B, "2026-01-01T00:00:00")
    with RunStore.create(tmp_path / "run.sqlite", header, {Split.TEST: known}) as store:
        make.placed(store, 0, gap=0.5)
        store.record_selected(0, json.dumps(kept))
        result = run_result(store)
    assert result.levels == problem.levels
    assert result.found_lower_gaps == {Split.TEST: ((0.0, pytest.approx(0.1)), (0.0, pytest.approx(-0.1)))}
    assert result.lower_gaps == {"BestFit": {Split.TEST: ((0.0, 0.0), (0.0, 0.0))}}


def test_an_objective_of_one_level_keeps_none_below() -> None:
    assert lower_levels(Toy(), {}, {}, {}) == {}


def test_without_a_score_on_validation_nothing_wins() -> None:
    with pytest.raises(ForeignCodeError, match="validation"):
        pick_winner([finalist(0, 30)], {})
