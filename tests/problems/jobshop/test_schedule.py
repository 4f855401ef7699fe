"""Untrusted start times: what is a schedule, what is not, and what a schedule is like."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from problems import Infeasible, Instance, Split
from problems.jobshop import JobShop
from problems.jobshop.generator import as_instance
from problems.jobshop.reference import spt_twkr
from problems.jobshop.schedule import MEASURES

EXAMPLES = settings(deadline=None, derandomize=True, max_examples=100)
PROBLEM = JobShop()
SMALL = as_instance("small", "small", np.array([[3, 2], [2, 4]]), np.array([[0, 1], [1, 0]]))
GOOD = [[0, 3], [0, 3]]


def shop(durations: list[list[int]], routes: list[list[int]]) -> Instance:
    return as_instance("drawn", "drawn", np.array(durations, dtype=np.int64), np.array(routes, dtype=np.int64))


def literal_makespan(start: list[list[int]], instance: Instance) -> int | None:
    """The definition: None unless the operations of a job, and of a machine, stand one after the other."""
    durations, routes = (array.tolist() for array in instance.arrays)
    operations = [(j, k) for j in range(len(start)) for k in range(len(start[0]))]
    horizon = sum(map(sum, durations))
    if any(not 0 <= start[j][k] <= horizon for j, k in operations):
        return None
    for (j, k), (i, h) in itertools.combinations(operations, 2):
        first_then_second = start[j][k] + durations[j][k] <= start[i][h]
        second_then_first = start[i][h] + durations[i][h] <= start[j][k]
        if i == j and not first_then_second:
            return None
        if routes[j][k] == routes[i][h] and not (first_then_second or second_then_first):
            return None
    return max(start[j][k] + durations[j][k] for j, k in operations)


@EXAMPLES
@given(
    durations=st.lists(st.lists(st.integers(0, 3), min_size=2, max_size=2), min_size=3, max_size=3),
    routes=st.lists(st.permutations(range(2)), min_size=3, max_size=3),
    start=st.lists(st.lists(st.integers(-1, 12), min_size=2, max_size=2), min_size=3, max_size=3),
)
def test_objective_takes_schedules_and_nothing_else(durations, routes, start):
    instance = shop(durations, routes)
    expected = literal_makespan(start, instance)
    if expected is None:
        with pytest.raises(Infeasible):
            PROBLEM.objective(instance, np.array(start, dtype=np.int64))
    else:
        assert PROBLEM.objective(instance, np.array(start, dtype=np.int64)) == expected


@pytest.mark.parametrize(
    ("start", "message"),
    [
        ([[0, 3], [0, -1]], "operation 1 of job 1 starts at -1"),
        ([[0, 3], [0, 12]], "from 0 to 11, .* operation 1 of job 1 starts at 12"),
        ([[0, 3], [0, 2**62]], "starts at 4611686018427387904"),
        ([[0, 2], [0, 3]], "Operation 1 of job 0 starts at 2, before operation 0 of the job ends at 3"),
        ([[4, 7], [0, 3]], "Operation 0 of job 0 starts at 4, but job 1 occupies machine 0 until 7"),
    ],
)
def test_a_fault_is_told_with_its_operation(start, message):
    assert PROBLEM.objective(SMALL, np.array(GOOD)) == 7
    with pytest.raises(Infeasible, match=message):
        PROBLEM.objective(SMALL, np.array(start))


@pytest.mark.parametrize("cheat", ["all at once", "backwards", "compressed", "shifted before zero"])
def test_start_times_that_travel_in_time_or_overlap_gain_nothing(cheat):
    instance = PROBLEM.instances(Split.TRAIN)[0]
    honest = PROBLEM.construct([spt_twkr], instance)
    tampered = {
        "all at once": np.zeros_like(honest),
        "backwards": honest[:, ::-1].copy(),
        "compressed": honest // 2,
        "shifted before zero": honest - 5,
    }[cheat]
    with pytest.raises(Infeasible):
        PROBLEM.objective(instance, tampered)


def test_an_operation_of_no_duration_may_stand_at_the_start_or_end_of_another_but_not_inside():
    instance = shop([[4, 1], [0, 1]], [[0, 1], [0, 1]])
    for time, fine in ((0, True), (2, False), (4, True)):
        start = np.array([[0, 4], [time, 5]])
        if fine:
            assert PROBLEM.objective(instance, start) == 6
        else:
            with pytest.raises(Infeasible):
                PROBLEM.objective(instance, start)


class TestMeasures:
    def measures(self, durations, routes, start) -> dict[str, float]:
        return dict(PROBLEM.behaviour(shop(durations, routes), np.array(start, dtype=np.int64)))

    def test_count_decisions_between_operations_that_waited_together(self):
        durations, routes = [[2, 9], [5, 1], [1, 1]], [[0, 1], [0, 1], [1, 0]]
        # On machine 0 job 0 goes before job 1 (shorter, more work left); job 2 arrives at 1, so after that decision,
        # and waits when job 1 is taken at 2 (longer, more work left). On machine 1 nobody waits with another.
        found = self.measures(durations, routes, [[0, 2], [2, 11], [0, 7]])
        assert found["spt_likeness"] == pytest.approx(1 / 2)
        assert found["mwkr_likeness"] == 1

    def test_early_idle_counts_the_first_third(self):
        found = self.measures([[3, 3], [0, 0]], [[0, 1], [1, 0]], [[0, 3], [0, 0]])
        assert found["early_idle"] == pytest.approx(1 / 2)

    def test_flow_spread_is_zero_where_all_jobs_end_together(self):
        assert self.measures([[1, 2], [2, 1]], [[0, 1], [1, 0]], [[0, 2], [0, 3]])["flow_spread"] == 0
        assert self.measures([[1, 2], [2, 1]], [[0, 1], [1, 0]], [[0, 2], [0, 2]])["flow_spread"] > 0

    def test_work_of_nothing_is_measured_too(self):
        assert list(self.measures([[0, 0], [0, 0]], [[0, 1], [0, 1]], [[0, 0], [0, 0]])) == list(MEASURES)

    def test_rules_of_a_kind_are_told_apart(self, plain):
        instance = PROBLEM.instances(Split.TRAIN)[0]
        found = {
            name: PROBLEM.behaviour(instance, PROBLEM.construct([plain(source, PROBLEM.signatures[0])], instance))
            for name, source in PROBLEM.baselines.items()
        }
        assert found["SPT"]["spt_likeness"] == found["MWKR"]["mwkr_likeness"] == 1
        assert found["LPT"]["spt_likeness"] == found["LWKR"]["mwkr_likeness"] == 0
