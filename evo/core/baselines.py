"""Which baseline is the best: one meaning in verdict, pages, report, explanations and drawings."""

from collections.abc import Mapping, Sequence

from problems import Split

RANKED_BY = (Split.VALIDATION, Split.TRAIN, Split.TEST)
"""Validation picks the best baseline, as it picks the best candidate: no figure on test chose either."""
UNSCORED = (float("inf"),)


def best_first(means: Mapping[str, Mapping[Split, Sequence[float]]]) -> tuple[str, ...]:
    """Return the names of baselines, the best first: that of the smallest mean gap on validation, level by level.

    `means` are the mean gaps by name and split, one a level of the objective. Equal ones, and those without a score on
    validation, which come last, are ordered by train, then by test, then as they came.
    """
    return tuple(sorted(means, key=lambda name: [tuple(means[name].get(split) or UNSCORED) for split in RANKED_BY]))
