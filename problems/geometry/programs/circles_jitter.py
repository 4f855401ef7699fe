"""Grids moved a little at random, then pushed apart; the best by a cheap guess of the radii."""

import time
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Reals: TypeAlias = NDArray[np.float64]


def start(n: int, rng: np.random.Generator) -> Reals:
    """Return some cells of a grid that has room for all, each moved at random."""
    k = int(np.ceil(np.sqrt(n)))
    cells = rng.permutation(k * k)[:n]
    points = (np.column_stack((cells // k, cells % k)) + 0.5) / k
    return np.clip(points + rng.normal(0, 0.2 / k, points.shape), 0, 1)


def guess(points: Reals) -> Reals:
    """Return feasible radii: half the way to the nearest; then each, the largest first, as large as may be."""
    distance = np.hypot(*(points[:, None] - points).transpose(2, 0, 1))
    np.fill_diagonal(distance, 2)
    radii = np.minimum(np.minimum(points, 1 - points).min(axis=1), distance.min(axis=1) / 2)
    for i in np.argsort(-radii):
        room = min(points[i].min(), 1 - points[i].max())
        radii[i] = min(room, (distance[i] - np.where(np.arange(len(radii)) == i, 0, radii)).min())
    return np.array(radii)


def push(points: Reals, step: float) -> Reals:
    """Move every point away from its nearest neighbours."""
    apart = points[:, None] - points
    square = (apart**2).sum(axis=2) + np.eye(len(points))
    force = (apart / square[:, :, None] ** 2).sum(axis=1)
    longest = np.abs(force).max() + 1e-9
    return np.array(np.clip(points + step * force / longest, 0, 1))


def construct(n: int, seed: int, seconds: float) -> Reals:
    """Start anew for a tenth of the time, and keep the best."""
    rng = np.random.default_rng(seed)
    until = time.process_time() + 0.1 * seconds
    best = points = start(n, rng)
    while time.process_time() < until:
        points = start(n, rng)
        for k in range(1, 30):
            if guess(points).sum() > guess(best).sum():
                best = points
            points = push(points, 0.1 / k / np.sqrt(n))
    return best
