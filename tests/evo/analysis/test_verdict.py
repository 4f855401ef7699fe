"""The verdict: what was found against the best baseline on test, and how certain that is."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from evaluators import Evaluation, Facts, Failure, FailureKind, Gap, Isolation, Seconds
from evo.analysis.verdict import Finding, verdict
from evo.core.records import Attempt, Usage
from evo.store import RunHeader, RunStatus, RunStore, StoreError
from problems import Instance, Reference, Split

SPREAD = np.array([0.01, 0.03, 0.02, 0.05, 0.04, 0.06, 0.02, 0.03])


@pytest.fixture
def judged(tmp_path, make):
    """Return the verdict on a run that ended with these gaps on test."""

    def of(found, result, operator="vary", families=()):
        families = [*families, *[""] * 20]
        reference = Reference(1.0, 1.0, True, "exact")
        instances = [(Instance(f"t{i}", families[i], (np.arange(i + 1),), 1.0), reference) for i in range(20)]
        header = RunHeader("uid", "toy", 1, "{}", "0.1.0", "{}", Isolation.B, "2026-01-01T00:00:00")
        sets = {Split.TRAIN: instances[:1], Split.TEST: instances[: len(found)]}
        folder = tmp_path / f"run_{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        with RunStore.create(folder / "run.sqlite", header, sets) as store:
            make.placed(store, 0, gap=0.5, operator=operator)
            gaps = np.array(found)
            gap = Gap(float(gaps.mean()), None, None)
            score = Evaluation(Split.TEST, Facts("", 1), 1 + gaps, gaps, gap, {}, Seconds())
            store.record_score(0, Split.TEST, score)
            store.record_selected(0, json.dumps(result))
            store.finish(RunStatus.FINISHED)
            return verdict(store)

    return of


def result(least=0.1, **baselines):
    """Return what a run's end records; the baselines are in the order of validation, the first has the `least` gap."""
    rows = [
        {"name": name, "gaps": {"validation": {"scaled": least + place}}, "failure": ""}
        for place, name in enumerate(baselines)
    ]
    return {"rows": rows, "gaps": {name: {"test": list(gaps)} for name, gaps in baselines.items()}}


def test_a_smaller_gap_everywhere_is_certainly_better_than_the_best_of_the_baselines(judged):
    found = judged(SPREAD, result(near=SPREAD + 0.1 + SPREAD / 10, far=SPREAD + 0.3))
    assert (found.finding, found.rival, found.instances, found.is_certain) == (Finding.BETTER, "near", 8, True)
    assert found.difference.estimate == pytest.approx(found.gap - found.rival_gap)
    assert "certainly better, by 10.325 points (95 % interval 10.1" in str(found)
    assert "smaller on 8, larger on 0 and equal on 0" in str(found)
    assert "evo explain" in found.advice


def test_a_larger_gap_is_said_to_be_worse(judged):
    found = judged(SPREAD + 0.1 + SPREAD / 10, result(near=SPREAD))
    assert found.finding is Finding.WORSE
    assert "certainly worse, by 10.325 points" in str(found)


def test_an_interval_around_zero_tells_nothing_but_how_many_instances_would(judged):
    found = judged(SPREAD, result(near=SPREAD[::-1] + 0.005))
    assert (found.finding, found.is_certain) == (Finding.OPEN, False)
    assert "is not told (not certain): the found gap is 0.500 points smaller (95 % interval: " in str(found)
    told = re.fullmatch(
        r"If the difference is as it looks, about (\d{2,3}) instances would tell: `evo explain (\S+) --fresh (\d+)` .*",
        found.advice,
    )
    assert told is not None
    assert told[1] == told[3]
    assert (Path(told[2]) / "run.sqlite").is_file()


def test_equal_means_of_different_gaps_are_neither_smaller_nor_larger(judged):
    found = judged(SPREAD, result(near=SPREAD[::-1].copy()))
    assert "the found gap is as large in the mean (95 % interval: " in str(found)


