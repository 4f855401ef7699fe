"""How far a set of points is from being symmetric."""

from collections.abc import Sequence

import numpy as np

from problems.geometry.exact_arithmetic import Reals

QUARTER, MIRROR = np.array([[0.0, -1.0], [1.0, 0.0]]), np.array([[1.0, 0.0], [0.0, -1.0]])
SQUARE = [np.linalg.matrix_power(QUARTER, k) @ m for k in range(4) for m in (np.eye(2), MIRROR)][1:]
"""The seven symmetries of a square about its centre, without the identity."""
SWAPS = [np.eye(3)[order] for order in ([1, 0, 2], [2, 1, 0], [0, 2, 1])]
"""The three mirrors of an equilateral triangle, on barycentric coordinates."""
CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(0.75)]]) / np.sqrt(np.sqrt(3) / 4)
"""An equilateral triangle of area 1."""


def square_residual(points: Reals) -> float:
    """Return how far points in the unit square are from their nearest symmetry of the square, 0 to 1."""
    return residual(points - 0.5, [(points - 0.5) @ symmetry for symmetry in SQUARE])


def mirror_residual(rows: Reals) -> float:
    """Return how far points of given weights are from their nearest mirror of the triangle, 0 to 1."""
    barycentric = rows / rows.sum(axis=1, keepdims=True)
    return residual(barycentric @ CORNERS, [barycentric @ swap @ CORNERS for swap in SWAPS])


def residual(points: Reals, images: Sequence[Reals]) -> float:
    """Return the least, over images, of the mean distance from a point's image to the nearest point.

    It is in units of 1 / (2 √n), what random points in a unit area come to, and at most 1.
    """
    means = [np.hypot(*(image[:, None] - points).transpose(2, 0, 1)).min(axis=1).mean() for image in images]
    return float(min(1.0, 2 * np.sqrt(len(points)) * min(means)))
