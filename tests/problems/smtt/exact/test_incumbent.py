"""The first sequence: MDD by two queues, then a descent that stops when the time is over."""

import time

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from problems.kernels import plain as slow_twin
from problems.smtt.exact import checked_jobs
from problems.smtt.exact.incumbent import descended, modified_due_dates
from problems.smtt.exact.jobs import reduced
from problems.smtt.exact.limits import UNLIMITED, SolveLimits
from problems.smtt.generator import draw
from problems.smtt.kernel import total_tardiness
from problems.smtt.local_search import descend

EXAMPLES = settings(deadline=None, derandomize=True, max_examples=200)
JOBS = st.lists(st.tuples(st.integers(1, 8), st.integers(-9, 60)), max_size=12)


def jobs_of(pairs):
    return reduced(*checked_jobs([p for p, _ in pairs], [d for _, d in pairs])).jobs


@EXAMPLES
@given(pairs=JOBS)
def test_queues_give_the_schedule_of_the_rule_with_its_ties(pairs):
    jobs = jobs_of(pairs)
    waiting, t, scheduled = jobs.spt.tolist(), 0, []
    while waiting:
        chosen = min(waiting, key=lambda j: max(t + jobs.p[j], jobs.d[j]))  # the first of equals
        waiting.remove(chosen)
        scheduled.append(chosen)
        t += int(jobs.p[chosen])
    for kernel in (modified_due_dates, slow_twin(modified_due_dates)):
        assert kernel(jobs).tolist() == scheduled


def test_a_descent_in_slices_is_the_descent_in_one_go():
    for seed in range(3):
        jobs = reduced(*draw(np.random.default_rng(seed), 150, 0.2, 0.6)).jobs
        whole = np.arange(150)
        descend(whole, jobs.p, jobs.d)
        assert descended(np.arange(150), jobs, UNLIMITED).tolist() == whole.tolist()


def test_a_descent_ends_with_its_time_at_a_sequence_no_worse_and_leaves_the_start_as_it_is():
    jobs = reduced(*draw(np.random.default_rng(0), 1500, 0.2, 0.6)).jobs
    start = np.arange(1500)
    began = time.process_time()
    found = descended(start, jobs, SolveLimits(until=began + 0.1))
    assert time.process_time() - began < 0.3
    assert sorted(found) == start.tolist() == list(range(1500))
    assert total_tardiness(found, jobs.p, jobs.d) < total_tardiness(start, jobs.p, jobs.d)
    assert descended(start, jobs, SolveLimits(until=0.0)).tolist() == start.tolist()