def test_few_instances_tell_nothing_however_large_the_difference(judged):
    found = judged(SPREAD[:5], result(near=SPREAD[:5] + 9))
    assert found.finding is Finding.TOO_FEW
    assert "`evo explain " in found.advice


def test_a_winner_that_does_as_a_baseline_does_is_no_find(judged):
    found = judged(SPREAD, result(same=SPREAD))
    assert found.finding is Finding.ALIKE
    assert "nothing better than the baselines was found" in str(found)


def test_the_rival_is_the_best_on_validation_and_another_that_is_ahead_on_test_is_named(judged):
    found = judged(SPREAD, result(first=SPREAD[::-1].copy(), lucky=SPREAD - 0.01))
    assert (found.finding, found.rival) == (Finding.OPEN, "first")
    assert "lucky, which validation did not put first, has less there: 2.250%." in str(found)


def test_better_is_what_is_certainly_better_than_every_baseline(judged):
    found = judged(SPREAD, result(first=SPREAD + 0.1 + SPREAD / 10, close=SPREAD[::-1].copy()))
    assert (found.finding, found.rival) == (Finding.OPEN, "close")
    assert "the closest baseline, close, has" in str(found)


def test_a_winner_that_does_as_another_baseline_does_is_no_find_though_it_beats_the_first(judged):
    found = judged(SPREAD, result(first=SPREAD + 0.1 + SPREAD / 10, same=SPREAD))
    assert (found.finding, found.rival) == (Finding.ALIKE, "same")
    assert "nothing better than the baselines was found" in str(found)


def test_a_winner_that_is_a_seed_is_said_to_be_one(judged):
    found = judged(SPREAD, result(embedded=SPREAD), operator="seed")
    assert found.answer[0].startswith("No candidate beat embedded on validation by half a per cent of its gap")


def test_without_a_baseline_there_is_nothing_to_compare_with(judged):
    assert judged(SPREAD, result()).finding is Finding.NOT_YET


def test_a_run_that_goes_on_names_the_best_on_train_so_far(make, store):
    assert verdict(store).answer == ("No candidate has a score yet.",)
    make.placed(store, 0, gap=0.5)
    found = verdict(store)
    assert (found.finding, found.best, found.gap) == (Finding.NOT_YET, 0, None)
    assert "the best on train so far is candidate 0" in str(found)


def test_what_a_run_took_is_told_without_dollars_where_no_model_was_asked(make, store):
    make.placed(store, 0, gap=0.5)
    assert verdict(store).cost == "It took 1 candidate and 0 s; no model was asked."


def test_replies_that_failed_are_counted(make, store):
    for ordinal in range(2):
        request = make.request(ordinal, prompt="improve it")
        paid = Attempt("m", Usage(100, 20, 0.25, 1.0), reply="no code")
        store.record_intent(request)
        store.record_draft(request, make.draft(None, [paid], reason="no code"))
        store.record_outcome(ordinal, Failure(FailureKind.COMPILE_ERROR, "no code"))
        store.record_placements(ordinal, ())
    found = verdict(store)
    assert "2 of 2 replies failed: `evo lineage failures` says why." in found.answer
    assert found.cost == "It took 2 candidates and 0 s, 2 of them a model's replies: 240 tokens, $0.5000."


def test_worse_than_one_of_several_is_certain_by_an_interval_that_holds_for_all_of_them(judged):
    found = judged(SPREAD, result(first=SPREAD + 0.1 + SPREAD / 10, ahead=SPREAD - 0.01 - SPREAD / 10))
    assert (found.finding, found.rival) == (Finding.WORSE, "ahead")
    assert "certainly worse, by 1.325 points" in str(found)


def test_where_validation_leaves_nothing_to_gain_other_instances_are_asked_for(judged):
    found = judged(SPREAD, result(least=0.0, solved=SPREAD[::-1].copy()))
    assert found.advice.startswith("No rule can beat the best baseline on validation, where it has no gap")


def levels(result, found, **baselines):
    """Return what a run's end records where two levels of the objective stand below the first."""
    result["levels"] = ["large parcels", "parcels", "stamps"]
    result["found_lower_gaps"] = {"test": [list(each) for each in found]}
    result["lower_gaps"] = {name: {"test": [list(each) for each in lower]} for name, lower in baselines.items()}
    return result


