"""Sets of instances: what they are drawn from, and that nothing but their own setting changes them."""

import numpy as np
import pytest

from problems import Split
from problems.obp import Obp, ObpVector
from problems.obp.generator import DISTRIBUTIONS, instance, instances
from problems.settings import of_split


class TestSets:
    def test_another_set_or_more_replicates_leave_an_instance_as_it_is(self):
        few = instances(1, Split.TRAIN, (("weibull", 100, 50, 2),))
        more = instances(1, Split.TRAIN, (("uniform", 150, 50, 1), ("weibull", 100, 50, 4)))
        assert [each.digest() for each in few] == [each.digest() for each in more[1:3]]

    def test_families_tell_distribution_capacity_and_size(self):
        assert instance(1, Split.TEST, "full", 200, 30, 0).family == "full C=200 n=30"

    @pytest.mark.parametrize("kind", DISTRIBUTIONS)
    @pytest.mark.parametrize("capacity", [10, 100, 150, 500])
    def test_sizes_are_integers_from_1_to_the_capacity(self, kind, capacity):
        sizes = instance(3, Split.TRAIN, kind, capacity, 2000, 0).arrays[0]
        assert sizes.dtype == np.int64
        assert 1 <= sizes.min() <= sizes.max() <= capacity

    def test_the_uniform_sets_are_20_to_100_at_capacity_150(self):
        sizes = instance(1, Split.TRAIN, "uniform", 150, 5000, 0).arrays[0]
        assert (sizes.min(), sizes.max()) == (20, 100)

    def test_the_weibull_sets_have_the_mean_of_their_distribution(self):
        sizes = instance(1, Split.TRAIN, "weibull", 100, 100_000, 0).arrays[0]
        assert sizes.mean() == pytest.approx(45 * 0.89298, abs=0.2)  # scale times gamma(1 + 1/3)

    def test_the_capacities_200_and_500_are_for_test_alone(self):
        for problem in (Obp(), ObpVector()):
            for split in (Split.TRAIN, Split.VALIDATION):
                assert {capacity for _, capacity, _, _ in of_split(problem, split)}.isdisjoint({200, 500})

    @pytest.mark.parametrize(
        "sets",
        [
            [],
            [["weibull", 9, 10, 1]],
            [["weibull", 1001, 10, 1]],
            [["weibull", 100, 0, 1]],
            [["weibull", 100, 100_001, 1]],
            [["weibull", 100, 10, 0]],
            [["normal", 100, 10, 1]],
            [["full", 100, 10, 1], ["full", 100, 10, 2]],
        ],
    )
    def test_refuses_what_is_out_of_range(self, sets):
        with pytest.raises(ValueError, match="Expected"):
            Obp(train=sets)

    def test_refuses_a_negative_seed(self):
        with pytest.raises(ValueError, match="seed"):
            Obp(seed=-1)
