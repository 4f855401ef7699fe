"""Circles around given centres in the unit square: the radii of largest sum, proved feasible in whole numbers.

Symbols: w distance of a centre from the nearest wall, d distance of two centres, r radius.
"""

from fractions import Fraction
from itertools import combinations

import numpy as np
from scipy.optimize import linprog

from problems.contract import Infeasible, Solution, SolutionShape
from problems.geometry.exact_arithmetic import Reals, common_denominator, rounded_down, whole

ULP = 2.0**-52


def centres(solution: Solution, n: int) -> Reals:
    """Return an untrusted solution as n distinct centres in the closed unit square, of shape (n, 2).

    Raises:
        Infeasible: it is something else; the message names the centre.
    """
    SolutionShape((n, 2), integral=False).check(solution)
    points = solution.astype(np.float64)
    outside = np.flatnonzero(~((points >= 0.0) & (points <= 1.0)).all(axis=1))  # NaN is in no interval
    if outside.size:
        x, y = points[outside[0]]
        raise Infeasible(f"Centre {outside[0]} lies outside the unit square: ({float(x)!r}, {float(y)!r}).")
    first: dict[tuple[float, float], int] = {}
    for index, (x, y) in enumerate(points.tolist()):
        if (earlier := first.setdefault((x, y), index)) != index:
            raise Infeasible(f"Centres {earlier} and {index} are the same point ({x!r}, {y!r}).")
    return points


def largest_radii(points: Reals) -> Reals:
    """Return radii of shape (n,) of largest sum up to rounding; that the circles are disjoint and inside is proved."""
    radii = relaxed_radii(points)
    i, j = np.triu_indices(len(points), 1)
    excess = float((radii[i] + radii[j] - distances(points)[i, j]).max(initial=0.0))
    while not feasible(points, radii):
        excess = max(2 * excess, ULP)
        radii = np.maximum(0.0, radii - excess)
    return radii


def total(radii: Reals) -> float:
    """Return the sum of radii, rounded down."""
    return rounded_down(sum((Fraction(float(r)) for r in radii), Fraction(0)))


def relaxed_radii(points: Reals) -> Reals:
    """Return the radii of the linear program max Σr with r_i <= w_i, r_i + r_j <= d_ij, feasible up to rounding.

    A pair with w_i + w_j <= d_ij restricts nothing and is left out.
    """
    w, d = walls(points), distances(points)
    i, j = np.triu_indices(len(points), 1)
    near = d[i, j] < w[i] + w[j]
    i, j = i[near], j[near]
    if not i.size:
        return w
    rows = np.zeros((i.size, len(points)))
    rows[np.arange(i.size), i] = rows[np.arange(i.size), j] = 1.0
    bounds = np.column_stack((np.zeros_like(w), w))
    optimum = linprog(-np.ones(len(points)), A_ub=rows, b_ub=d[i, j], bounds=bounds, method="highs-ds")
    # Radii of 0 are feasible and all are bounded: should HiGHS fail all the same, half the distances are feasible too.
    radii: Reals = np.minimum(w, nearest(d) / 2) if optimum.x is None else np.clip(optimum.x, 0.0, w)
    return radii


def walls(points: Reals) -> Reals:
    """Return the distance of each centre from the nearest wall; exact, as 1 - x is for x >= 1/2."""
    distance: Reals = np.minimum(points, 1.0 - points).min(axis=1)
    return distance


def distances(points: Reals) -> Reals:
    """Return the distances between centres, of shape (n, n), correct to a few units in the last place."""
    x, y = points.T
    distance: Reals = np.hypot(x[:, None] - x, y[:, None] - y)
    return distance


def nearest(d: Reals) -> Reals:
    """Return each centre's distance from the nearest other one."""
    distance: Reals = (d + np.diag(np.full(len(d), np.inf))).min(axis=1)
    return distance


def feasible(points: Reals, radii: Reals) -> bool:
    """Whether the circles lie in the square and no two overlap: whole numbers throughout, no tolerance."""
    one = common_denominator(points, radii)
    x, y, r = whole(points[:, 0], one), whole(points[:, 1], one), whole(radii, one)
    inside = all(0 <= size <= min(a, one - a, b, one - b) for a, b, size in zip(x, y, r, strict=True))
    return inside and all(
        (r[i] + r[j]) ** 2 <= (x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2 for i, j in combinations(range(len(r)), 2)
    )
