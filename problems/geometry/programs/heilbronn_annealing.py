"""Annealing of many point sets at once, the best of them polished by linear programs; written by hand.

A point is (u, v) with u, v >= 0 and u + v <= 1; areas are relative to the triangle's, |det|. All chains move the same
point at the same time, so that one step is a handful of array operations.
"""

import time
from itertools import combinations
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

Reals: TypeAlias = NDArray[np.float64]
Indices: TypeAlias = NDArray[np.int64]

CHAINS, STEPS, POLISHED = 64, 20000, 8


def triples_of(n: int) -> Indices:
    """Return the triples of n points, of shape (triples, 3)."""
    return np.array(list(combinations(range(n), 3)))


def areas(points: Reals, triples: Indices) -> Reals:
    """Return the oriented areas of shape (..., triples) of points of shape (..., n, 2)."""
    a, b, c = (np.moveaxis(points[..., corner, :], -1, 0) for corner in triples.T)
    found: Reals = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return found


def drawn_in(points: Reals) -> Reals:
    """Return the points with those outside moved to the boundary."""
    points = np.maximum(points, 0)
    found: Reals = points / np.maximum(1, points.sum(axis=-1, keepdims=True))
    return found


def parts(n: int) -> list[tuple[Indices, Indices, Indices, Indices]]:
    """Return for each point the two other points of its triangles, where these stand, and where the others stand."""
    triples, found = triples_of(n), []
    for point in range(n):
        own = (triples == point).any(axis=1)
        pairs = np.array([[other for other in triple if other != point] for triple in triples[own].tolist()])
        found.append((pairs[:, 0], pairs[:, 1], np.flatnonzero(own), np.flatnonzero(~own)))
    return found


def anneal(n: int, steps: int, rng: np.random.Generator, until: float) -> Reals:
    """Return point sets of shape (chains, n, 2) after so many moves of one point, best first."""
    points = rng.dirichlet(np.full(3, 0.7), (CHAINS, n))[..., :2].copy()
    known = np.abs(areas(points, triples_of(n)))
    smallest, part = known.min(axis=1), parts(n)
    for step in range(steps):
        cooled = step / steps
        point = int(rng.integers(n))
        first, second, own, others = part[point]
        spot = drawn_in(points[:, point] + rng.normal(0, 0.15 * 0.07**cooled, (CHAINS, 2)))
        apart = points - spot[:, None]
        x, y = apart[..., 0], apart[..., 1]
        tried = np.abs(x[:, first] * y[:, second] - x[:, second] * y[:, first])
        area = np.minimum(tried.min(axis=1), known[:, others].min(axis=1))
        chance = np.exp(np.minimum(0, area - smallest) / (0.001 * 0.3**cooled))
        accepted = np.flatnonzero(rng.random(CHAINS) < chance)
        points[accepted, point], smallest[accepted] = spot[accepted], area[accepted]
        known[accepted[:, None], own] = tried[accepted]
        if step % 100 == 0 and time.process_time() > until:
            break
    best_first: Reals = points[np.argsort(-smallest)]
    return best_first


def moves(points: Reals, step: float) -> tuple[Reals, float]:
    """Return moves of at most `step` that raise the smallest area most as far as areas are linear, and the gain."""
    n, triples = len(points), triples_of(len(points))
    oriented = areas(points, triples)
    smallest = np.abs(oriented).min()
    small = np.abs(oriented) < smallest + 6 * step
    triples, sign, size = triples[small], np.where(oriented[small] < 0, -1.0, 1.0), np.abs(oriented[small])
    a, b, c = points[triples].transpose(1, 2, 0)
    rows, row = np.zeros((len(triples) + n, 2 * n + 1)), np.arange(len(triples))
    for point, (left, right) in zip(triples.T, ((b, c), (c, a), (a, b)), strict=True):
        rows[row, 2 * point] = -sign * (left[1] - right[1])
        rows[row, 2 * point + 1] = -sign * (right[0] - left[0])
    rows[row, -1] = 1
    rows[len(triples) :, :-1] = np.kron(np.eye(n), [1, 1])
    limits = np.column_stack((np.maximum(-step, -points.ravel()), np.full(2 * n, step)))
    found = linprog(
        np.append(np.zeros(2 * n), -1),
        A_ub=rows,
        b_ub=np.concatenate((size, 1 - points.sum(axis=1))),
        bounds=np.vstack((limits, [0, 1])),
        method="highs-ds",
    )
    if found.x is None:
        return np.zeros_like(points), 0.0
    return found.x[:-1].reshape(n, 2), float(found.x[-1] - smallest)


def polished(points: Reals, hopeless: float, until: float) -> tuple[Reals, float]:
    """Return points and their smallest area where no small move helps, or where `hopeless` is out of reach."""
    triples, step = triples_of(len(points)), 0.01
    value = float(np.abs(areas(points, triples)).min())
    while step > 1e-9 and time.process_time() < until:
        move, promised = moves(points, step)
        if promised < 1e-12 or (step < 0.001 and value < hopeless):
            break
        there = drawn_in(points + move)
        gain = float(np.abs(areas(there, triples)).min()) - value
        if gain > 0:
            points, value = there, value + gain
        step *= 2 if gain > 0.75 * promised else 1 if gain > 0.25 * promised else 0.3
    return points, value


def construct(n: int, seed: int, seconds: float) -> Reals:
    """Anneal and polish in turn until the time is over, but for what a linear program takes; the best counts."""
    rng = np.random.default_rng(seed)
    began = time.process_time()
    until = began + max(0.8 * seconds, seconds - 1)
    best, value, steps = rng.dirichlet(np.ones(3), n)[:, :2], 0.0, 1000
    while time.process_time() < until:
        begun = time.process_time()
        for points in anneal(n, steps, rng, until)[:POLISHED]:
            found, area = polished(points, 0.98 * value, until)
            if area > value:
                best, value = found, area
        left, took = until - time.process_time(), time.process_time() - begun
        steps = int(np.clip(steps * left / took / 2, 1000, STEPS)) if left > 0 else STEPS
    return np.column_stack((best, np.maximum(0, 1 - best.sum(axis=1))))
