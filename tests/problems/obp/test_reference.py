"""References: bounds and packings of all items at once, against the optimum found by trying everything."""

from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from problems import Split
from problems.kernels import plain
from problems.obp import Obp
from problems.obp.cutting_stock import best_pattern, bins_of, cut, dual_bound
from problems.obp.generator import instance
from problems.obp.kernel import bins_used
from problems.obp.offline import decreasing, filled, l1, l2
from problems.obp.problem import best_known, solved

EXAMPLES = settings(deadline=None, derandomize=True, max_examples=60)
CAPACITY = 12
SIZES = st.lists(st.integers(1, 12), min_size=1, max_size=9).map(lambda sizes: np.array(sizes, dtype=np.int64))


def optimum(sizes: list[int]) -> int:
    """The least number of bins, over all assignments up to the order of the bins."""

    @lru_cache(None)
    def least(index: int, rooms: tuple[int, ...]) -> int:
        if index == len(sizes):
            return len(rooms)
        size = sizes[index]
        choices = {room for room in rooms if room >= size}
        found = [least(index + 1, tuple(sorted((*without(rooms, room), room - size)))) for room in choices]
        return min([*found, least(index + 1, tuple(sorted((*rooms, CAPACITY - size))))])

    return least(0, ())


def without(rooms: tuple[int, ...], room: int) -> tuple[int, ...]:
    k = rooms.index(room)
    return rooms[:k] + rooms[k + 1 :]


def plain_l2(sizes: list[int]) -> int:
    """Martello and Toth (1990), word for word."""
    bounds = []
    for a in range(CAPACITY // 2 + 1):
        large = [s for s in sizes if s > CAPACITY - a]
        medium = [s for s in sizes if CAPACITY / 2 < s <= CAPACITY - a]
        small = [s for s in sizes if a <= s <= CAPACITY / 2]
        spare = len(medium) * CAPACITY - sum(medium)
        bounds.append(len(large) + len(medium) + max(0, -(-(sum(small) - spare) // CAPACITY)))
    return max(bounds)


class TestBounds:
    @EXAMPLES
    @given(sizes=SIZES)
    def test_l2_is_as_defined_and_between_l1_and_the_optimum(self, sizes):
        assert l2(sizes, CAPACITY) == plain_l2(sizes.tolist())
        assert l1(sizes, CAPACITY) <= l2(sizes, CAPACITY) <= optimum(sizes.tolist())

    @EXAMPLES
    @given(sizes=SIZES, data=st.data())
    def test_any_duals_give_a_bound(self, sizes, data):
        w, n = np.unique(sizes, return_counts=True)
        u = np.array(data.draw(st.lists(st.floats(-0.5, 1.5), min_size=w.size, max_size=w.size)))
        assert dual_bound(u, w, n, CAPACITY) <= optimum(sizes.tolist())

    @EXAMPLES
    @given(sizes=SIZES, data=st.data())
    def test_the_best_pattern_is_a_knapsack_and_the_best(self, sizes, data):
        w, n = np.unique(sizes, return_counts=True)
        u = np.array(data.draw(st.lists(st.integers(0, 9), min_size=w.size, max_size=w.size)), dtype=np.float64)
        pattern = best_pattern(u, w, n, CAPACITY)
        assert (pattern <= n).all()
        assert pattern @ w <= CAPACITY
        best = {0: 0.0}
        for size in sizes.tolist():
            value = u[np.searchsorted(w, size)]
            more = {load + size: worth + value for load, worth in best.items() if load + size <= CAPACITY}
            best = {load: max(best.get(load, 0.0), more.get(load, 0.0)) for load in best | more}
        assert pattern @ u == max(best.values())
        assert plain(best_pattern)(u, w, n, CAPACITY).tolist() == pattern.tolist()


class TestOffline:
    @EXAMPLES
    @given(sizes=SIZES)
    def test_packings_are_feasible_and_like_their_slow_twins(self, sizes):
        for packing, twin in (
            (decreasing(sizes, CAPACITY, True), plain(decreasing)(sizes, CAPACITY, True)),
            (decreasing(sizes, CAPACITY, False), plain(decreasing)(sizes, CAPACITY, False)),
            (filled(sizes, CAPACITY), plain(filled)(sizes, CAPACITY)),
        ):
            assert packing.tolist() == twin.tolist()
            assert optimum(sizes.tolist()) <= bins_used(packing, sizes, CAPACITY) == bins_of(packing)

    def test_best_fit_decreasing_takes_the_tighter_of_two_bins(self):
        sizes = np.array([5, 60, 45, 50])
        assert decreasing(sizes, 100, False).tolist() == [0, 0, 1, 1]
        assert decreasing(sizes, 100, True).tolist() == [1, 0, 1, 1]


class TestCut:
    @settings(EXAMPLES, max_examples=25)
    @given(sizes=SIZES)
    def test_solves_small_instances_from_the_worst_start(self, sizes):
        alone = np.arange(sizes.size)
        packing, bound = cut(sizes, CAPACITY, alone, 1)
        assert bound <= optimum(sizes.tolist()) == bins_used(packing, sizes, CAPACITY)

    def test_proves_what_l2_and_largest_first_leave_open(self):
        sizes = instance(1, Split.TRAIN, "weibull", 100, 500, 3).arrays[0]
        assert min(bins_of(decreasing(sizes, 100, True)), bins_of(filled(sizes, 100))) > l2(sizes, 100)
        reference = best_known(sizes, 100)
        assert reference.proven
        assert reference.method == "column generation"
        assert reference.versions.startswith("highspy")


class TestBestKnown:
    @EXAMPLES
    @given(sizes=SIZES)
    def test_is_the_optimum_of_small_instances(self, sizes):
        reference = best_known(sizes, CAPACITY)
        assert reference.bound <= optimum(sizes.tolist()) == reference.value

    @pytest.mark.slow
    def test_proves_nearly_every_instance_of_every_split(self):
        known = [Obp().reference(each) for split in Split for each in Obp().instances(split)]
        assert sum(reference.proven for reference in known) >= 0.98 * len(known)


def test_where_the_tables_of_column_generation_would_be_too_large_heuristics_and_l2_stand_alone() -> None:
    sizes = np.random.default_rng(1).integers(20_000, 35_000, 60)
    found = best_known(sizes, 100_000)
    assert found.method == "L2 and largest first"
    assert found.bound is not None
    assert found.bound < found.value
    assert not found.proven


def test_a_time_limit_leaves_a_packing_and_a_bound() -> None:
    sizes = np.random.default_rng(1).integers(200, 350, 120)
    found = solved(sizes, 1000, until=0.0)
    assert bins_used(found.solution, sizes, 1000) == found.reference.value
    assert l2(sizes, 1000) <= found.reference.bound <= found.reference.value
