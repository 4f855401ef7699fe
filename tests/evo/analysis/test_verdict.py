"""The verdict: what was found against the best baseline on test, and how certain that is."""

import json

import numpy as np
import pytest

from evaluators import Evaluation, Facts, Gap, Isolation, Seconds
from evo.analysis.verdict import Finding, verdict
from evo.store import RunHeader, RunStatus, RunStore
from problems import Instance, Reference, Split

SPREAD = np.array([0.01, 0.03, 0.02, 0.05, 0.04, 0.06, 0.02, 0.03])


@pytest.fixture
def judged(tmp_path, make):
    """Return the verdict on a run that ended with these gaps on test."""

    def of(found, result):
        instances = [
            (Instance(f"t{i}", "", (np.arange(i + 1),), 1.0), Reference(1.0, 1.0, True, "exact")) for i in range(9)
        ]
        header = RunHeader("uid", "toy", 1, "{}", "0.1.0", "{}", Isolation.B, "2026-01-01T00:00:00")
        sets = {Split.TRAIN: instances[:1], Split.TEST: instances[: len(found)]}
        with RunStore.create(tmp_path / "run.sqlite", header, sets) as store:
            make.placed(store, 0, gap=0.5)
            gaps = np.array(found)
            gap = Gap(float(gaps.mean()), None, None)
            score = Evaluation(Split.TEST, Facts("", 1), 1 + gaps, gaps, gap, {}, Seconds())
            store.record_score(0, Split.TEST, score)
            store.record_selected(0, json.dumps(result))
            store.finish(RunStatus.FINISHED)
            return verdict(store)

    return of


def result(**baselines):
    rows = [{"name": name, "gaps": {}, "failure": ""} for name in baselines]
    return {"rows": rows, "gaps": {name: {"test": list(gaps)} for name, gaps in baselines.items()}}


def test_a_smaller_gap_everywhere_is_certainly_better_than_the_best_of_the_baselines(judged):
    found = judged(SPREAD, result(far=SPREAD + 0.3, near=SPREAD + 0.1 + SPREAD / 10))
    assert (found.finding, found.rival, found.instances, found.is_certain) == (Finding.BETTER, "near", 8, True)
    assert found.difference.estimate == pytest.approx(found.gap - found.rival_gap)
    assert "certainly better" in str(found)
    assert "smaller on 8, larger on 0" in str(found)


def test_a_larger_gap_is_said_to_be_worse(judged):
    assert judged(SPREAD + 0.1 + SPREAD / 10, result(near=SPREAD)).finding is Finding.WORSE


def test_an_interval_around_zero_tells_nothing(judged):
    found = judged(SPREAD, result(near=SPREAD[::-1].copy()))
    assert (found.finding, found.is_certain) == (Finding.OPEN, False)
    assert "is not told (not certain)" in str(found)


def test_few_instances_tell_nothing_however_large_the_difference(judged):
    assert judged(SPREAD[:5], result(near=SPREAD[:5] + 9)).finding is Finding.TOO_FEW


def test_a_winner_that_does_as_a_baseline_does_is_no_find(judged):
    found = judged(SPREAD, result(same=SPREAD))
    assert found.finding is Finding.ALIKE
    assert "nothing better than the baselines was found" in str(found)


def test_without_a_baseline_there_is_nothing_to_compare_with(judged):
    assert judged(SPREAD, result()).finding is Finding.NOT_YET


def test_a_run_that_goes_on_names_the_fittest_so_far(make, store):
    assert str(verdict(store)) == "No candidate has a score yet."
    make.placed(store, 0, gap=0.5)
    found = verdict(store)
    assert (found.finding, found.best, found.gap) == (Finding.NOT_YET, 0, None)
    assert "candidate 0" in str(found)
