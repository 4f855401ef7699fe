"""Is one heuristic better than another? Paired differences with intervals that hold for few instances."""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

LEVEL = 95.0
FEWEST = 6
"""Of fewer values there is no interval: their skewness, which it needs, is not known."""
EQUAL = 1e-12
"""Gaps that differ by less are a tie."""


class Certainty(StrEnum):
    """Whether the sign of a difference is told by its interval."""

    CERTAIN = "certain"
    OPEN = "not certain"
    TOO_FEW = "too few to tell"


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and the ends of its 95 % interval; these are infinite where there are too few values to tell."""

    estimate: float
    low: float
    high: float

    @property
    def known(self) -> bool:
        """Whether there were enough values for an interval."""
        return math.isfinite(self.high)

    @property
    def certainty(self) -> Certainty:
        """Whether a difference of this interval is certain."""
        if self.known:
            return Certainty.CERTAIN if self.below_zero or self.above_zero else Certainty.OPEN
        return Certainty.TOO_FEW

    @property
    def below_zero(self) -> bool:
        """Whether the whole interval lies below zero: what was compared is the smaller one."""
        return self.high < 0

    @property
    def above_zero(self) -> bool:
        """Whether the whole interval lies above zero: what was compared is the larger one."""
        return self.low > 0

    def exponential(self) -> "Interval":
        """Return the interval of a ratio, of which this is the one of its logarithm."""
        low, estimate, high = np.exp([self.low, self.estimate, self.high]).tolist()
        return Interval(estimate, low, high)

    @property
    def ends(self) -> tuple[float, float] | tuple[None, None]:
        """Its ends, None where there were too few values."""
        return (self.low, self.high) if self.known else (None, None)

    def to_json(self) -> dict[str, float | str | None]:
        """Return estimate, ends and certainty as JSON has them."""
        low, high = self.ends
        return {"estimate": self.estimate, "low": low, "high": high, "certainty": self.certainty}


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """The mean difference of two heuristics' gaps with its interval; the first one wins where its gap is smaller."""

    difference: Interval
    wins: int
    ties: int
    losses: int


def mean_interval(values: NDArray[np.float64], tries: int = 1) -> Interval:
    """Return the mean of values, shape (instances,) or (seeds,), with its interval.

    Where it is one of so many `tries`, it is so much wider that all of their intervals hold at once in 95 % of cases
    (Bonferroni). It is Student's t interval whose end on the side of the longer tail is moved out by twice the term of
    Johnson (1978), doi 10.1080/01621459.1978.10479985: once is for a skewness that is known, and that of few values is
    estimated too small. `benchmarks/intervals.py` simulates how often it holds.

    Raises:
        ValueError: there is no value.
    """
    from scipy.special import stdtrit  # a fifth of a second that verbs without intervals do without

    if values.size == 0:
        raise ValueError("Expected values to take the mean of, got none.")
    if tries < 1:
        raise ValueError(f"Expected tries >= 1, got {tries}.")
    mean = float(values.mean())
    if values.size < FEWEST:
        return Interval(mean, -math.inf, math.inf)
    deviation = float(values.std(ddof=1))
    if deviation <= EQUAL * abs(mean):  # equal but for rounding: there is no skewness
        return Interval(mean, mean, mean)
    skewness = float(((values - mean) ** 3).mean()) / float(values.std()) ** 3
    quantile = float(stdtrit(values.size - 1, 1 - (1 - LEVEL / 100) / (2 * tries)))
    half = quantile * deviation / math.sqrt(values.size)
    moved = deviation * skewness / (3 * values.size) * (1 + 2 * quantile**2)
    return Interval(mean, mean - half + min(moved, 0.0), mean + half + max(moved, 0.0))


def ratio_interval(differences: NDArray[np.float64], references: NDArray[np.float64]) -> Interval:
    """Return the sum of paired differences over the sum of references, both (instances,), with its interval.

    That of the mean of the ratio's linear approximation, Cochran (1977), section 6.

    Raises:
        ValueError: there is no instance, or the references sum to zero.
    """
    if differences.size == 0 or differences.shape != references.shape or references.sum() == 0:
        raise ValueError(f"Expected differences with references of sum > 0, got {differences.size} of them.")
    ratio = differences.sum() / references.sum()
    return mean_interval(ratio + (differences - ratio * references) / references.mean())


def crossed_interval(differences: NDArray[np.float64]) -> Interval:
    """Return the mean of differences, shape (seeds, instances), with an interval for other seeds and instances.

    From the intervals of the means by seed and by instance: Zou and Donner (2008), doi 10.1002/sim.3095.

    Raises:
        ValueError: there is no difference.
    """
    parts = [mean_interval(differences.mean(axis=axis)) for axis in (0, 1)]
    mean = parts[0].estimate
    below, above = (math.hypot(*(end(part) for part in parts)) for end in (_below, _above))
    return Interval(mean, mean - below, mean + above)


def _below(interval: Interval) -> float:
    return interval.estimate - interval.low


def _above(interval: Interval) -> float:
    return interval.high - interval.estimate


def without_rounding(differences: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return paired differences, shape (instances,), with zeros for ties."""
    return np.where(np.abs(differences) < EQUAL, 0.0, differences)


def paired_difference(own: NDArray[np.float64], other: NDArray[np.float64]) -> PairedDifference:
    """Compare the gaps of two heuristics on the same instances, both of shape (instances,)."""
    differences = without_rounding(own - other)
    wins, losses = int((differences < 0).sum()), int((differences > 0).sum())
    return PairedDifference(mean_interval(differences), wins, differences.size - wins - losses, losses)
