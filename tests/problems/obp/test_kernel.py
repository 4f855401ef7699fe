"""The packing kernel against the contract word for word, and what cheating rules gain: nothing."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from problems import Instance
from problems.obp import Obp
from problems.obp.baselines import RULES, SCORE
from problems.obp.generator import instance_of

HEADER = SCORE.header()
EVERYTHING = "item * alike - left * waste + seen % 3.0 - alike_after / open_bins + residual / capacity"
RULES_OF_ALL_KINDS = {
    **{name: RULES[name] for name in ("best fit", "tight fit", "sum of squares", "FunSearch OR")},
    "everything": f"{HEADER}\n    return {EVERYTHING}\n",
    "failing": f"{HEADER}\n    return math.nan\n",
    "failing for some": f"{HEADER}\n    return math.nan if left > item else -left\n",
    "failing for the tight": f"{HEADER}\n    return math.nan if left < item else -left\n",
    "infinity": f"{HEADER}\n    return math.inf if left > 1.0 else -math.inf\n",
    "minus infinity": f"{HEADER}\n    return -math.inf\n",
}
EXAMPLES = settings(deadline=None, derandomize=True, max_examples=30)
SIZES = st.lists(st.integers(1, 12), min_size=1, max_size=24)
CAPACITY = 12


def packed(sizes: list[int]) -> Instance:
    return instance_of(np.array(sizes, dtype=np.int64), CAPACITY, "drawn", "drawn")


def literal_packing(score, sizes: list[int]) -> list[int]:
    """The contract, word for word: every bin is asked, the highest score wins, ties to the bin opened first."""
    residuals: list[int] = []
    packing = []
    for t, item in enumerate(sizes, 1):
        open_residuals = [residual for residual in residuals if 0 < residual < CAPACITY]
        offered = [b for b, residual in enumerate([*residuals, CAPACITY]) if residual >= item]
        scores = {}
        for b in offered:
            residual = [*residuals, CAPACITY][b]
            left = residual - item
            scores[b] = score(
                float(item),
                float(residual),
                float(CAPACITY),
                len(open_residuals) + 1.0,
                float(left),
                float(left) if sum(size <= left for size in sizes[:t]) < t / 20 else 0.0,
                float(t),
                max(1.0, float(open_residuals.count(residual))),
                open_residuals.count(left) + 1.0,
            )
        chosen = max(offered, key=lambda b: (-math.inf if math.isnan(scores[b]) else scores[b], -b))
        residuals = [*residuals, CAPACITY] if chosen == len(residuals) else residuals
        residuals[chosen] -= item
        packing.append(chosen)
    return packing


@pytest.mark.parametrize("name", RULES_OF_ALL_KINDS)
class TestPack:
    @EXAMPLES
    @given(sizes=SIZES)
    def test_kernel_and_slow_twin_ask_as_if_every_bin_were_asked(self, native, plain, name, sizes):
        rule = plain(RULES_OF_ALL_KINDS[name], SCORE)
        expected = literal_packing(rule, sizes)
        assert Obp().construct([rule], packed(sizes)).tolist() == expected
        compiled = native(RULES_OF_ALL_KINDS[name], SCORE)
        assert Obp().construct([compiled], packed(sizes)).tolist() == expected

    @EXAMPLES
    @given(sizes=SIZES, later=SIZES)
    def test_nothing_of_later_items_changes_where_an_item_goes(self, native, name, sizes, later):
        rule = native(RULES_OF_ALL_KINDS[name], SCORE)
        before = Obp().construct([rule], packed(sizes)).tolist()
        assert Obp().construct([rule], packed([*sizes, *later])).tolist()[: len(sizes)] == before


class TestCheats:
    @EXAMPLES
    @given(sizes=SIZES)
    @pytest.mark.parametrize("constant", ["0.0", "7.0", "1e308", "seen", "item", "capacity", "1.0 / open_bins"])
    def test_what_is_the_same_for_all_bins_is_first_fit(self, native, sizes, constant):
        rule = native(f"{HEADER}\n    return {constant}\n", SCORE)
        first_fit = Obp().construct([native(RULES["first fit"], SCORE)], packed(sizes))
        assert Obp().construct([rule], packed(sizes)).tolist() == first_fit.tolist()

    @EXAMPLES
    @given(sizes=SIZES)
    def test_a_rule_cannot_tell_bins_of_equal_room_apart(self, plain, sizes):
        asked = []
        score = plain(RULES["best fit"], SCORE)

        def counting(*features):
            asked.append(features)
            return score(*features)

        Obp().construct([counting], packed(sizes))
        assert len(set(asked)) == len(asked)

    @EXAMPLES
    @given(sizes=SIZES)
    @pytest.mark.parametrize("body", ["1e308 * left", "-1e308 * residual", "math.exp(left * 100.0)"])
    def test_an_overflow_ends_in_a_feasible_packing(self, native, sizes, body):
        rule = native(f"{HEADER}\n    return {body}\n", SCORE)
        instance = packed(sizes)
        assert 1 <= Obp().objective(instance, Obp().construct([rule], instance)) <= len(sizes)
