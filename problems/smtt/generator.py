"""Instances of Potts and Van Wassenhove (1982) for single machine total tardiness."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from problems.contract import Instance, Split
from problems.settings import random_numbers, sizes_within

Sizes = tuple[tuple[int, int], ...]  # (jobs, instances per class)

RANGES = (0.2, 0.4, 0.6, 0.8, 1.0)  # RDD: the width of the due dates as a fraction of the work P
TARDINESS_FACTORS = {  # TF: one less the mean due date as a fraction of P
    Split.TRAIN: (0.2, 0.4, 0.6, 0.8, 1.0),
    Split.VALIDATION: (0.2, 0.4, 0.6, 0.8),
    Split.TEST: (0.2, 0.4, 0.6, 0.8),
}


def checked_sizes(name: str, sizes: Sequence[Sequence[int]]) -> Sizes:
    """Return sizes from a configuration as tuples; raises ValueError unless they are distinct and in range."""
    ranges = {"jobs": (2, 2000), "instances per class": (1, 1000)}
    return tuple((jobs, count) for jobs, count in sizes_within(name, sizes, ranges))


# An evaluation asks for its instances every time, and drawing 150 of them takes longer than scoring a rule on them.
@lru_cache(maxsize=16)
def instances(seed: int, split: Split, sizes: Sizes) -> tuple[Instance, ...]:
    """Return the instances of a split by size, then RDD, then TF, then replicate."""
    return tuple(
        instance(seed, split, jobs, rdd, tf, replicate)
        for jobs, count in sizes
        for rdd in RANGES
        for tf in TARDINESS_FACTORS[split]
        for replicate in range(count)
    )


def instance(seed: int, split: Split, jobs: int, rdd: float, tf: float, replicate: int) -> Instance:
    """Draw one instance; it depends on these arguments alone, so other sizes and counts leave it as it is."""
    rng = random_numbers(seed, split, jobs, round(10 * rdd), round(10 * tf), replicate)
    p, d = draw(rng, jobs, rdd, tf)
    name = f"smtt-{seed}-{split}-n{jobs}-rdd{rdd}-tf{tf}-{replicate}"
    return Instance(name=name, family=f"tf={tf} rdd={rdd} n={jobs}", arrays=(p, d), scale=float(jobs))


def draw(rng: np.random.Generator, jobs: int, rdd: float, tf: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return processing times and due dates, each of shape (jobs,).

    Potts and Van Wassenhove (1982): p ~ U{1, ..., 100}, d ~ U[P(1 - TF - RDD/2), P(1 - TF + RDD/2)] with P = Σp,
    truncated toward zero and not clipped, so due dates are negative where TF + RDD/2 > 1.
    """
    p = rng.integers(1, 100, size=jobs, endpoint=True, dtype=np.int64)
    centre = 1 - tf
    d = p.sum() * rng.uniform(centre - rdd / 2, centre + rdd / 2, size=jobs)
    return p, np.trunc(d).astype(np.int64)
