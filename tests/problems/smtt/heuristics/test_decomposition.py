"""Decomposition heuristics against their recursion, and against the optimum."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

EXAMPLES = settings(deadline=None, derandomize=True, max_examples=100)
JOBS = st.lists(st.tuples(st.integers(0, 9), st.integers(-5, 40)), min_size=1, max_size=8)
FEW = st.lists(st.tuples(st.integers(1, 9), st.integers(-5, 30)), min_size=1, max_size=6)


def places(own, part, k, t):
    """Where the longest job, k in EDD order, may go: Potts and Van Wassenhove (1982)."""
    for h in range(k, len(part)):
        end = t + sum(own.p[job] for job in part[: h + 1])
        if h + 1 < len(part) and end >= own.d[part[h + 1]]:
            continue
        if all(own.d[job] + own.p[job] <= end for job in part[k + 1 : h + 1]):
            yield h


def decomposed(own, part, t, rule):
    """The sequence of a part in EDD order from time t, its longest job where `rule` of the parts is least tardy."""
    tardy = sum(own.total(part[: k + 1], t) > own.total(part[:k], t) for k in range(len(part)))
    if tardy <= 1:
        return part
    k = max(range(len(part)), key=lambda k: (own.p[part[k]], k))

    def parts(h):
        moved = own.inserted(part, k, h)
        return moved[:h], moved[h], moved[h + 1 :], t + sum(own.p[job] for job in moved[: h + 1])

    def estimate(h):
        before, longest, behind, end = parts(h)
        return own.total([*rule(before, t), longest, *rule(behind, end)], t)

    before, longest, behind, end = parts(min(places(own, part, k, t), key=estimate))
    return [*decomposed(own, before, t, rule), longest, *decomposed(own, behind, end, rule)]


@EXAMPLES
@given(jobs=JOBS)
def test_the_longest_job_goes_where_the_estimate_is_least(solve, plain, jobs):
    own = plain(jobs)
    assert solve("DEC/EDD", jobs) == decomposed(own, own.edd(), 0, lambda part, _: part)
    assert solve("DEC/MDD", jobs) == decomposed(own, own.edd(), 0, own.mdd)


@EXAMPLES
@given(jobs=FEW)
def test_decomposition_by_the_optimum_of_the_parts_is_optimal(plain, jobs):
    own = plain(jobs)

    def optimal(part, t):
        return min(itertools.permutations(part), key=lambda sequence: own.total(sequence, t))

    assert own.total(decomposed(own, own.edd(), 0, optimal)) == own.total(optimal(own.jobs, 0))


@pytest.mark.parametrize("name", ["DEC/EDD", "DEC/MDD"])
def test_one_tardy_job_leaves_edd_as_it_is(solve, name):
    assert solve(name, [(9, 5), (1, 10), (1, 20)]) == [0, 1, 2]
