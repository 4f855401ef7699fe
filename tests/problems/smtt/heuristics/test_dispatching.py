"""Rules against their definitions, literally."""

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from problems.smtt import Smtt
from problems.smtt.generator import Split

EXAMPLES = settings(deadline=None, derandomize=True, max_examples=100)
JOBS = st.lists(st.tuples(st.integers(1, 9), st.integers(-5, 40)), min_size=1, max_size=8)
CHECKED = list(zip([10, 11, 10, 10, 11, 10], [15, 11, 13, 11, 12, 11], strict=True))


def dispatched(plain, waiting, choose):
    """Append the job that `choose(waiting, t, work left)` names, until none waits."""
    left, sequence, t = list(waiting), [], 0
    while left:
        job = choose(left, t, sum(plain.p[job] for job in left))
        left.remove(job)
        sequence.append(job)
        t += plain.p[job]
    return sequence


@EXAMPLES
@given(jobs=JOBS)
def test_edd_and_spt_sort(solve, plain, jobs):
    assert solve("EDD", jobs) == plain(jobs).edd()
    assert solve("SPT", jobs) == plain(jobs).spt()


@EXAMPLES
@given(jobs=JOBS)
def test_mdd_takes_the_smallest_modified_due_date(solve, plain, jobs):
    assert solve("MDD", jobs) == plain(jobs).mdd()
    assert solve("MDD-index", jobs) == plain(jobs).mdd(range(len(jobs)))


@pytest.mark.parametrize(("name", "k"), [("ATC-0.5", 0.5), ("ATC-2", 2.0)])
@EXAMPLES
@given(jobs=JOBS)
def test_atc_takes_the_largest_apparent_tardiness_cost(solve, plain, name, k, jobs):
    own = plain(jobs)

    def choose(left, t, work):
        scale = k * work / len(left)
        return max(left, key=lambda j: math.exp(-max(0, own.d[j] - own.p[j] - t) / scale) / own.p[j])

    assert solve(name, jobs) == dispatched(own, own.spt(), choose)


def test_atc_tells_distant_due_dates_apart(solve):
    assert solve("ATC-0.5", [(5, 90_000), (5, 80_000), (5, 70_000)])[-1] == 0


@EXAMPLES
@given(jobs=JOBS)
def test_mddc_takes_the_smallest_corrected_due_date(solve, plain, jobs):
    own = plain(jobs)

    def corrected(j, t, longest, mean):
        mu = max(Fraction(11, 10) * own.p[j] + t, own.d[j])
        rho = min(Fraction(1), Fraction(own.p[j], t + longest))
        return mu * (1 + rho**2 / (1 + rho**2)) + own.p[j] / (t + mean)

    def choose(left, t, work):
        longest, mean = max(own.p[j] for j in left), Fraction(work, len(left))
        return min(left, key=lambda j: corrected(j, t, longest, mean))

    assert solve("MDDC", jobs) == dispatched(own, own.edd(), choose)


def test_mddc_and_mdd_give_the_worked_example(solve, plain):
    own = plain(CHECKED)
    assert solve("MDDC", CHECKED) == [3, 5, 2, 0, 1, 4]
    assert own.total([3, 5, 2, 0, 1, 4]) == 141
    assert solve("MDD-index", CHECKED) == [1, 0, 2, 3, 5, 4]
    assert own.total([1, 0, 2, 3, 5, 4]) == 144


@EXAMPLES
@given(jobs=JOBS)
def test_psk_follows_its_steps(solve, plain, jobs):
    own = plain(jobs)

    def choose(left, t, _):
        active, following = left[0], left[1:]
        while t + own.p[active] < own.d[active] and following:
            other = following.pop(0)
            if own.d[active] <= t + own.p[other]:
                break
            if own.d[other] < own.d[active]:
                active = other
        return active

    assert solve("PSK", jobs) == dispatched(own, own.spt(), choose)


@EXAMPLES
@given(jobs=JOBS)
def test_psk_is_as_tardy_as_mdd(solve, plain, jobs):
    assert plain(jobs).total(solve("PSK", jobs)) == plain(jobs).total(solve("MDD", jobs))


def test_psk_is_as_tardy_as_mdd_on_generated_instances(solve, plain):
    for instance in Smtt(train=((40, 1),)).instances(Split.TRAIN):
        jobs = list(zip(*(array.tolist() for array in instance.arrays), strict=True))
        assert plain(jobs).total(solve("PSK", jobs)) == plain(jobs).total(solve("MDD", jobs))


@EXAMPLES
@given(jobs=JOBS)
def test_panneerselvam_takes_the_largest_ratio_and_the_last_of_equals(solve, plain, jobs):
    own = plain(jobs)

    def choose(left, _, work):
        return max(left, key=lambda j: (Fraction(work - own.d[j], own.p[j]), j))

    assert solve("Panneerselvam", jobs) == dispatched(own, own.jobs, choose)


@EXAMPLES
@given(jobs=st.lists(st.tuples(st.integers(0, 2), st.integers(-2, 4)), min_size=1, max_size=6))
def test_jobs_of_no_length_are_dispatched_too(solve, jobs):
    for name in ("MDD", "ATC-0.5", "ATC-2", "MDDC", "PSK", "Panneerselvam"):
        assert sorted(solve(name, jobs)) == list(range(len(jobs)))
