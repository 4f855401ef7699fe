"""Points in a triangle by their weights, and the smallest triangle among them, in whole numbers.

A point is w1·A + w2·B + w3·C over w1 + w2 + w3: whatever the weights, it lies in the triangle ABC. Areas are relative
to that of ABC; by affinity its shape is of no matter. For weights u, v, w the area is |det(u, v, w)| / (Σu · Σv · Σw).
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

import numpy as np

from problems.contract import Infeasible, Solution, SolutionShape
from problems.geometry.exact_arithmetic import Reals, common_denominator, rounded_down, whole

MOST, LEAST = 1e6, 1e-6
Triple = tuple[int, int, int]


def weights(solution: Solution, n: int) -> Reals:
    """Return an untrusted solution as n weight triples of shape (n, 3), entries in [0, 10^6], row sums >= 10^-6.

    Raises:
        Infeasible: it is something else; the message names the point.
    """
    SolutionShape((n, 3), integral=False).check(solution)
    rows = solution.astype(np.float64)
    for index, row in enumerate(rows):
        if not ((row >= 0.0) & (row <= MOST)).all():  # NaN is in no interval
            raise Infeasible(f"Point {index} has a weight outside 0 to {MOST:g}: {row.tolist()}.")
        if row.sum() < LEAST:
            raise Infeasible(f"Point {index} has weights of sum below {LEAST:g}: {row.tolist()}.")
    return rows


def smallest_area(rows: Reals) -> float:
    """Return the smallest relative area among all triangles of the points, rounded down."""
    return rounded_down(min(areas(rows)))


def areas(rows: Reals) -> list[Fraction]:
    """Return the relative areas of all triangles, in the order of `itertools.combinations`, exact."""
    entries = iter(whole(rows, common_denominator(rows)))
    triples = list(zip(entries, entries, entries, strict=True))
    sums = list(map(sum, triples))
    return [
        Fraction(abs(determinant(triples[i], triples[j], triples[k])), sums[i] * sums[j] * sums[k])
        for i, j, k in combinations(range(len(triples)), 3)
    ]


def determinant(u: Triple, v: Triple, w: Triple) -> int:
    """Return det(u, v, w)."""
    return (
        u[0] * (v[1] * w[2] - v[2] * w[1])
        - u[1] * (v[0] * w[2] - v[2] * w[0])
        + u[2] * (v[0] * w[1] - v[1] * w[0])
    )  # fmt: skip


def coincident(rows: Reals) -> tuple[int, int] | None:
    """Return two points that are the same after normalisation, exactly, or None."""
    first: dict[tuple[Fraction, ...], int] = {}
    for index, row in enumerate(rows):
        parts: Sequence[Fraction] = [Fraction(float(weight)) for weight in row]
        key = tuple(part / sum(parts) for part in parts)
        if (earlier := first.setdefault(key, index)) != index:
            return earlier, index
    return None
