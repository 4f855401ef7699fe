"""Paired differences and their intervals."""

import json
import math

import numpy as np
import pytest
from scipy import stats

from evaluators.statistics import (
    FEWEST,
    Certainty,
    Interval,
    crossed_interval,
    mean_interval,
    paired_difference,
    ratio_interval,
)


def test_the_estimate_lies_inside_and_a_clear_difference_excludes_zero() -> None:
    differences = np.random.default_rng(2).normal(-1.0, 0.5, size=100)
    found = mean_interval(differences)
    assert found.low < found.estimate < found.high < 0
    assert (found.below_zero, mean_interval(-differences).above_zero) == (True, True)
    assert found.certainty is mean_interval(-differences).certainty is Certainty.CERTAIN


def test_noise_about_zero_does_not_exclude_it() -> None:
    found = mean_interval(np.tile([-1.0, 1.0], 50))
    assert (found.below_zero, found.certainty) == (False, Certainty.OPEN)


def test_without_skewness_it_is_students_interval() -> None:
    values = np.array([-3.0, -1.0, 0.0, 0.0, 1.0, 3.0]) + 5
    found = mean_interval(values)
    wanted = stats.t.interval(0.95, 5, values.mean(), stats.sem(values))
    assert (found.low, found.high) == pytest.approx(wanted)


def test_the_end_at_the_longer_tail_is_moved_out_by_twice_johnsons_term() -> None:
    values = np.random.default_rng(4).exponential(size=12)
    found = mean_interval(values)
    low, high = stats.t.interval(0.95, 11, values.mean(), stats.sem(values))
    term = values.std(ddof=1) * stats.skew(values) / (6 * 12) * (1 + 2 * stats.t.ppf(0.975, 11) ** 2)
    assert (found.low, found.high) == pytest.approx((low, high + 2 * term))
    mirrored = mean_interval(-values)
    assert (mirrored.low, mirrored.high) == pytest.approx((-found.high, -found.low))


@pytest.mark.parametrize("size", [6, 10, 20, 220])
@pytest.mark.parametrize("draw", ["exponential", "normal", "laplace"])
def test_it_holds_the_truth_about_as_often_as_it_says_also_at_few_values(size: int, draw: str) -> None:
    rng = np.random.default_rng(3)
    samples = getattr(rng, draw)(size=(2000, size))
    truth = 1.0 if draw == "exponential" else 0.0
    intervals = [mean_interval(sample) for sample in samples]
    assert np.mean([one.low <= truth <= one.high for one in intervals]) >= 0.925


def test_fewer_than_six_values_are_too_few() -> None:
    found = mean_interval(np.full(FEWEST - 1, -1.0))
    assert (found.estimate, found.known, found.certainty) == (-1.0, False, Certainty.TOO_FEW)
    assert (found.below_zero, found.above_zero, found.ends) == (False, False, (None, None))
    assert json.dumps(found.to_json(), allow_nan=False)
    assert mean_interval(np.full(FEWEST, -1.0)) == Interval(-1.0, -1.0, -1.0)
    ratio = found.exponential()
    assert (ratio.estimate, ratio.known) == (pytest.approx(math.exp(-1)), False)


def test_the_interval_of_a_ratio_is_that_of_its_logarithm() -> None:
    found = Interval(0.0, math.log(0.5), math.log(4.0)).exponential()
    assert (found.estimate, found.low, found.high) == pytest.approx((1.0, 0.5, 4.0))


def test_a_ratio_is_of_sums() -> None:
    found = ratio_interval(np.array([1.0, -3.0]), np.array([10.0, 30.0]))
    assert found.estimate == pytest.approx(-2 / 40)


def test_the_interval_of_a_ratio_of_sums_holds_the_truth() -> None:
    rng, held = np.random.default_rng(5), 0
    for _ in range(500):
        references = rng.uniform(50, 150, size=30)
        found = ratio_interval(0.1 * references + rng.normal(0, 10, size=30), references)
        held += found.low <= 0.1 <= found.high
    assert held >= 460


@pytest.mark.parametrize("size", [0, 1])
def test_nothing_to_compare_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="sum > 0"):
        ratio_interval(np.zeros(size), np.zeros(size))
    with pytest.raises(ValueError, match="got none"):
        mean_interval(np.zeros(0))


def test_a_crossed_interval_holds_the_truth_of_other_seeds_and_instances() -> None:
    rng, held, trials = np.random.default_rng(1), 0, 200
    for _ in range(trials):
        seeds, instances = rng.normal(0, 1, (8, 1)), rng.normal(0, 1, (1, 40))
        interval = crossed_interval(0.5 + seeds + instances + rng.normal(0, 1, (8, 40)))
        held += interval.low <= 0.5 <= interval.high
    assert held / trials >= 0.93
    assert not crossed_interval(np.zeros((5, 40))).known


def test_gaps_that_differ_by_rounding_alone_are_a_tie() -> None:
    pair = paired_difference(np.array([0.1, 0.2, 0.3, 0.1 + 0.2]), np.array([0.2, 0.1, 0.5, 0.3]))
    assert (pair.wins, pair.ties, pair.losses) == (2, 1, 1)
    assert pair.difference == mean_interval(np.array([-0.1, 0.1, -0.2, 0.0]))


def test_intervals_of_several_tries_are_wider_so_that_all_hold_at_once() -> None:
    values = np.random.default_rng(5).normal(0.0, 1.0, 40)
    one, many = mean_interval(values), mean_interval(values, 20)
    assert (one.estimate, mean_interval(values, 1)) == (many.estimate, one)
    assert many.low < one.low < one.high < many.high
    rng = np.random.default_rng(6)
    held = [
        all(mean.low < 0 < mean.high for mean in (mean_interval(rng.normal(0.0, 1.0, 30), 10) for _ in range(10)))
        for _ in range(300)
    ]
    assert sum(held) / len(held) > 0.92


def test_fewer_than_one_try_is_refused() -> None:
    with pytest.raises(ValueError, match="Expected tries >= 1, got 0"):
        mean_interval(np.arange(9.0), 0)
