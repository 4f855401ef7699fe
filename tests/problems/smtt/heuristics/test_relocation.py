"""Moves to the back against literal ones that evaluate whole sequences."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

EXAMPLES = settings(deadline=None, derandomize=True, max_examples=100)
JOBS = st.lists(st.tuples(st.integers(0, 9), st.integers(-5, 40)), min_size=1, max_size=8)


def best_to(own, sequence, j):
    """The best move of an earlier position to position j, the first of equals; the sequence itself if none helps."""
    return min((sequence, *(own.inserted(sequence, i, j) for i in range(j))), key=own.total)


@pytest.mark.parametrize("start", ["EDD", "MDD-index", "MDDC"])
@EXAMPLES
@given(jobs=JOBS)
def test_augmented_rules_move_one_job_to_the_end_after_each_append(solve, plain, start, jobs):
    own, sequence = plain(jobs), []
    for job in solve(start, jobs):
        sequence.append(job)
        sequence = best_to(own, sequence, len(sequence) - 1)
    assert solve(f"Aug{start.removesuffix('-index')}", jobs) == sequence


@EXAMPLES
@given(jobs=JOBS)
def test_nbr_moves_jobs_behind_the_last_tardy_one_while_that_helps(solve, plain, jobs):
    own = plain(jobs)
    sequence, j = own.edd(), len(jobs) - 1
    while j > 0:
        tardy = sum(own.p[job] for job in sequence[: j + 1]) > own.d[sequence[j]]
        moved = best_to(own, sequence, j) if tardy else sequence
        j -= moved == sequence
        sequence = moved
    assert solve("NBR", jobs) == sequence
    assert own.total(sequence) <= own.total(own.edd())
