"""Dominance, prices and the arcs that are left, against enumeration."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from problems import Split
from problems.kernels import plain as slow_twin
from problems.smtt.generator import instance
from problems.smtt.kernel import total_tardiness
from problems.smtt.mip import heuristic
from problems.smtt.mip.arcs import (
    NEVER,
    SCALE,
    arcs,
    ascend,
    canonical,
    dominance,
    first_prices,
    from_start,
    starts_by_position,
    to_end,
    useful,
    windows,
)

EXAMPLES = settings(deadline=None, derandomize=True, max_examples=40)
JOBS = st.lists(st.tuples(st.integers(1, 9), st.integers(-5, 30)), min_size=1, max_size=6)


def arrays(jobs):
    return tuple(np.array(jobs, dtype=np.int64).T.copy())


def value(sequence, p, d):
    return total_tardiness(np.array(sequence, dtype=np.int64), p, d)


def shuffled(data, p):
    return np.array(data.draw(st.permutations(range(p.size))), dtype=np.int64)


def starts_of(sequence, p):
    jobs = np.array(sequence)
    return set(zip(jobs.tolist(), (p[jobs].cumsum() - p[jobs]).tolist(), strict=True))


@EXAMPLES
@given(jobs=JOBS, data=st.data())
def test_a_canonical_sequence_has_the_order_of_dominance_and_is_no_worse(jobs, data):
    p, d = arrays(jobs)
    sequence, before = shuffled(data, p), dominance(p, d)
    ordered = canonical(sequence, before).tolist()
    assert value(ordered, p, d) <= value(sequence, p, d)
    assert all(ordered.index(i) < ordered.index(j) for i, j in np.argwhere(before))
    earliest, latest = windows(p, before)
    assert all(earliest[j] <= t <= latest[j] for j, t in starts_of(ordered, p))


@EXAMPLES
@given(jobs=JOBS, data=st.data())
def test_the_arcs_hold_every_better_canonical_sequence_or_the_known_one_is_optimal(jobs, data):
    p, d = arrays(jobs)
    known, before = canonical(shuffled(data, p), dominance(p, d)), dominance(p, d)
    left = arcs(p, d, known)
    have = dict(zip(zip(left.job.tolist(), left.start.tolist(), strict=True), left.cost, strict=True))
    assert starts_of(known, p) == {arc for arc, own in zip(have, left.known, strict=True) if own}
    for sequence in itertools.permutations(range(p.size)):
        in_order = all(sequence.index(i) < sequence.index(j) for i, j in np.argwhere(before))
        total = value(sequence, p, d)
        if in_order and total < value(known, p, d):
            assert starts_of(sequence, p) <= set(have)
        if starts_of(sequence, p) <= set(have):
            assert left.bound + sum(have[arc] for arc in starts_of(sequence, p)) == total
    assert min(left.cost) >= 0


@EXAMPLES
@given(jobs=JOBS, data=st.data())
def test_starts_by_position_hold_those_of_every_better_canonical_sequence(jobs, data):
    p, d = arrays(jobs)
    before = dominance(p, d)
    known = canonical(shuffled(data, p), before)
    may = starts_by_position(p, arcs(p, d, known), known, value(known, p, d))
    for sequence in itertools.permutations(range(p.size)):
        in_order = all(sequence.index(i) < sequence.index(j) for i, j in np.argwhere(before))
        if sequence == tuple(known) or (in_order and value(sequence, p, d) < value(known, p, d)):
            starts = p[list(sequence)].cumsum() - p[list(sequence)]
            for k, (j, start) in enumerate(zip(sequence, starts, strict=True)):
                assert may.some[j, k]
                assert may.earliest[j, k] <= start <= may.latest[j, k]


@EXAMPLES
@given(jobs=JOBS, data=st.data())
def test_prices_bound_the_optimum_from_below(jobs, data):
    p, d = arrays(jobs)
    optimum = min(value(sequence, p, d) for sequence in itertools.permutations(range(p.size)))
    assert arcs(p, d, shuffled(data, p)).bound <= optimum


def test_prices_come_near_the_optimum_of_thirty_jobs():
    p, d = instance(7, Split.TEST, 30, 0.4, 0.8, 0).arrays
    known = heuristic(p, d)
    assert arcs(p, d, known).bound >= 0.98 * value(known, p, d)


@EXAMPLES
@given(jobs=st.lists(st.tuples(st.integers(1, 5), st.integers(-5, 15)), min_size=1, max_size=4), data=st.data())
def test_cheapest_paths_are_those_of_enumeration_and_of_the_slow_twins(jobs, data):
    p, d = arrays(jobs)
    lam = np.array([data.draw(st.integers(-500, 500)) for _ in jobs])
    earliest, latest = windows(p, dominance(p, d))
    within = (p, d, lam, earliest, latest)
    f, g = from_start(*within)[0], to_end(*within)
    assert from_start(*within)[1].tolist() == slow_twin(from_start)(*within)[1].tolist()
    assert f.tolist() == slow_twin(from_start)(*within)[0].tolist() == cheapest(*within)
    assert g.tolist() == slow_twin(to_end)(*within).tolist()
    assert f[-1] == g[0]
    kept = useful(*within, 3)
    assert kept.tolist() == slow_twin(useful)(*within, 3).tolist()


def cheapest(p, d, lam, earliest, latest):
    """Return f by going over every path of arcs, repeated jobs included."""
    f = [NEVER] * (int(p.sum()) + 1)

    def extend(t, cost):
        f[t] = min(f[t], cost)
        for j in range(p.size):
            if earliest[j] <= t <= latest[j]:
                end = int(t + p[j])
                extend(end, cost + SCALE * max(0, end - int(d[j])) - int(lam[j]))

    extend(0, 0)
    return f


@settings(deadline=None, derandomize=True, max_examples=5)
@given(jobs=JOBS, data=st.data())
def test_ascent_is_that_of_its_slow_twin(jobs, data):
    p, d = arrays(jobs)
    known = canonical(shuffled(data, p), dominance(p, d))
    arguments = (p, d, first_prices(known, p, d), *windows(p, dominance(p, d)), value(known, p, d))
    assert ascend(*arguments).tolist() == slow_twin(ascend)(*arguments).tolist()
