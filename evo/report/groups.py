"""Gaps by family of instances, or by what families have in common where there are many of them."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluators.statistics import Interval, mean_interval

MOST = 16
"""More families than these are told by their parts: all of `n=100`, all of `tf=0.2`."""


@dataclass(frozen=True, slots=True)
class Group:
    """Instances of one kind: the found candidate's mean gap and its rivals', and the paired difference to the first."""

    name: str
    instances: int
    gap: Interval
    rivals: Mapping[str, Interval]
    difference: Interval | None


def groups(families: Sequence[str], gaps: Sequence[float], rivals: Mapping[str, Sequence[float]]) -> tuple[Group, ...]:
    """Return a group for each family, in the order of the instances; all sequences are by position of the instance.

    Where there are more than `MOST`, for each of their parts: an instance is then in several groups.
    """
    found, others = np.array(gaps), {name: np.array(known) for name, known in rivals.items()}
    return tuple(_group(name, np.array(at), found, others) for name, at in kinds(families).items())


def kinds(families: Sequence[str]) -> dict[str, list[int]]:
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
) -> Group:
    first = next(iter(rivals), None)
    return Group(
        name=name,
        instances=at.size,
        gap=mean_interval(gaps[at]),
        rivals={rival: mean_interval(known[at]) for rival, known in rivals.items()},
        difference=None if first is None else mean_interval(gaps[at] - rivals[first][at]),
    )
