"""References against the trial of all moves: the model bounds them, orders are found, beam search is feasible."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from problems import Split
from problems.vmr import Vmr, mip
from problems.vmr.beam import beam_search
from problems.vmr.cluster import BLOCK, as_solution, cluster, counts_of, fragments
from problems.vmr.move_order import ordered
from problems.vmr.moves import replayed
from problems.vmr.reference import reference_of

EXAMPLES = settings(deadline=None, derandomize=True, max_examples=40)
VMS = st.lists(st.tuples(st.sampled_from((2, 4, 8)), st.integers(0, 3)), min_size=1, max_size=6)
NODES = 200


@EXAMPLES
@given(vms=VMS, limit=st.integers(1, 3))
def test_a_reference_bounds_what_any_moves_lead_to_and_is_it_where_it_is_proven(cluster_of, least_rate, vms, limit):
    given = cluster_of(vms, limit=limit)
    reference, least = reference_of(given, NODES), least_rate(given)
    assert reference.bound <= least <= reference.value
    assert not reference.proven or reference.value == least


@EXAMPLES
@given(vms=VMS, limit=st.integers(1, 3))
def test_beam_search_makes_feasible_moves_and_never_ends_worse_than_without_any(
    cluster_of, least_rate, literal_rate, vms, limit
):
    given = cluster_of(vms, limit=limit)
    wide, narrow = (given.rate(replayed(given, beam_search(given, width)).fragments) for width in (10_000, 1))
    assert wide == least_rate(given)
    assert wide <= narrow <= literal_rate(given, given.start.tolist())


@EXAMPLES
@given(vms=VMS, limit=st.integers(1, 4))
def test_a_plan_keeps_its_limit_and_leads_to_no_more_blocks_than_it_bounds(cluster_of, vms, limit):
    given = cluster_of(vms, limit=limit)
    plan = mip.plan(given, NODES)
    counts = counts_of(given) - plan.leaving + plan.arriving
    free = given.capacity - counts @ np.unique(given.size)
    assert plan.leaving.sum() == plan.arriving.sum() <= limit
    assert not (plan.leaving * plan.arriving).any()
    assert min(free.min(), counts.min()) >= 0
    assert (free // BLOCK).sum() == plan.most_blocks


def planned(given, moves):
    """VMs that leave and arrive, by node and kind, for pairs of nodes: all VMs have one size."""
    leaving, arriving = np.zeros_like(counts_of(given)), np.zeros_like(counts_of(given))
    for kind, src, dst in moves:
        leaving[src, kind] += 1
        arriving[dst, kind] += 1
    return leaving, arriving


class TestOrder:
    def test_what_needs_room_waits_until_it_is_there(self, cluster_of):
        given = cluster_of([(8, 0), (8, 0), (4, 1), (8, 1), (8, 1)], limit=2)
        state = ordered(given, *planned(given, [(1, 0, 1), (1, 1, 2)]))
        assert state.moves[0][1] == 1
        assert replayed(given, as_solution(given, state.moves)).gains.size == 2

    def test_an_exchange_between_full_nodes_goes_by_way_of_a_third(self, cluster_of):
        given = cluster_of([(4, 0), (16, 0), (8, 1), (8, 1), (4, 1)], limit=6)
        plan = planned(given, [(2, 0, 1), (1, 1, 0), (1, 1, 0)])
        state = ordered(given, *plan)
        assert 3 < len(state.moves) <= 6
        assert (state.counts == counts_of(given) - plan[0] + plan[1]).all()
        assert replayed(given, as_solution(given, state.moves)).gains.size == len(state.moves)

    def test_without_a_move_to_spare_only_a_part_is_made(self, cluster_of):
        given = cluster_of([(4, 0), (16, 0), (8, 1), (8, 1), (4, 1)], limit=3)
        state = ordered(given, *planned(given, [(2, 0, 1), (1, 1, 0), (1, 1, 0)]))
        assert not state.moves

    def test_a_bound_that_no_order_reaches_is_not_called_proven(self, cluster_of):
        """A swap of two nodes that are nearly full would free a block; there is no third node."""
        given = cluster_of([(16, 0), (2, 0), (8, 1), (8, 1), (2, 1)], nodes=2, limit=3, cores=18)
        reference = reference_of(given, NODES)
        assert reference.bound <= reference.value
        assert replayed(given, beam_search(given, 8)).fragments == fragments(given.free())


def test_references_are_proven_and_repeat():
    problem = Vmr()
    for instance in problem.instances(Split.TRAIN)[:60:12]:
        reference = problem.reference(instance)
        assert reference.proven
        assert reference == problem.reference(instance)
        assert reference.value <= instance.scale


@pytest.mark.slow
@pytest.mark.parametrize("split", Split)
def test_every_reference_is_proven(split):
    problem = Vmr()
    assert all(problem.reference(instance).proven for instance in problem.instances(split))


def test_a_limit_on_nodes_leaves_a_valid_bound_and_a_feasible_value():
    instance = Vmr().instances(Split.TRAIN)[-3]
    given = cluster(instance)
    full, short = reference_of(given, 2000), reference_of(given, 1)
    assert short.bound <= full.value <= short.value
