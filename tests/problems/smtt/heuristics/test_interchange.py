"""Exchanges of neighbours against literal scans that evaluate whole sequences."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

EXAMPLES = settings(deadline=None, derandomize=True, max_examples=100)
JOBS = st.lists(st.tuples(st.integers(0, 9), st.integers(-5, 40)), min_size=1, max_size=8)


def backing_up(sequence, exchanged):
    """Walk along the pairs; one step back after `exchanged(sequence, k)` gives another sequence."""
    k = 0
    while k + 1 < len(sequence):
        other = exchanged(sequence, k)
        k = k + 1 if other == sequence else max(0, k - 1)
        sequence = other
    return sequence


def interchanged(own, sequence):
    def exchanged(sequence, k):
        other = own.swapped(sequence, k, k + 1)
        return other if own.total(other) < own.total(sequence) else sequence

    return backing_up(sequence, exchanged)


@EXAMPLES
@given(jobs=JOBS)
def test_api_exchanges_neighbours_while_that_helps(solve, plain, jobs):
    own = plain(jobs)
    ends = [interchanged(own, start) for start in (own.edd(), own.spt(), own.mdd())]
    assert solve("EDD+API", jobs) == ends[0]
    assert solve("API", jobs) == min(ends, key=own.total)


@pytest.mark.parametrize("name", ["EDD+API", "API", "WI"])
@EXAMPLES
@given(jobs=JOBS)
def test_no_exchange_of_neighbours_improves_the_result(solve, plain, name, jobs):
    own, sequence = plain(jobs), solve(name, jobs)
    assert sorted(sequence) == list(own.jobs)
    for k in range(len(jobs) - 1):
        assert own.total(own.swapped(sequence, k, k + 1)) >= own.total(sequence)


@EXAMPLES
@given(jobs=JOBS)
def test_wilkerson_irwin_tests_pairs_from_the_edd_list(solve, plain, jobs):
    own = plain(jobs)

    def exchanged(sequence, k):
        first, second = sequence[k : k + 2]
        t = sum(own.p[job] for job in sequence[:k])
        punctual = max(t + own.p[first], t + own.p[second]) <= max(own.d[first], own.d[second])
        key = own.d if punctual else own.p
        return own.swapped(sequence, k, k + 1) if key[second] < key[first] else sequence

    assert solve("WI", jobs) == backing_up(own.edd(), exchanged)


@EXAMPLES
@given(jobs=JOBS)
def test_eddc_sorts_by_due_date_past_early_jobs_only(solve, plain, jobs):
    own = plain(jobs)
    sequence = own.spt()
    for i in range(1, len(jobs)):
        j = i
        while j > 0 and own.d[sequence[j]] < own.d[sequence[j - 1]]:
            if own.d[sequence[j - 1]] > sum(own.p[job] for job in sequence[:j]):
                sequence = own.swapped(sequence, j - 1, j)
            j -= 1
    assert solve("EDDC", jobs) == sequence
