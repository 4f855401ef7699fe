"""Paired gaps, in all and by family."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluators.statistics import Certainty
from evo.report.comparison import compare_gaps, family_gaps, holm, permutation_p


def test_a_pair_is_counted_instance_by_instance() -> None:
    (one,) = compare_gaps((0.1, 0.2, 0.3, 0.4), {"EDD": (0.2, 0.2, 0.2, 0.6)})
    assert (one.name, one.wins, one.ties, one.losses, one.instances) == ("EDD", 2, 1, 1, 4)
    assert one.difference.estimate == pytest.approx(-0.05)
    assert one.difference.low <= -0.05 <= one.difference.high


def test_equal_gaps_are_no_difference() -> None:
    gaps = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
    (one,) = compare_gaps(gaps, {"same": gaps})
    assert (one.p, one.adjusted, one.ties, one.difference.high) == (1.0, 1.0, 6, 0.0)
    assert one.difference.certainty is Certainty.OPEN


def test_what_has_other_instances_is_left_out() -> None:
    assert compare_gaps((0.1, 0.2), {"older": (0.1,)}) == ()


def test_p_is_that_of_all_signs_where_these_can_be_listed() -> None:
    differences = np.array([-0.3, -0.1, -0.25, 0.05, -0.2, -0.15])
    sums = [abs(np.dot(signs, differences)) for signs in product((-1, 1), repeat=differences.size)]
    exact = np.mean(np.array(sums) >= abs(differences.sum()) - 1e-12)
    assert permutation_p(differences) == pytest.approx(exact, abs=0.01)


def test_p_does_not_depend_on_who_is_compared_with_whom() -> None:
    differences = np.array([0.1, -0.2, 0.3, 0.4])
    assert permutation_p(differences) == permutation_p(-differences)


def test_holm_adjusts_as_in_the_paper() -> None:
    assert holm((0.01, 0.04, 0.03)) == pytest.approx((0.03, 0.06, 0.06))
    assert holm(()) == ()


@given(st.lists(st.floats(0, 1), max_size=6))
def test_adjusted_values_are_no_smaller_and_at_most_one(values: list[float]) -> None:
    adjusted = holm(values)
    assert all(p <= q <= 1 for p, q in zip(values, adjusted, strict=True))


def test_few_families_are_groups_in_the_order_of_the_instances() -> None:
    small, large = family_gaps(("small", "large", "small"), (0.1, 0.4, 0.3), {"EDD": (0.3, 0.3, 0.3)})
    assert (small.name, small.instances, large.name) == ("small", 2, "large")
    assert small.gap.estimate == pytest.approx(0.2)
    assert small.rivals["EDD"].estimate == pytest.approx(0.3)
    assert small.difference is not None
    assert small.difference.estimate == pytest.approx(-0.1)


def test_many_families_are_told_by_their_parts_in_the_order_of_numbers() -> None:
    families = [f"n={n} load={load}%" for n in (100, 20, 5) for load in range(90, 120, 5)]
    told = family_gaps(families, [0.0] * len(families), {})
    assert [one.name for one in told][:4] == ["n=5", "n=20", "n=100", "load=90%"]
    assert [one.instances for one in told][:4] == [6, 6, 6, 3]


def test_without_rivals_there_is_no_difference() -> None:
    assert family_gaps(("one",), (0.1,), {})[0].difference is None
