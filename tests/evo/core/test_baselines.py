"""Which baseline is the best: validation tells, then train, then test."""

from evo.core.baselines import best_first
from problems import Split

TRAIN, VALIDATION, TEST = Split.TRAIN, Split.VALIDATION, Split.TEST


def test_the_smallest_gap_on_validation_is_the_best_whatever_the_other_splits_say() -> None:
    means = {"lucky": {VALIDATION: (0.2,), TEST: (0.0,), TRAIN: (0.0,)}, "best": {VALIDATION: (0.1,), TEST: (0.5,)}}
    assert best_first(means) == ("best", "lucky")


def test_equal_ones_are_told_apart_by_lower_levels_then_by_train_then_by_test_then_by_their_order() -> None:
    equal = {
        "last": {VALIDATION: (0.1, 0.3), TRAIN: (0.0,)},
        "test": {VALIDATION: (0.1, 0.2), TRAIN: (0.4,), TEST: (0.2,)},
        "train": {VALIDATION: (0.1, 0.2), TRAIN: (0.3,), TEST: (0.9,)},
        "twin": {VALIDATION: (0.1, 0.2), TRAIN: (0.4,), TEST: (0.2,)},
    }
    assert best_first(equal) == ("train", "test", "twin", "last")


def test_one_without_a_score_on_validation_comes_after_those_that_have_one() -> None:
    assert best_first({"failed": {TRAIN: (0.0,)}, "none": {}, "scored": {VALIDATION: (0.9,)}}) == (
        "scored",
        "failed",
        "none",
    )
    assert best_first({}) == ()