def test_the_first_level_that_differs_decides_and_is_named(judged):
    near = levels(result(near=SPREAD), (SPREAD, SPREAD), near=(SPREAD, SPREAD + 0.1 + SPREAD / 10))
    found = judged(SPREAD, near)
    assert (found.finding, found.level, found.counts) == (Finding.BETTER, 3, "stamps")
    equal = "The two are equal on every instance in large parcels and in parcels"
    assert f"{equal}; the third level of the objective, stamps, decides." in found.answer
    assert "the best baseline, near, has 3.250% / 3.250% / 13.575%." in str(found)
    assert "It is certainly better, by 10.325 points" in str(found)
    assert found.difference.estimate == pytest.approx(found.gap - found.rival_gap)


def test_a_level_below_one_that_differs_decides_nothing(judged):
    near = levels(result(near=SPREAD[::-1] + 0.005), (SPREAD, SPREAD), near=(SPREAD + 0.1 + SPREAD / 10, SPREAD))
    found = judged(SPREAD, near)
    assert (found.finding, found.level, found.counts) == (Finding.OPEN, 1, "large parcels")
    assert "The first level of the objective, large parcels, decides." in found.answer


def test_equal_on_every_level_is_no_find(judged):
    found = judged(SPREAD, levels(result(same=SPREAD), (SPREAD, SPREAD), same=(SPREAD, SPREAD)))
    assert (found.finding, found.level) == (Finding.ALIKE, 1)
    assert "nothing better than the baselines was found" in str(found)


def test_better_than_the_first_on_one_level_and_worse_than_another_on_a_lower_one_is_worse(judged):
    ended = result(first=SPREAD + 0.1 + SPREAD / 10, hard=SPREAD)
    lower = levels(ended, (SPREAD, SPREAD), first=(SPREAD, SPREAD), hard=(SPREAD - 0.01 - SPREAD / 10, SPREAD))
    found = judged(SPREAD, lower)
    assert (found.finding, found.rival, found.level) == (Finding.WORSE, "hard", 2)


def test_a_record_without_the_lower_levels_says_that_the_first_alone_is_compared(judged):
    older = result(same=SPREAD)
    older["rows"][0]["gaps"]["validation"]["lower"] = [0.1, 0.2]
    assert "Only the first level of the objective is compared" in str(judged(SPREAD, older))


def test_kinds_are_worse_by_wider_intervals_where_the_rival_was_picked_on_the_same_instances(judged):
    slightly = 0.003 + np.tile([0.0024, -0.0024], 4)
    found, close = np.concatenate([SPREAD, SPREAD]), np.concatenate([SPREAD + slightly, SPREAD - slightly])
    families = ["n=5 easy"] * 8 + ["n=5 hard"] * 8
    said = "certainly worse on instances of hard"
    assert said in str(judged(found, result(close=close), families=families))
    far = {f"far{place}": found + 0.4 + found / 10 for place in range(6)}
    among = judged(found, result(**far, close=close), families=families)
    assert among.rival == "close"
    assert said not in str(among)


@pytest.mark.parametrize("damaged", [{"rows": [{"name": "a"}]}, {"rows": 7}, {"gaps": {"a": {"test": ["x"]}}}])
def test_a_damaged_result_is_told_in_one_line(judged, damaged):
    with pytest.raises(StoreError, match="what the run's end recorded is damaged"):
        judged(SPREAD, damaged)


def test_kinds_of_instances_on_which_the_winner_is_certainly_worse_are_named(judged):
    found = np.concatenate([SPREAD, SPREAD])
    rival = np.concatenate([SPREAD + 0.4 + SPREAD, SPREAD - 0.01 - SPREAD / 10])
    families = ["n=5 easy"] * 8 + ["n=5 hard"] * 8
    told = judged(found, result(near=rival), families=families)
    assert "But it is certainly worse on instances of hard (by 1.325 points): the report has all." in told.answer
