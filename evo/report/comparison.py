"""Is the best candidate better than the others? Paired gaps on the same instances, in all and by family."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from evaluators.statistics import Interval, mean_interval, paired_difference, without_rounding

RESAMPLES = 10_000
MOST = 16
"""More families than these are told by their parts: all of `n=100`, all of `tf=0.2`."""


@dataclass(frozen=True, slots=True)
class PairedComparison:
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


@dataclass(frozen=True, slots=True)
class FamilyGaps:
    """Instances of one kind: the found candidate's mean gap and its rivals', and the paired difference to the first."""

    name: str
    instances: int
    gap: Interval
    rivals: Mapping[str, Interval]
    difference: Interval | None


def compare_gaps(gaps: Sequence[float], others: Mapping[str, Sequence[float]]) -> tuple[PairedComparison, ...]:
    """Compare gaps, by position of the instance, with those of each other; in their order."""
    own = np.array(gaps)
    pairs = [_pair(name, own, np.array(other)) for name, other in others.items() if len(other) == len(gaps)]
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


def _pair(name: str, own: NDArray[np.float64], other: NDArray[np.float64]) -> PairedComparison:
    pair = paired_difference(own, other)
    p = permutation_p(without_rounding(own - other))
    return PairedComparison(name, own.size, pair.difference, pair.wins, pair.ties, pair.losses, p, p)


def family_gaps(
    families: Sequence[str], gaps: Sequence[float], rivals: Mapping[str, Sequence[float]]
) -> tuple[FamilyGaps, ...]:
    """Return a group for each family, in the order of the instances; all sequences are by position of the instance.

    Where there are more than `MOST`, for each of their parts: an instance is then in several groups.
    """
    own, others = np.array(gaps), {name: np.array(each) for name, each in rivals.items()}
    return tuple(_group(name, np.array(at), own, others) for name, at in family_positions(families).items())


def family_positions(families: Sequence[str]) -> dict[str, list[int]]:
    """Return the positions of the instances of each family, or of each of their parts where there are many."""
    many = len(set(families)) > MOST
    positions: defaultdict[str, list[int]] = defaultdict(list)
    for position, family in enumerate(families):
        for part in family.split() if many else [family]:
            positions[part].append(position)
    if not many:
        return dict(positions)
    names = list(dict.fromkeys(part.partition("=")[0] for part in positions))
    return {
        part: positions[part] for part in sorted(positions, key=lambda p: (names.index(p.partition("=")[0]), _size(p)))
    }


def _size(part: str) -> tuple[float, str]:
    """Order parts of one name by the number that their value begins with, where it does."""
    value = part.partition("=")[2]
    number = re.match(r"\d+(\.\d+)?", value)
    return float(number[0]) if number else float("inf"), value


def _group(
    name: str, at: NDArray[np.int64], gaps: NDArray[np.float64], rivals: Mapping[str, NDArray[np.float64]]
) -> FamilyGaps:
    first = next(iter(rivals), None)
    return FamilyGaps(
        name=name,
        instances=at.size,
        gap=mean_interval(gaps[at]),
        rivals={rival: mean_interval(gaps_there[at]) for rival, gaps_there in rivals.items()},
        difference=None if first is None else mean_interval(gaps[at] - rivals[first][at]),
    )
