"""The probe set and fingerprints: equal solutions on a few instances predict equal behaviour on all of them."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

import numpy as np

from evaluators.scoring import InstanceSet
from problems import Array, Instance, Solution

LEAST_INSTANCES, MOST_INSTANCES = 3, 24
WORK_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class ProbeSetResult:
    """What a candidate does on the probe set: the fingerprint of its solutions, and its fitness there."""

    fingerprint: str
    fitness: float


def probe_indices(instances: Sequence[Instance]) -> tuple[int, ...]:
    """Return the indices of the probe set, ascending: 24 instances spread over families and sizes, or fewer.

    The smallest of each family stand in a row by size, then the second ones where there are few families; the probe
    set is picked evenly from the row, of which the largest are left out until the work, which is taken to grow with the
    square of the data, is a tenth of all. The smallest instances alone are cheaper, and poor at telling rules apart.
    """
    work = np.array([float(sum(array.size for array in instance.arrays)) ** 2 for instance in instances])
    row = by_family(instances, work)
    for length in range(len(row), LEAST_INSTANCES, -1):
        chosen = spread_evenly(row[:length])
        if work[chosen].sum() <= WORK_SHARE * work.sum():
            return tuple(sorted(chosen))
    return tuple(sorted(row[:LEAST_INSTANCES]))


def by_family(instances: Sequence[Instance], work: Array) -> list[int]:
    """Return one index of each family, or as many as make 24 in rounds over the families, by rising work."""
    turns: Counter[str] = Counter()
    order: list[tuple[int, int]] = []
    for index in np.argsort(work, kind="stable").tolist():
        order.append((turns[instances[index].family], index))
        turns[instances[index].family] += 1
    order.sort(key=itemgetter(0))
    chosen = [index for _, index in order[: max(len(turns), MOST_INSTANCES)]]
    return sorted(chosen, key=lambda index: (work[index], index))


def spread_evenly(row: Sequence[int]) -> list[int]:
    """Return at most 24 entries of a row, at the middles of equal parts."""
    count = min(len(row), MOST_INSTANCES)
    return [row[(2 * part + 1) * len(row) // (2 * count)] for part in range(count)]


def subset(instance_set: InstanceSet, indices: Sequence[int]) -> InstanceSet:
    """Return some instances of a set with their references."""
    instances = tuple(instance_set.instances[index] for index in indices)
    return InstanceSet(instance_set.split, instances, tuple(instance_set.references[index] for index in indices))


def fingerprint_of(solutions: Sequence[Solution]) -> str:
    """Return the sha256 of the solutions' bytes, in their order; the shape of each is the instance's."""
    hashed = hashlib.sha256()
    for solution in solutions:
        hashed.update(solution.tobytes())
    return hashed.hexdigest()
