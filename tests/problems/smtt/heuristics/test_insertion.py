"""Insertions against literal ones that evaluate whole sequences."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

EXAMPLES = settings(deadline=None, derandomize=True, max_examples=100)
JOBS = st.lists(st.tuples(st.integers(0, 9), st.integers(-5, 40)), min_size=1, max_size=8)


def inserted_all(own, sequence):
    before = None
    while sequence != before:
        before, sequence = sequence, own.insertion_pass(sequence)
    return sequence


@EXAMPLES
@given(jobs=JOBS)
def test_descents_put_each_job_where_it_costs_least(solve, plain, jobs):
    own = plain(jobs)
    assert solve("EDD+insertion", jobs) == inserted_all(own, own.edd())
    assert solve("MDD+insertion", jobs) == inserted_all(own, own.mdd())


@pytest.mark.parametrize("start", ["EDD", "MDD", "AugMDDC"])
@EXAMPLES
@given(jobs=JOBS)
def test_insertions_never_worsen_and_end_where_none_helps(solve, plain, start, jobs):
    own, sequence = plain(jobs), solve(f"{start}+insertion", jobs)
    assert own.total(sequence) <= own.total(solve(start, jobs))
    for i in own.jobs:
        for j in own.jobs:
            assert own.total(own.inserted(sequence, i, j)) >= own.total(sequence)


@EXAMPLES
@given(jobs=JOBS)
def test_neh_inserts_in_edd_order_at_the_latest_of_the_best_places(solve, plain, jobs):
    own, sequence = plain(jobs), []
    for job in own.edd():
        places = range(len(sequence), -1, -1)
        sequence = min(([*sequence[:j], job, *sequence[j:]] for j in places), key=own.total)
    assert solve("NEH", jobs) == sequence


@EXAMPLES
@given(jobs=JOBS)
def test_few_jobs_leave_room_for_the_whole_decomposition_before_the_insertions(solve, plain, jobs):
    own = plain(jobs)
    assert solve("DEC/MDD+insertion", jobs) == inserted_all(own, solve("DEC/MDD", jobs))
