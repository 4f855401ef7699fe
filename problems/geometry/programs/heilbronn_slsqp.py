"""Multistart: the smallest area maximised by sequential quadratic programming (SLSQP), orientations kept."""

import time
from itertools import combinations
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Reals: TypeAlias = NDArray[np.float64]


def areas(z: Reals, triples: NDArray[np.int64]) -> Reals:
    """Return the oriented areas; z holds (u, v) of all points."""
    a, b, c = z.reshape(-1, 2)[triples].transpose(1, 2, 0)
    found: Reals = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return found


def slopes(z: Reals, triples: NDArray[np.int64]) -> Reals:
    """Return the derivatives of the areas by z."""
    a, b, c = z.reshape(-1, 2)[triples].transpose(1, 2, 0)
    found, row = np.zeros((len(triples), z.size)), np.arange(len(triples))
    for point, (left, right) in zip(triples.T, ((b, c), (c, a), (a, b)), strict=True):
        found[row, 2 * point] = left[1] - right[1]
        found[row, 2 * point + 1] = right[0] - left[0]
    return found


def improved(z: Reals, triples: NDArray[np.int64], until: float) -> Reals:
    """Return what SLSQP makes of points, or until the time is over; the last variable is the smallest area."""
    sign = np.where(areas(z, triples) < 0, -1.0, 1.0)
    inside = np.column_stack((np.kron(np.eye(z.size // 2), [-1, -1]), np.zeros(z.size // 2)))
    cost = np.append(np.zeros(z.size), -1.0)

    def late(_: Reals) -> None:
        if time.process_time() > until:
            raise StopIteration

    found = minimize(
        lambda y: -y[-1],
        np.append(z, np.abs(areas(z, triples)).min()),
        jac=lambda _: cost,
        bounds=[(0, 1)] * (z.size + 1),
        constraints=[
            {
                "type": "ineq",
                "fun": lambda y: sign * areas(y[:-1], triples) - y[-1],
                "jac": lambda y: np.column_stack((sign[:, None] * slopes(y[:-1], triples), -np.ones(len(sign)))),
            },
            {"type": "ineq", "fun": lambda y: inside @ y + 1, "jac": lambda _: inside},
        ],
        method="SLSQP",
        options={"maxiter": 60, "ftol": 1e-8},
        callback=late,
    )
    z = np.clip(found.x[:-1], 0, 1).reshape(-1, 2)
    return np.ravel(z / np.maximum(1, z.sum(axis=1, keepdims=True)))


def construct(n: int, seed: int, seconds: float) -> Reals:
    """Improve start after start until the time is over; the best counts."""
    rng = np.random.default_rng(seed)
    until = time.process_time() + 0.8 * seconds
    triples = np.array(list(combinations(range(n), 3)))
    best = rng.dirichlet(np.ones(3), n)[:, :2].ravel()
    while time.process_time() < until:
        start = rng.dirichlet(np.ones(3), n)[:, :2].ravel()
        best = max(best, improved(start, triples, until), key=lambda z: np.abs(areas(z, triples)).min())
    u, v = best.reshape(-1, 2).T
    return np.column_stack((u, v, np.maximum(0, 1 - u - v)))
