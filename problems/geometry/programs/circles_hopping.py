"""Basin hopping: kicks of a packing, each followed by linear programs; written by hand.

Around given centres the distance of two is linearised. Distance is convex in the moves, so the linear form is never
more than the true distance: what the linear program allows is feasible, and the sum of radii can only rise from one
program to the next. Where it rises no more within a step, the step is made smaller.
"""

import time
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

Reals: TypeAlias = NDArray[np.float64]
Packing: TypeAlias = tuple[Reals, Reals, float]


def start(n: int, rng: np.random.Generator) -> Reals:
    """Return centres in some cells of a grid, each moved at random."""
    k = int(np.ceil(np.sqrt(n)))
    cells = rng.permutation(k * k)[:n]
    points = (np.column_stack((cells // k, cells % k)) + 0.5) / k
    return np.clip(points + rng.normal(0, 0.2 / k, points.shape), 0, 1)


def constraints(points: Reals) -> tuple[csr_matrix, Reals]:
    """Return rows and right-hand sides for moves (all x, then all y) and radii: near pairs, then the four walls."""
    n, one = len(points), np.eye(len(points))
    i, j = np.triu_indices(n, 1)
    apart = points[i] - points[j]
    distance = np.maximum(np.hypot(*apart.T), 1e-12)
    near = distance < 2.5 / np.sqrt(n)
    i, j, distance = i[near], j[near], distance[near]
    slope = apart[near] / distance[:, None]
    difference = one[j] - one[i]
    pairs = np.hstack((difference * slope[:, :1], difference * slope[:, 1:], one[i] + one[j]))
    zero = np.zeros((n, n))
    walls = np.block([[-one, zero, one], [one, zero, one], [zero, -one, one], [zero, one, one]])
    x, y = points.T
    return csr_matrix(np.vstack((pairs, walls))), np.concatenate((distance, x, 1 - x, y, 1 - y))


def climb(points: Reals, hopeless: float, until: float) -> Packing:
    """Return centres, radii and their sum where no small move helps, or where `hopeless` is out of reach."""
    n, step, value, radii = len(points), 0.1, 0.0, np.zeros(len(points))
    cost = np.concatenate((np.zeros(2 * n), -np.ones(n)))
    while time.process_time() < until:
        rows, most = constraints(points)
        limits = np.repeat([[-step, step], [-step, step], [0, 0.5]], n, axis=0)
        found = linprog(cost, A_ub=rows, b_ub=most, bounds=limits, method="highs-ds")
        if found.x is None:
            break
        points = np.clip(points + found.x[: 2 * n].reshape(2, n).T, 0, 1)
        radii, gain, value = found.x[2 * n :], -found.fun - value, -found.fun
        if gain < 1e-10 or (step < 0.01 and value < hopeless):
            break
        if gain < 0.02 * step:
            step /= 4
    return points, radii, value


def hole(points: Reals, radii: Reals, moved: NDArray[np.int64], rng: np.random.Generator) -> Reals:
    """Return a point with much room around it, once the circles `moved` are gone."""
    spots = rng.random((200, 2))
    room = np.hypot(*(spots[:, None] - points).transpose(2, 0, 1)) - radii
    room[:, moved] = 1
    clear = np.minimum(room.min(axis=1), np.minimum(spots, 1 - spots).min(axis=1))
    spot: Reals = spots[rng.choice(np.argsort(-clear)[:10])]
    return spot


def kicked(points: Reals, radii: Reals, rng: np.random.Generator) -> Reals:
    """Return the centres after a kick: some into holes, two exchanged, all a little, or one region more."""
    n, points = len(points), points.copy()
    kind = rng.random()
    if kind < 0.4:
        noise = 0.02 if rng.random() < 0.5 else 1
        moved = np.argsort(radii + rng.normal(0, noise, n))[: rng.integers(1, 4)]
        for circle in moved:
            points[circle] = hole(points, radii, moved, rng)
    elif kind < 0.6:
        pair = rng.choice(n, 2, replace=False)
        points[pair] = points[pair[::-1]]
        points += rng.normal(0, 0.01, points.shape)
    elif kind < 0.8:
        points += rng.normal(0, rng.choice([0.02, 0.04, 0.07]), points.shape)
    else:
        region = np.hypot(*(points - rng.random(2)).T) < 0.3
        points[region] += rng.normal(0, 0.08, (region.sum(), 2))
    return np.clip(points, 0, 1)


def hop(n: int, rng: np.random.Generator, until: float) -> Packing:
    """Return the best packing of one walk, which ends after 60 kicks without a better one."""
    best = here = climb(start(n, rng), 0, until)
    idle = 0
    while idle < 60 and time.process_time() < until:
        there = climb(kicked(here[0], here[1], rng), here[2] - 0.03, until)
        if there[2] > here[2] or rng.random() < np.exp((there[2] - here[2]) / 0.002):
            here = there
        idle = 0 if here[2] > best[2] + 1e-9 else idle + 1
        best = max(best, here, key=lambda packing: packing[2])
    return best


def construct(n: int, seed: int, seconds: float) -> Reals:
    """Walk anew until the time is over, but for what a linear program takes; the best packing counts."""
    rng = np.random.default_rng(seed)
    until = time.process_time() + max(0.8 * seconds, seconds - 1)
    best = hop(n, rng, until)
    while time.process_time() < until:
        best = max(best, hop(n, rng, until), key=lambda packing: packing[2])
    return best[0]
