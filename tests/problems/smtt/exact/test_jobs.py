"""What is refused, and a reduction that leaves the optimum as it is."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from problems.smtt.exact import checked_jobs
from problems.smtt.exact.jobs import reduced
from problems.smtt.kernel import total_tardiness

EXAMPLES = settings(deadline=None, derandomize=True, max_examples=100)
FEW = st.lists(st.tuples(st.integers(0, 9), st.integers(-9, 40)), max_size=6)


@pytest.mark.parametrize(
    ("p", "d", "message"),
    [
        ([1, -2], [1, 1], "Expected processing times >= 0, got -2 for job 1."),
        ([1, 2], [1], "Expected as many processing times as due dates, got 2 and 1."),
        ([[1, 2]], [1, 2], r"Expected processing times of shape \(jobs,\), got \(1, 2\)."),
        ([1, 2], 3, r"Expected due dates of shape \(jobs,\), got \(\)."),
        ([1.0, 2.0], [1, 2], "Expected processing times as integers, got float64."),
        ([1, 2], [1, float("nan")], "Expected due dates as integers, got float64."),
        ([1, 2], [True, False], "Expected due dates as integers, got bool."),
        ([2**31, 1], [1, 1], "Expected processing times that sum to at most 2147483648, got 2147483649."),
        ([2**63, 2**63], [1, 1], "Expected processing times that sum to at most 2147483648, got"),
        ([1, 1], [-(2**62), 1], "Expected due dates small enough that no total passes"),
        (np.ones(2**20 + 1, dtype=int), np.ones(2**20 + 1, dtype=int), "Expected at most 1048576 jobs, got 1048577."),
    ],
)
def test_what_is_no_instance_is_refused_in_one_line(p, d, message):
    with pytest.raises(ValueError, match=message) as refused:
        checked_jobs(p, d)
    assert "\n" not in str(refused.value)


def test_the_largest_work_of_no_jobs_of_every_integer_type_is_taken():
    assert [array.dtype for array in checked_jobs([2**31 - 1, 1], [-5, 2**40])] == [np.int64, np.int64]
    assert [array.size for array in checked_jobs([], [])] == [0, 0]
    p, d = checked_jobs(np.array([3], dtype=np.uint8), np.array([-3], dtype=np.int16))
    assert (p.tolist(), d.tolist()) == ([3], [-3])


@EXAMPLES
@given(jobs=FEW)
def test_a_reduction_names_every_job_once_and_keeps_the_total_of_every_sequence_that_starts_with_its_first(jobs):
    p, d = checked_jobs([p for p, _ in jobs], [d for _, d in jobs])
    reduction = reduced(p, d)
    assert sorted([*reduction.first, *reduction.order]) == list(range(p.size))
    for sequence in itertools.islice(itertools.permutations(range(reduction.order.size)), 24):
        inner = np.array(sequence, dtype=np.int64)
        outer = np.concatenate((reduction.first, reduction.order[inner]))
        total = total_tardiness(inner, reduction.jobs.p, reduction.jobs.d) + reduction.constant
        assert total == total_tardiness(outer, p, d)


@EXAMPLES
@given(jobs=FEW)
def test_reduced_jobs_stand_in_edd_order_with_work_and_due_dates_that_can_be_met_or_missed(jobs):
    p, d, rank, spt = reduced(*checked_jobs([p for p, _ in jobs], [d for _, d in jobs])).jobs
    assert list(zip(d, p, strict=True)) == sorted(zip(d, p, strict=True))
    assert all(0 < own <= due <= p.sum() for own, due in zip(p, d, strict=True))
    assert [p[job] for job in spt] == sorted(p)
    assert [spt[place] for place in rank] == list(range(p.size))
