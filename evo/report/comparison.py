"""Is the found candidate better than what it is compared with? Pairs of gaps on the same instances."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from evaluators.statistics import RESAMPLES, Interval, mean_interval

EQUAL = 1e-12
"""Gaps that differ by less are a tie."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The mean difference of gaps to another heuristic (below zero: the found one is better) with its 95 % interval.

    `p` is that of the paired permutation test of this mean, two-sided (Fisher and Pitman; signs drawn at random);
    `adjusted` is the same after Holm (1979) over all that were compared at once.
    """

    name: str
    instances: int
    difference: Interval
    wins: int
    ties: int
    losses: int
    p: float
    adjusted: float


def compared(gaps: Sequence[float], others: Mapping[str, Sequence[float]]) -> tuple[Comparison, ...]:
    """Compare gaps, by position of the instance, with those of each other; in their order."""
    found = np.array(gaps)
    pairs = [_pair(name, found - np.array(known)) for name, known in others.items() if len(known) == len(gaps)]
    adjusted = holm([pair.p for pair in pairs])
    return tuple(replace(pair, adjusted=p) for pair, p in zip(pairs, adjusted, strict=True))


def holm(values: Sequence[float]) -> tuple[float, ...]:
    """Return p-values adjusted for testing all of them, Holm (1979), in their order."""
    adjusted = [0.0] * len(values)
    least = 0.0
    for position, place in enumerate(sorted(range(len(values)), key=lambda place: values[place])):
        least = max(least, min(1.0, (len(values) - position) * values[place]))
        adjusted[place] = least
    return tuple(adjusted)


def permutation_p(differences: NDArray[np.float64], resamples: int = RESAMPLES) -> float:
    """Return how likely a mean so far from zero is if each difference, shape (instances,), had either sign."""
    signs = np.random.default_rng(0).integers(0, 2, (resamples, differences.size), dtype=np.int8) * 2 - 1
    sums = np.abs(signs @ differences)
    # As far but for rounding counts; the signs as they came count as one drawing, so that p is never zero.
    far = int((sums >= abs(differences.sum()) * (1 - 1e-9)).sum())
    return (far + 1) / (resamples + 1)


def _pair(name: str, differences: NDArray[np.float64]) -> Comparison:
    differences = np.where(np.abs(differences) < EQUAL, 0.0, differences)
    wins, losses = int((differences < 0).sum()), int((differences > 0).sum())
    ties = differences.size - wins - losses
    p = permutation_p(differences)
    return Comparison(name, differences.size, mean_interval(differences), wins, ties, losses, p, p)
