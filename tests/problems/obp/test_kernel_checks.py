"""The check of untrusted packings and the measures, against plain second implementations."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from problems import Infeasible
from problems.kernels import plain
from problems.obp import Obp
from problems.obp.baselines import RULES, SCORE
from problems.obp.generator import instance_of
from problems.obp.kernel import MEASURES, bins_used, counted, measured

EXAMPLES = settings(deadline=None, derandomize=True, max_examples=60)
SIZES = st.lists(st.integers(1, 10), min_size=1, max_size=10)
ENTRIES = st.one_of(st.integers(-2, 11), st.sampled_from([2**62, 2**63 - 1, -(2**63)]))


def plainly_used(packing: list[int], sizes: list[int]) -> int | None:
    """The bins in use; None where an item is nowhere or a bin holds more than 10."""
    if not all(0 <= entry < len(sizes) for entry in packing):
        return None
    loads = [sum(size for size, entry in zip(sizes, packing, strict=True) if entry == b) for b in range(len(sizes))]
    return None if max(loads) > 10 else sum(load > 0 for load in loads)


class TestBinsUsed:
    @EXAMPLES
    @given(sizes=SIZES, data=st.data())
    def test_any_entries_end_in_infeasible_or_the_right_number(self, sizes, data):
        entries = st.one_of(st.integers(0, len(sizes) - 1), ENTRIES)
        packing = data.draw(st.lists(entries, min_size=len(sizes), max_size=len(sizes)))
        expected = plainly_used(packing, sizes)
        solution, given = np.array(packing, dtype=np.int64), np.array(sizes)
        if expected is None:
            with pytest.raises(Infeasible):
                bins_used(solution, given, 10)
        else:
            assert bins_used(solution, given, 10) == expected
        assert plain(counted)(solution, given, 10) == counted(solution, given, 10)

    def test_names_the_item_that_is_nowhere(self):
        with pytest.raises(Infeasible, match="Expected bins 0 to 1, got 2 for item 1"):
            bins_used(np.array([0, 2]), np.array([3, 3]), 10)

    def test_names_the_item_that_does_not_fit(self):
        with pytest.raises(Infeasible, match="Item 1 of size 6 does not fit into bin 0 of capacity 10"):
            bins_used(np.array([0, 0]), np.array([5, 6]), 10)

    @pytest.mark.parametrize("solution", [np.zeros(2), np.zeros((1, 2), np.int64), np.zeros(0, np.int64)])
    def test_refuses_other_shapes_and_types(self, solution):
        with pytest.raises(Infeasible, match="Expected 2 integers"):
            bins_used(solution, np.array([5, 5]), 10)


def plain_measures(packing: list[int], sizes: list[int]) -> list[float]:
    """The measures as they are documented, over lists of rooms."""
    rooms = dict.fromkeys(range(len(sizes)), 10)
    opening, left, ranks = 0, 0.0, []
    for size, entry in zip(sizes, packing, strict=True):
        others = {room for room in rooms.values() if size <= room < 10}
        if others:
            opening += rooms[entry] == 10
            looser = [room for room in {*others, 10} if room > rooms[entry]]
            ranks.append(len(looser) / len(others))
        rooms[entry] -= size
        left += rooms[entry] / 10
    return [opening / len(sizes), left / len(sizes), sum(ranks) / len(ranks) if ranks else 1.0]


class TestMeasured:
    @EXAMPLES
    @given(sizes=SIZES, name=st.sampled_from(sorted(RULES)))
    def test_is_what_the_documentation_says(self, native, sizes, name):
        instance = instance_of(np.array(sizes), 10, "drawn", "drawn")
        packing = Obp().construct([native(RULES[name], SCORE)], instance)
        expected = plain_measures(packing.tolist(), sizes)
        assert measured(packing, instance.arrays[0], 10) == pytest.approx(expected)
        assert plain(measured)(packing, instance.arrays[0], 10) == pytest.approx(expected)

    def test_best_fit_takes_the_tightest_and_opens_only_where_it_must(self, native):
        for instance in Obp().instances("train")[:40:4]:
            packing = Obp().construct([native(RULES["best fit"], SCORE)], instance)
            found = Obp().behaviour(instance, packing)
            assert list(found) == list(MEASURES)
            assert (found["opening"], found["best_fit_likeness"]) == (0.0, 1.0)
