"""Multistart: centres and radii together by sequential quadratic programming (SLSQP) from random grids."""

import time
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Reals: TypeAlias = NDArray[np.float64]


def start(n: int, rng: np.random.Generator) -> Reals:
    """Return (x, y, r) of circles in some cells of a grid, each moved at random."""
    k = int(np.ceil(np.sqrt(n)))
    cells = rng.permutation(k * k)[:n]
    points = (np.column_stack((cells // k, cells % k)) + 0.5) / k + rng.normal(0, 0.2 / k, (n, 2))
    return np.concatenate((np.clip(points, 0, 1).T.ravel(), np.full(n, 0.3 / k)))


def slack(z: Reals) -> Reals:
    """Return what must not be negative: squared distances less squared sums of radii, walls less radii."""
    x, y, r = z.reshape(3, -1)
    i, j = np.triu_indices(r.size, 1)
    pairs = (x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2 - (r[i] + r[j]) ** 2
    return np.concatenate((pairs, x - r, 1 - x - r, y - r, 1 - y - r))


def slopes(z: Reals) -> Reals:
    """Return the derivatives of the slack."""
    x, y, r = z.reshape(3, -1)
    n, one, zero = r.size, np.eye(r.size), np.zeros((r.size, r.size))
    i, j = np.triu_indices(n, 1)
    difference, total = one[i] - one[j], one[i] + one[j]
    pairs = np.hstack(
        (difference * (x[i] - x[j])[:, None], difference * (y[i] - y[j])[:, None], -total * (r[i] + r[j])[:, None])
    )
    walls = np.block([[one, zero, -one], [-one, zero, -one], [zero, one, -one], [zero, -one, -one]])
    return np.concatenate((2 * pairs, walls))


def improved(z: Reals, until: float) -> Reals:
    """Return what SLSQP makes of a start in a few iterations, or until the time is over."""
    n = z.size // 3
    cost = np.concatenate((np.zeros(2 * n), -np.ones(n)))

    def late(_: Reals) -> None:
        if time.process_time() > until:
            raise StopIteration

    found = minimize(
        lambda z: cost @ z,
        z,
        jac=lambda _: cost,
        bounds=[(0, 1)] * z.size,
        constraints={"type": "ineq", "fun": slack, "jac": slopes},
        method="SLSQP",
        options={"maxiter": 100, "ftol": 1e-9},
        callback=late,
    )
    return np.array(found.x)


def worth(z: Reals) -> float:
    """Return the sum of radii less what is violated."""
    return float(z[2 * z.size // 3 :].sum() - z.size * max(0, -slack(z).min()))


def construct(n: int, seed: int, seconds: float) -> Reals:
    """Improve start after start until the time is over; the best counts."""
    rng = np.random.default_rng(seed)
    until = time.process_time() + 0.8 * seconds
    best = start(n, rng)
    while time.process_time() < until:
        best = max(best, improved(start(n, rng), until), key=worth)
    return np.clip(best.reshape(3, -1)[:2].T, 0, 1)
