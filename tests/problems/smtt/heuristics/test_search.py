"""Descents and iterated local search against literal ones that evaluate whole sequences."""

import itertools
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

EXAMPLES = settings(deadline=None, derandomize=True, max_examples=60)
JOBS = st.lists(st.tuples(st.integers(0, 9), st.integers(-5, 40)), min_size=1, max_size=8)
FEW = st.lists(st.tuples(st.integers(0, 9), st.integers(-5, 30)), min_size=1, max_size=5)


def descended(own, sequence):
    """Passes of best insertions; where one moves nothing, a pass of best swaps; until neither moves anything."""
    while True:
        for passed in (own.insertion_pass, partial(swaps, own)):
            following = passed(sequence)
            if own.total(following) < own.total(sequence):
                sequence = following
                break
        else:
            return sequence


def swaps(own, sequence):
    for i in own.jobs:
        sequence = min((own.swapped(sequence, i, j) for j in range(i, len(sequence))), key=own.total)
    return sequence


@EXAMPLES
@given(jobs=JOBS)
def test_a_descent_takes_the_best_insertion_or_swap_of_each_job(solve, plain, jobs):
    own = plain(jobs)
    assert solve("MDD+insertion+swap", jobs) == descended(own, own.mdd())
    assert solve("NBR+insertion+swap", jobs) == descended(own, solve("NBR", jobs))
    assert solve("DEC/MDD+insertion+swap", jobs) == descended(own, solve("DEC/MDD", jobs))


@pytest.mark.parametrize("name", ["MDD+insertion+swap", "ILS"])
@EXAMPLES
@given(jobs=JOBS)
def test_no_insertion_and_no_swap_improves_the_result(solve, plain, name, jobs):
    own, sequence = plain(jobs), solve(name, jobs)
    assert sorted(sequence) == list(own.jobs)
    assert own.total(sequence) <= own.total(solve("MDD+insertion", jobs))
    for i, j in itertools.product(own.jobs, repeat=2):
        assert own.total(own.inserted(sequence, i, j)) >= own.total(sequence)
        assert own.total(own.swapped(sequence, i, j)) >= own.total(sequence)


@settings(deadline=None, derandomize=True, max_examples=20)
@given(jobs=FEW)
def test_iterated_search_kicks_descends_and_keeps_what_is_no_worse(solve, plain, jobs):
    own, state = plain(jobs), 1
    best = descended(own, own.mdd())
    for _ in range(20):
        trial = best
        for _ in range(3):
            state = state * 48271 % (2**31 - 1)
            i = state % len(jobs)
            state = state * 48271 % (2**31 - 1)
            trial = own.swapped(trial, i, min(len(jobs) - 1, i + 1 + state % max(1, len(jobs) // 2)))
        trial = descended(own, trial)
        best = trial if own.total(trial) <= own.total(best) else best
    assert solve("ILS", jobs) == best


@EXAMPLES
@given(jobs=FEW)
def test_iterated_search_finds_the_optimum_of_few_jobs(solve, plain, jobs):
    own = plain(jobs)
    assert own.total(solve("ILS", jobs)) == min(map(own.total, itertools.permutations(own.jobs)))
