"""The parts of an interior point step against dense matrices, compiled and not."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from problems.kernels import plain as slow_twin
from problems.smtt.exact import transport

EXAMPLES = settings(deadline=None, derandomize=True, max_examples=40)
SIZES = st.tuples(st.integers(0, 2**32), st.integers(1, 6), st.integers(2, 5))


def twins(kernel):
    return kernel, slow_twin(kernel)


def at_random(seed, jobs, periods):
    """A point inside, its Newton quantities, and costs that fit it."""
    rng = np.random.default_rng(seed)
    x, z = rng.uniform(0.1, 2, (2, jobs, periods))
    y, w = rng.normal(size=jobs), rng.normal(size=periods)
    theta = x / z
    at = transport.Iterate(x, y, w, z, theta, rng.normal(size=x.shape), theta.sum(axis=1))
    return at, z + y[:, None] + w[None], rng


def copied(at):
    return transport.Iterate._make(part.copy() for part in at)


def steps_of(at, dy, dw):
    dz = -dy[:, None] - dw[None]
    return at.push - at.theta * dz, dz


@EXAMPLES
@given(SIZES)
def test_the_start_is_inside_on_both_sides(sizes):
    seed, jobs, periods = sizes
    rng = np.random.default_rng(seed)
    cost, work = rng.uniform(0, 1, (jobs, periods)), rng.uniform(0.1, 2, jobs)
    capacity = np.full(periods, work.sum() / periods)
    for kernel in twins(transport.start):
        at = kernel(cost, work, capacity)
        assert np.allclose(at.x.sum(axis=1), work)
        assert np.allclose(at.x.sum(axis=0), capacity)
        assert (at.x > 0).all()
        assert (cost - at.y[:, None] - at.w > 0).all()


@EXAMPLES
@given(SIZES)
def test_predictions_hold_what_the_point_implies(sizes):
    found, cost, _ = at_random(*sizes)
    for kernel in twins(transport.predict):
        at = copied(found)
        gap, total = kernel(at, cost)
        z = cost - at.y[:, None] - at.w
        assert np.allclose(at.z, z)
        assert np.allclose(at.theta, at.x / z)
        assert np.allclose(at.push, -at.x)
        assert np.allclose(at.weight, (at.x / z).sum(axis=1))
        assert np.allclose([gap, total], [(at.x * z).sum(), (at.x * cost).sum()])


@EXAMPLES
@given(SIZES)
def test_the_matrix_leaves_the_jobs_out_and_its_factor_solves_it(sizes):
    at, _, rng = at_random(*sizes)
    size = at.w.size - 1
    dense = np.diag(at.theta.sum(axis=0)) - at.theta.T @ np.diag(1 / at.weight) @ at.theta
    dense, right = dense[:size, :size], rng.normal(size=size + 1)
    for matrix_of, factor_of, solve in zip(
        twins(transport.newton_matrix), twins(transport.factorise), twins(transport.substitute_back), strict=True
    ):
        matrix, solution = np.empty((size, size)), right.copy()
        matrix_of(at.theta, at.weight, matrix)
        assert np.allclose(np.triu(matrix), np.triu(dense))
        factor_of(matrix)
        assert np.allclose(np.triu(matrix), np.linalg.cholesky(dense).T)
        solve(matrix, solution)
        assert np.allclose(dense @ solution[:-1], right[:-1])
        assert solution[-1] == right[-1]


@EXAMPLES
@given(SIZES)
def test_a_direction_keeps_every_sum_and_the_last_price(sizes):
    at, _, _ = at_random(*sizes)
    at = at._replace(push=at.push - at.push.sum() / at.push.size)  # sums over all must agree
    factor = np.empty((at.w.size - 1, at.w.size - 1))
    transport.newton_matrix(at.theta, at.weight, factor)
    transport.factorise(factor)
    for kernel in twins(transport.direction):
        dy, dw = kernel(at, factor)
        dx, _ = steps_of(at, dy, dw)
        assert np.allclose(dx.sum(axis=1), 0, atol=1e-7)
        assert np.allclose(dx.sum(axis=0), 0, atol=1e-7)
        assert dw[-1] == 0


@EXAMPLES
@given(SIZES)
def test_steps_go_to_the_boundary_and_move_the_point(sizes):
    found, _, rng = at_random(*sizes)
    dy, dw, centre = rng.normal(size=found.y.size), rng.normal(size=found.w.size), rng.uniform()
    dx, dz = steps_of(found, dy, dw)
    primal = min(1, *(found.x / -dx)[dx < 0]) if (dx < 0).any() else 1
    dual = min(1, *(found.z / -dz)[dz < 0]) if (dz < 0).any() else 1
    after = ((found.x + primal * dx) * (found.z + dual * dz)).sum()
    for kernel in twins(transport.longest_steps):
        assert np.allclose(kernel(found, dy, dw), (primal, dual, after))
    for kernel in twins(transport.correct):
        at = copied(found)
        kernel(at, dy, dw, centre)
        assert np.allclose(at.push, found.push + (centre - dx * dz) / found.z)
    for kernel in twins(transport.step):
        at = copied(found)
        kernel(at, dy, dw, primal, dual)
        assert np.allclose(at.x, found.x + primal * dx)
        assert np.allclose(at.y, found.y + dual * dy)
        assert np.allclose(at.w, found.w + dual * dw)


@EXAMPLES
@given(SIZES)
def test_steps_close_the_gap_and_then_there_is_none_to_take(sizes):
    seed, jobs, periods = sizes
    rng = np.random.default_rng(seed)
    cost, work = rng.uniform(0, 1, (jobs, periods)), rng.uniform(0.1, 2, jobs)
    capacity = np.full(periods, work.sum() / periods)
    for kernel in twins(transport.advanced):
        at, matrix = transport.start(cost, work, capacity), np.empty((periods - 1, periods - 1))
        taken = 0
        while kernel(at, cost, matrix):
            taken += 1
            assert np.allclose(at.x.sum(axis=1), work)
            assert np.allclose(at.x.sum(axis=0), capacity)
        z = cost - at.y[:, None] - at.w
        assert taken < transport.ITERATIONS
        assert (at.x * z).sum() <= 2 * transport.TOLERANCE * (at.x * cost).sum() + 1e-9
