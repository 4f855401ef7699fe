"""Paired differences and their bootstrap intervals."""

import numpy as np
import pytest

from evaluators.statistics import mean_interval, paired_difference, ratio_interval


def test_the_same_differences_give_the_same_interval() -> None:
    differences = np.random.default_rng(1).normal(size=50)
    assert mean_interval(differences) == mean_interval(differences)


def test_the_estimate_lies_inside_and_a_clear_difference_excludes_zero() -> None:
    differences = np.random.default_rng(2).normal(-1.0, 0.5, size=100)
    found = mean_interval(differences)
    assert found.low < found.estimate < found.high < 0
    assert found.below_zero


def test_noise_about_zero_does_not_exclude_it() -> None:
    differences = np.tile([-1.0, 1.0], 50)
    assert not mean_interval(differences).below_zero


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(3)
    covered = 0
    for _ in range(200):
        found = mean_interval(rng.normal(1.0, 2.0, size=60), resamples=500)
        covered += found.low <= 1.0 <= found.high
    assert 175 <= covered <= 200


def test_a_ratio_is_of_sums() -> None:
    found = ratio_interval(np.array([1.0, -3.0]), np.array([10.0, 30.0]))
    assert found.estimate == pytest.approx(-2 / 40)


@pytest.mark.parametrize("size", [0, 1])
def test_nothing_to_compare_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="sum > 0"):
        ratio_interval(np.zeros(size), np.zeros(size))


def test_gaps_that_differ_by_rounding_alone_are_a_tie() -> None:
    pair = paired_difference(np.array([0.1, 0.2, 0.3, 0.1 + 0.2]), np.array([0.2, 0.1, 0.5, 0.3]))
    assert (pair.wins, pair.ties, pair.losses) == (2, 1, 1)
    assert pair.difference == mean_interval(np.array([-0.1, 0.1, -0.2, 0.0]))
