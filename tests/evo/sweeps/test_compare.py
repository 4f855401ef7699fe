"""Comparisons: paired by seed and instance, intervals that hold what they say, curves over spend."""

import numpy as np
import pytest

from evo.core.errors import UserError
from evo.sweeps import SpendUnit, SweepArm, compare
from evo.sweeps.curves import area, gaps_at, horizon
from problems import Split


def arm(name: str, *runs) -> SweepArm:
    return SweepArm(name, {run.seed: run for run in runs})


def test_a_difference_pairs_seeds_and_instances(make_run) -> None:
    gaps, instances = np.array([0.1, 0.5, 0.3, 0.2, 0.4, 0.6]), "uvwxyz"
    base = arm("a", *(make_run(seed, tuple(gaps + 0.1), instances=instances) for seed in range(6)))
    other = arm("b", *(make_run(seed, tuple(gaps), instances=instances) for seed in range(6)))
    first, second = compare([base, other]).arms
    difference = second.differences[Split.TEST]
    assert first.differences[Split.TEST] is None
    assert difference is not None
    assert (difference.estimate, difference.low, difference.high) == pytest.approx((-0.1, -0.1, -0.1))
    assert second.pairs == 6


def test_few_seeds_have_no_interval_and_it_is_said(make_run) -> None:
    arms = [arm(name, *(make_run(seed) for seed in range(5))) for name in "ab"]
    found = compare(arms)
    assert not found.arms[0].area.known
    assert (found.arms[0].curve.low, found.arms[0].curve.high) == (None, None)
    assert any("fewer than 6 are too few to tell" in note for note in found.notes)


def test_other_instances_are_paired_by_seed_alone(make_run) -> None:
    base = arm("a", make_run(1, (0.1, 0.5)))
    other = arm("b", make_run(1, (0.2, 0.2, 0.2), instances="xyz"))
    difference = compare([base, other]).arms[1].differences[Split.TRAIN]
    assert difference is not None
    assert difference.estimate == pytest.approx(-0.1)


def test_without_a_common_seed_there_is_no_difference_and_it_is_said(make_run) -> None:
    found = compare([arm("a", make_run(1)), arm("b", make_run(2))])
    assert set(found.arms[1].differences.values()) == {None}
    assert "no seed in common with a: b" in found.notes


def test_few_seeds_are_said_to_be_few(make_run) -> None:
    assert any("an arm has 1 seed:" in note for note in compare([arm("a", make_run(1))]).notes)
    many = compare([arm("a", *(make_run(seed) for seed in range(5)))])
    assert not any("too narrow" in note for note in many.notes)


def test_different_problems_are_said_not_to_compare(make_run) -> None:
    found = compare([arm("a", make_run(1)), arm("b", make_run(1, problem="smtt"))])
    assert any("different problems (smtt, toy)" in note for note in found.notes)


def test_the_arm_to_compare_with_is_named_by_a_part_of_its_name(make_run) -> None:
    both = [arm("llm.model=a", make_run(1)), arm("llm.model=b", make_run(1))]
    assert compare(both, against="=b").arms[0].name == "llm.model=b"
    for wrong in ("c", "llm"):
        with pytest.raises(UserError, match=r"--against one of: llm\.model=a, llm\.model=b"):
            compare(both, against=wrong)


def test_before_the_first_score_there_is_that_one_and_after_the_end_the_last(make_run) -> None:
    run = make_run(1, points=((2, 0.5), (4, 0.3), (8, 0.3)))
    assert gaps_at(run, SpendUnit.CANDIDATES, np.array([0.0, 2, 3, 4, 100])).tolist() == [0.5, 0.5, 0.5, 0.3, 0.3]


def test_the_area_is_the_mean_over_what_was_spent(make_run) -> None:
    run = make_run(1, points=((1, 0.4), (5, 0.2), (8, 0.2)))
    assert area(run, SpendUnit.CANDIDATES, 10) == pytest.approx((5 * 0.4 + 5 * 0.2) / 10)
    assert area(run, SpendUnit.CANDIDATES, 4) == pytest.approx(0.4)


def test_curves_go_as_far_as_every_run_without_a_common_budget(make_run) -> None:
    runs = [make_run(1, points=((1, 0.4), (8, 0.2))), make_run(2, points=((1, 0.4), (6, 0.2)))]
    assert horizon(runs, SpendUnit.CANDIDATES) == 6
    assert horizon(runs, SpendUnit.SECONDS) == 3


@pytest.mark.parametrize(
    ("spend", "words"), [(SpendUnit.TOKENS, "spent no tokens"), (SpendUnit.DOLLARS, "unknown price")]
)
def test_a_spend_that_is_not_known_is_refused(spend: SpendUnit, words: str, make_run) -> None:
    with pytest.raises(UserError, match=words):
        compare([arm("a", make_run(1))], spend)


def test_a_budget_of_candidates_does_not_count_the_seeds_and_curves_do(make_run) -> None:
    runs = [make_run(seed, points=((1, 0.4), (42, 0.2)), budget=40.0) for seed in (1, 2)]
    assert horizon(runs, SpendUnit.CANDIDATES) == 42
