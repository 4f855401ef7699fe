import numpy as np
import pytest

from problems import Split
from problems.smtt import Smtt, SmttProgram
from problems.smtt.generator import RANGES, TARDINESS_FACTORS, draw


def test_processing_times_are_uniform_from_1_to_100():
    p, _ = draw(np.random.default_rng(0), 200_000, 0.2, 0.6)
    assert p.min() == 1
    assert p.max() == 100
    assert abs(p.mean() - 50.5) < 0.3
    assert abs(p.var() - (100**2 - 1) / 12) < 5
    assert np.bincount(p).argmin() == 0  # no value but 0 is missing
    assert np.count_nonzero(np.bincount(p)) == 100


@pytest.mark.parametrize(("rdd", "tf"), [(0.2, 0.2), (1.0, 0.4), (0.6, 1.0)])
def test_due_dates_are_uniform_around_the_tardiness_factor(rdd, tf):
    p, d = draw(np.random.default_rng(1), 100_000, rdd, tf)
    relative = d / p.sum()
    assert abs(relative.mean() - (1 - tf)) < 0.01
    assert abs(relative.std() - rdd / np.sqrt(12)) < 0.01
    assert relative.min() >= 1 - tf - rdd / 2
    assert relative.max() <= 1 - tf + rdd / 2


def test_due_dates_are_truncated_toward_zero_so_zero_is_twice_as_frequent():
    rng = np.random.default_rng(2)
    dates = np.concatenate([draw(rng, 2, 0.2, 1.0)[1] for _ in range(8_000)])
    beside = (np.count_nonzero(dates == 1) + np.count_nonzero(dates == -1)) / 2
    assert 1.7 < np.count_nonzero(dates == 0) / beside < 2.3


def test_due_dates_are_negative_in_the_tightest_classes_and_are_not_clipped():
    for instance in Smtt(train=((100, 1),)).instances(Split.TRAIN):
        tight = "tf=1.0" in instance.family or "tf=0.8 rdd=1.0" in instance.family
        assert tight <= bool((instance.arrays[1] < 0).any())


def test_arrays_are_of_eight_byte_integers():
    for instance in SmttProgram().instances(Split.TRAIN):
        assert all(array.dtype == np.int64 for array in instance.arrays)


def test_every_class_is_there_as_often_as_asked():
    problem = Smtt(train=((20, 2), (30, 1)), test=((20, 3),))
    for split, factors, per_class in ((Split.TRAIN, 5, {20: 2, 30: 1}), (Split.TEST, 4, {20: 3})):
        families = [instance.family for instance in problem.instances(split)]
        assert len(set(families)) == 5 * factors * len(per_class)
        for jobs, count in per_class.items():
            for rdd in RANGES:
                for tf in TARDINESS_FACTORS[split]:
                    assert families.count(f"tf={tf} rdd={rdd} n={jobs}") == count


def test_changing_one_count_leaves_the_other_instances_as_they_are():
    few = {i.name: i.digest() for i in Smtt(train=((20, 1), (50, 1))).instances(Split.TRAIN)}
    many = {i.name: i.digest() for i in Smtt(train=((50, 3), (20, 2), (30, 1))).instances(Split.TRAIN)}
    assert few.items() <= many.items()


def test_programs_get_instances_that_rules_get_too():
    rules = {i.name: i.digest() for i in Smtt(test=((100, 5),)).instances(Split.TEST)}
    programs = {i.name: i.digest() for i in SmttProgram(test=((100, 2),)).instances(Split.TEST)}
    assert programs.items() <= rules.items()


def test_default_splits_are_large_enough_for_claims():
    for split in (Split.VALIDATION, Split.TEST):
        sizes = [instance.arrays[0].size for instance in Smtt().instances(split)]
        assert min(sizes) >= 100
        assert max(sizes) == 500
        assert len(sizes) >= 100


def test_sizes_may_come_as_lists_from_a_configuration():
    problem = Smtt(train=[[20, 1], [30, 2]])
    assert problem == Smtt(train=((20, 1), (30, 2)))
    assert hash(problem) == hash(Smtt(train=((20, 1), (30, 2))))


@pytest.mark.parametrize("sizes", [((2, 1),), ((2000, 1),), ((20, 1000),)])
def test_sizes_within_the_range_are_accepted(sizes):
    assert Smtt(train=sizes).train == sizes


@pytest.mark.parametrize("sizes", [((1, 1),), ((2001, 1),), ((20, 0),), ((20, 1001),), ((20, 1), (20, 2)), ()])
def test_sizes_out_of_range_are_refused(sizes):
    with pytest.raises(ValueError, match=r"^Expected .* in train, got"):
        Smtt(train=sizes)


def test_a_negative_seed_is_refused():
    assert Smtt(seed=0).seed == 0
    with pytest.raises(ValueError, match="Expected seed >= 0, got -1"):
        Smtt(seed=-1)
