"""A transportation problem's dual prices by an interior point method (kernels).

Jobs j have work a_j to place in periods b of capacity q_b (total work = total capacity) at cost c_jb a unit:

    min Σ c_jb x_jb,  Σ_b x_jb = a_j,  Σ_j x_jb = q_b,  x ≥ 0;   dual: y_j + w_b + z_jb = c_jb,  z ≥ 0.

Predictor and corrector of Mehrotra (1992), from a start that is feasible on both sides, so that no residuals are
carried. With θ = x/z the Newton step is dx = push + θ(dy + dw), dz = -dy - dw, where push is what complementarity asks
for. Jobs are eliminated from its equations, as each has a diagonal block; the periods remain. The prices that come
back are nearly optimal: whoever uses them must not rely on more.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from problems.kernels import unchecked
from problems.smtt.exact.limits import SolveLimits

Reals = NDArray[np.float64]

ITERATIONS = 60
TOLERANCE = 1e-4  # duality gap as a share of the cost; smaller ones leave the search as it is
NEGLIGIBLE = 1e-9  # shares of a job's weight below it are left out of the Newton matrix
TO_THE_WALL = 0.995  # share of the step to the boundary, Mehrotra (1992)
LEAST_STEP = 1e-6  # below it rounding has taken over
LEAST_SLACK = 1e-14


class Iterate(NamedTuple):
    """The current point and what the Newton step needs of it; (jobs, periods), but y and weight (jobs,), w (periods,).

    `weight` is the sum of θ over the periods.
    """

    x: Reals
    y: Reals
    w: Reals
    z: Reals
    theta: Reals
    push: Reals
    weight: Reals


def prices(cost: Reals, work: Reals, capacity: Reals, limits: SolveLimits) -> Reals:
    """Return -w: what a unit of each period's capacity is worth, the last one's being 0; less good if cut short."""
    unit = cost.max()
    if unit <= 0.0 or capacity.size == 1:
        return np.zeros(capacity.size)
    found: Reals = unit * normed_prices(cost / unit, work / work.mean(), capacity / work.mean(), limits)
    return found


def normed_prices(cost: Reals, work: Reals, capacity: Reals, limits: SolveLimits) -> Reals:
    """Return the prices; costs at most 1, work 1 on average."""
    at = start(cost, work, capacity)
    matrix = np.empty((capacity.size - 1, capacity.size - 1))
    for _ in range(ITERATIONS):
        if limits.over() or not advanced(at, cost, matrix):
            break
    return -at.w


@unchecked
def advanced(at: Iterate, cost: Reals, matrix: Reals) -> bool:
    """Take a step; return whether there was one to take: the gap was not closed, and rounding left room."""
    gap, total = predict(at, cost)
    if gap <= TOLERANCE * total:
        return False
    newton_matrix(at.theta, at.weight, matrix)
    factorise(matrix)
    dy, dw = direction(at, matrix)
    _, _, after = longest_steps(at, dy, dw)
    correct(at, dy, dw, gap * (max(after, 0.0) / gap) ** 3 / cost.size)
    dy, dw = direction(at, matrix)
    primal, dual, _ = longest_steps(at, dy, dw)
    if not dual > LEAST_STEP:
        return False
    step(at, dy, dw, TO_THE_WALL * primal, TO_THE_WALL * dual)
    return True


@unchecked
def start(cost: Reals, work: Reals, capacity: Reals) -> Iterate:
    """Return every job spread evenly, and prices of nothing."""
    y = np.empty(work.size)
    for j in range(work.size):
        y[j] = cost[j].min() - 0.1
    x, total = np.empty_like(cost), work.sum()
    for j in range(work.size):
        for b in range(capacity.size):
            x[j, b] = work[j] * capacity[b] / total
    empty = np.empty_like(cost)
    return Iterate(x, y, np.zeros(capacity.size), empty, empty.copy(), empty.copy(), np.empty(work.size))


@unchecked
def predict(at: Iterate, cost: Reals) -> tuple[float, float]:
    """Set all but x, y and w for a step straight to the optimum; return Σxz and Σcx."""
    gap = total = 0.0
    for j in range(cost.shape[0]):
        at.weight[j] = 0.0
        for b in range(cost.shape[1]):
            at.z[j, b] = max(cost[j, b] - at.y[j] - at.w[b], LEAST_SLACK)
            at.theta[j, b] = at.x[j, b] / at.z[j, b]
            at.push[j, b] = -at.x[j, b]
            at.weight[j] += at.theta[j, b]
            gap += at.x[j, b] * at.z[j, b]
            total += at.x[j, b] * cost[j, b]
    return gap, total


@unchecked
def newton_matrix(theta: Reals, weight: Reals, matrix: Reals) -> None:
    """Write E - ΘᵀD⁻¹Θ, its upper half, with D and E the row and column sums of Θ; the last period is left out."""
    size = matrix.shape[0]
    matrix[:] = 0.0
    for j in range(weight.size):
        for b in range(size):
            share = theta[j, b] / weight[j]
            if share > NEGLIGIBLE:
                matrix[b, b] += theta[j, b]
                for other in range(b, size):
                    matrix[b, other] -= share * theta[j, other]


@unchecked
def factorise(matrix: Reals) -> None:
    """Turn the upper half of a positive definite matrix in place into R with RᵀR = the matrix (Cholesky)."""
    size = matrix.shape[0]
    for i in range(size):
        # Where rounding leaves no pivot, the period keeps its price.
        root = np.sqrt(matrix[i, i]) if matrix[i, i] > 1e-30 else 1e30
        matrix[i, i] = root
        for k in range(i + 1, size):
            matrix[i, k] /= root
        for r in range(i + 1, size):
            factor = matrix[i, r]
            for k in range(r, size):
                matrix[r, k] -= factor * matrix[i, k]


@unchecked
def direction(at: Iterate, factor: Reals) -> tuple[Reals, Reals]:
    """Return (dy, dw) of the Newton step, which keeps the sums of x over jobs and over periods."""
    jobs, periods = at.theta.shape
    dy, dw = np.empty(jobs), np.zeros(periods)
    for j in range(jobs):
        dy[j] = -at.push[j].sum() / at.weight[j]
        for b in range(periods - 1):
            dw[b] -= at.push[j, b] + at.theta[j, b] * dy[j]
    substitute_back(factor, dw)
    for j in range(jobs):
        total = 0.0
        for b in range(periods):
            total += at.theta[j, b] * dw[b]
        dy[j] -= total / at.weight[j]
    return dy, dw


@unchecked
def substitute_back(factor: Reals, right: Reals) -> None:
    """Replace the right side, but for its last entry, by the solution x of RᵀR x = right."""
    size = factor.shape[0]
    for i in range(size):
        right[i] /= factor[i, i]
        for k in range(i + 1, size):
            right[k] -= factor[i, k] * right[i]
    for i in range(size - 1, -1, -1):
        for k in range(i + 1, size):
            right[i] -= factor[i, k] * right[k]
        right[i] /= factor[i, i]


@unchecked
def longest_steps(at: Iterate, dy: Reals, dw: Reals) -> tuple[float, float, float]:
    """Return the primal and the dual step to the boundary, at most 1, and Σxz after them."""
    primal = dual = 1.0
    xz = xdz = zdx = dxdz = 0.0
    for j in range(dy.size):
        for b in range(dw.size):
            x, z, dz = at.x[j, b], at.z[j, b], -dy[j] - dw[b]
            dx = at.push[j, b] - at.theta[j, b] * dz
            if x + primal * dx < 0.0:
                primal = -x / dx
            if z + dual * dz < 0.0:
                dual = -z / dz
            xz += x * z
            xdz += x * dz
            zdx += z * dx
            dxdz += dx * dz
    return primal, dual, xz + dual * xdz + primal * zdx + primal * dual * dxdz


@unchecked
def correct(at: Iterate, dy: Reals, dw: Reals, centre: float) -> None:
    """Make the step aim at xz = centre, less the product dx·dz of the step predicted."""
    for j in range(dy.size):
        for b in range(dw.size):
            dz = -dy[j] - dw[b]
            dx = at.push[j, b] - at.theta[j, b] * dz
            at.push[j, b] += (centre - dx * dz) / at.z[j, b]


@unchecked
def step(at: Iterate, dy: Reals, dw: Reals, primal: float, dual: float) -> None:
    """Move x by the primal part of the step, y and w by the dual part."""
    for j in range(dy.size):
        for b in range(dw.size):
            at.x[j, b] += primal * (at.push[j, b] + at.theta[j, b] * (dy[j] + dw[b]))
        at.y[j] += dual * dy[j]
    for b in range(dw.size):
        at.w[b] += dual * dw[b]
