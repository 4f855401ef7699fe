"""Is one heuristic better than another? Paired differences with bootstrap intervals, deterministic."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 10_000
LEVEL = 95.0
EQUAL = 1e-12
"""Gaps that differ by less are a tie."""


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and the ends of its 95 % percentile bootstrap interval, Efron and Tibshirani (1993), section 13.3."""

    estimate: float
    low: float
    high: float

    @property
    def below_zero(self) -> bool:
        """Whether the whole interval lies below zero: what was compared is the smaller one."""
        return self.high < 0


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """The mean difference of two heuristics' gaps with its interval; the first one wins where its gap is smaller."""

    difference: Interval
    wins: int
    ties: int
    losses: int


def mean_interval(differences: NDArray[np.float64], resamples: int = RESAMPLES) -> Interval:
    """Return the mean of paired differences, shape (instances,), with its interval."""
    return ratio_interval(differences, np.ones_like(differences), resamples)


def ratio_interval(
    differences: NDArray[np.float64], references: NDArray[np.float64], resamples: int = RESAMPLES
) -> Interval:
    """Return the sum of paired differences over the sum of references, both (instances,), with its interval.

    Raises:
        ValueError: there is no instance, or the references sum to zero.
    """
    if differences.size == 0 or differences.shape != references.shape or references.sum() == 0:
        raise ValueError(f"Expected differences with references of sum > 0, got {differences.size} of them.")
    samples = np.random.default_rng(0).integers(0, differences.size, (resamples, differences.size))
    sums = references[samples].sum(axis=1)
    ratios = differences[samples].sum(axis=1)[sums > 0] / sums[sums > 0]
    tail = (100.0 - LEVEL) / 2
    low, high = np.percentile(ratios, (tail, 100.0 - tail))
    return Interval(float(differences.sum() / references.sum()), float(low), float(high))


def without_rounding(differences: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return paired differences, shape (instances,), with zeros for ties."""
    return np.where(np.abs(differences) < EQUAL, 0.0, differences)


def paired_difference(own: NDArray[np.float64], other: NDArray[np.float64]) -> PairedDifference:
    """Compare the gaps of two heuristics on the same instances, both of shape (instances,)."""
    differences = without_rounding(own - other)
    wins, losses = int((differences < 0).sum()), int((differences > 0).sum())
    return PairedDifference(mean_interval(differences), wins, differences.size - wins - losses, losses)
