"""The objective takes lists of moves that can be made, and nothing else, whoever wrote them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from problems import Infeasible, Split
from problems.kernels import plain as slow_twin
from problems.vmr import Vmr
from problems.vmr.kernel import replay
from problems.vmr.moves import replayed

EXAMPLES = settings(deadline=None, derandomize=True, max_examples=100)
VMS = st.lists(st.tuples(st.sampled_from((2, 4, 8)), st.integers(0, 3)), min_size=1, max_size=8)
ANY = st.one_of(st.integers(-2, 8), st.just(-1), st.integers(-(2**63), 2**63 - 1))


def literal_objective(cluster, moves, literal_free, literal_rate):
    """FR after the moves, None where they are not feasible: each row checked on the plain lists."""
    place, ended = cluster.start.tolist(), False
    for vm, dst in moves:
        ended = ended or (vm, dst) == (-1, -1)
        known = 0 <= vm < len(place) and 0 <= dst < len(cluster.capacity)
        roomy = known and place[vm] != dst and literal_free(cluster, place)[dst] >= cluster.size[vm]
        if (vm, dst) != (-1, -1) if ended else not roomy:
            return None
        if not ended:
            place[vm] = dst
    return literal_rate(cluster, place)


@EXAMPLES
@given(vms=VMS, rows=st.lists(st.tuples(ANY, ANY), min_size=1, max_size=4))
def test_any_integers_give_their_value_or_are_refused(cluster_of, as_instance, literal_free, literal_rate, vms, rows):
    cluster = cluster_of(vms, limit=len(rows))
    expected = literal_objective(cluster, rows, literal_free, literal_rate)
    solution = np.array(rows, dtype=np.int64)
    if expected is None:
        with pytest.raises(Infeasible, match=r"[Mm]ove"):
            Vmr().objective(as_instance(cluster), solution)
    else:
        assert Vmr().objective(as_instance(cluster), solution) == expected


@EXAMPLES
@given(vms=VMS, rows=st.lists(st.tuples(st.integers(-1, 8), st.integers(-1, 4)), min_size=1, max_size=4))
def test_the_kernel_that_replays_equals_its_slow_twin(cluster_of, vms, rows):
    cluster = cluster_of(vms, limit=len(rows))
    results = []
    for kernel in (replay, slow_twin(replay)):
        free, gains = cluster.free(), np.zeros(len(rows), dtype=np.int64)
        made = kernel(np.array(rows), cluster.size, cluster.start, free, gains)
        results.append((made, free.tolist(), gains.tolist()))
    assert results[0] == results[1]


def refused(given, rows):
    with pytest.raises(Infeasible) as caught:
        replayed(given, np.array(rows, dtype=np.int64))
    return str(caught.value)


class TestCheating:
    """Four nodes of 20 cores: two VMs of 8 on node 0, one of 16 on node 1."""

    @pytest.fixture
    def given(self, cluster_of):
        return cluster_of([(8, 0), (8, 0), (16, 1)], limit=3)

    def test_a_move_needs_room_when_its_turn_comes_not_in_the_end(self, given):
        assert "which has 4 free" in refused(given, [[0, 1], [2, 2], [-1, -1]])
        assert replayed(given, np.array([[2, 2], [0, 1], [-1, -1]])).gains.size == 2

    def test_a_vm_cannot_be_moved_to_where_it_is(self, given):
        assert refused(given, [[0, 0], [-1, -1], [-1, -1]]) == "Move 0 takes VM 0 to node 0, where it is."
        assert refused(given, [[0, 2], [0, 2], [-1, -1]]) == "Move 1 takes VM 0 to node 2, where it is."

    def test_more_moves_than_allowed_are_of_the_wrong_shape(self, given):
        assert "3 x 2 integers" in refused(given, [[0, 2], [1, 3], [0, 3], [1, 2]])

    def test_no_move_follows_the_end(self, given):
        assert "have ended in row 0" in refused(given, [[-1, -1], [-1, -1], [0, 2]])

    @pytest.mark.parametrize("row", [[-1, 0], [0, -1], [3, 0], [0, 4], [-(2**63), 0], [2**62, 2**62]])
    def test_there_is_no_such_vm_or_node(self, given, row):
        assert any(str(entry) in refused(given, [row, [-1, -1], [-1, -1]]) for entry in row)

    def test_moving_back_and_forth_gains_nothing_and_is_no_lower_bound_beaten(self, given, as_instance):
        back = np.array([[0, 2], [0, 0], [-1, -1]])
        stay = np.full((3, 2), -1)
        problem, instance = Vmr(), as_instance(given)
        assert problem.objective(instance, back) == problem.objective(instance, stay)
        assert replayed(given, back).gains.sum() == 0

    def test_reals_are_refused_even_where_they_are_whole(self, given):
        for entry in (0.0, np.nan, np.inf):
            with pytest.raises(Infeasible, match="float64"):
                replayed(given, np.full((3, 2), entry))


def test_the_rate_is_zero_where_no_core_is_free(cluster_of, as_instance):
    full = cluster_of([(4, node) for node in (0, 1) for _ in range(5)], nodes=2)
    assert not full.free().any()
    assert Vmr().objective(as_instance(full), np.full((3, 2), -1)) == 0.0
    reference = Vmr().reference(as_instance(full))
    assert (reference.value, reference.proven) == (0.0, True)


def test_measures_of_moves(cluster_of, as_instance):
    problem = Vmr()
    instance = as_instance(cluster_of([(8, 0), (8, 0), (8, 1)], limit=4))
    measures = problem.behaviour(instance, np.array([[0, 2], [1, 2], [-1, -1], [-1, -1]]))
    # Fragments were 4, 12, 4, 4; the first move leaves 12, 12, 12, 4 and the second 4, 12, 4, 4.
    assert measures == {"mean_size": 0.25, "patience": 0.5, "spread": 0.5}
    assert set(problem.behaviour(instance, np.full((4, 2), -1)).values()) == {0.0}


def test_measures_stay_within_their_range_for_the_largest_vms():
    problem = Vmr()
    for instance in problem.instances(Split.TRAIN)[:3]:
        biggest = int(np.argmax(instance.arrays[0]))
        free = instance.arrays[2] - np.bincount(instance.arrays[1], instance.arrays[0], instance.arrays[2].size)
        moves = np.full(problem.solution_shape(instance).shape, -1)
        if free.max() >= instance.arrays[0][biggest]:
            moves[0] = biggest, int(np.argmax(free))
        assert all(0 <= value <= 1 for value in problem.behaviour(instance, moves).values())
