"""Local search against literal neighbourhoods, and references against brute force."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from problems.kernels import plain as slow_twin
from problems.smtt import Smtt
from problems.smtt.baselines import PRIORITY, RULES
from problems.smtt.kernel import spt_order, total_tardiness
from problems.smtt.local_search import best_insertion, best_swap, descend, iterate, lateness_before, modified_due_dates

EXAMPLES = settings(deadline=None, derandomize=True, max_examples=40)
JOBS = st.lists(st.tuples(st.integers(1, 20), st.integers(-10, 100)), min_size=1, max_size=10)


def arrays(jobs):
    return tuple(np.array(jobs, dtype=np.int64).T.copy())


def inserted(sequence, i, j):
    rest = [*sequence[:i], *sequence[i + 1 :]]
    return [*rest[:j], sequence[i], *rest[j:]]


def swapped(sequence, i, j):
    moved = list(sequence)
    moved[i], moved[j] = moved[j], moved[i]
    return moved


def value(sequence, p, d):
    return total_tardiness(np.array(sequence, dtype=np.int64), p, d)


@EXAMPLES
@given(jobs=JOBS, data=st.data())
def test_insertions_and_swaps_are_valued_as_by_scoring_every_neighbour(jobs, data):
    p, d = arrays(jobs)
    c, here = p.cumsum(), value(range(len(p)), p, d)
    i = data.draw(st.integers(0, len(p) - 1))
    insertions = [value(inserted(range(len(p)), i, j), p, d) - here for j in range(len(p))]
    swaps = [value(swapped(range(len(p)), i, j), p, d) - here for j in range(i, len(p))]
    for kernel in (best_insertion, slow_twin(best_insertion)):
        change, place = kernel(i, p, d, c)
        assert change == min(insertions) == insertions[place]
    for kernel in (best_swap, slow_twin(best_swap)):
        change, place = kernel(i, p, d, c, *lateness_before(c, d))
        assert change == min(swaps) == swaps[place - i]


@EXAMPLES
@given(jobs=JOBS, data=st.data())
def test_a_descent_ends_in_a_local_optimum_no_worse_than_its_start(jobs, data):
    p, d = arrays(jobs)
    start = data.draw(st.permutations(range(len(jobs))))
    sequence = np.array(start, dtype=np.int64)
    descend(sequence, p, d)
    end = sequence.tolist()
    assert sorted(end) == sorted(start)
    assert value(end, p, d) <= value(start, p, d)
    for i, j in itertools.product(range(len(jobs)), repeat=2):
        assert value(inserted(end, i, j), p, d) >= value(end, p, d)
        assert value(swapped(end, i, j), p, d) >= value(end, p, d)


@EXAMPLES
@given(jobs=JOBS, seed=st.integers(0, 2**62))
def test_iterated_search_reports_the_value_of_its_sequence_and_never_loses(jobs, seed):
    p, d = arrays(jobs)
    sequences = [np.arange(len(jobs), dtype=np.int64) for _ in range(2)]
    values = [iterate(sequence, p, d, 5, 3, seed) for sequence in sequences]
    assert sequences[0].tolist() == sequences[1].tolist()
    assert values[0] == values[1] == value(sequences[0], p, d) <= value(range(len(jobs)), p, d)


@EXAMPLES
@given(jobs=JOBS)
def test_descents_start_from_the_schedule_of_the_rule(native, instance_of, jobs):
    instance = instance_of(jobs)
    scheduled = Smtt().construct([native(RULES["MDD"], PRIORITY)], instance)
    p, d = instance.arrays
    for kernel in (modified_due_dates, slow_twin(modified_due_dates)):
        assert kernel(p, d, spt_order(p, d), 1.0).tolist() == scheduled.tolist()
