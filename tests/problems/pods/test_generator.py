import numpy as np
import pytest

from problems import Split
from problems.pods import Pods
from problems.pods.generator import DEMANDS, MIXES, checked_sizes, draw


@pytest.mark.parametrize("demand", [90, 100, 110])
def test_both_resources_are_asked_for_as_much_as_the_family_says(demand):
    cpu, mem, _, _, cap_cpu, cap_mem = draw(np.random.default_rng(0), 16, 8, demand, MIXES["even"])
    for asked, there in ((cpu, cap_cpu), (mem, cap_mem)):
        assert (there == there[0]).all()
        assert asked.sum() <= demand / 100 * there.sum() < asked.sum() + 2 * there.size


def test_requests_are_uniform_from_100_to_1000_and_classes_follow_the_mix():
    cpu, mem, level, _, _, _ = draw(np.random.default_rng(0), 200, 100, 100, MIXES["top"])
    for asked in (cpu, mem):
        assert (asked.min(), asked.max()) == (100, 1000)
        assert abs(asked.mean() - 550) < 6
    assert np.abs(np.bincount(level) / level.size - MIXES["top"]).max() < 0.01


def test_every_pod_fits_an_empty_node():
    for split in Split:
        for instance in Pods().instances(split):
            cpu, mem, _, _, cap_cpu, cap_mem = instance.arrays
            assert cpu.max() <= cap_cpu.min()
            assert mem.max() <= cap_mem.min()


def test_changing_one_size_leaves_the_other_instances_as_they_are():
    few = {i.name: i.digest() for i in Pods(train=((4, 4, 1), (8, 4, 1))).instances(Split.TRAIN)}
    many = {i.name: i.digest() for i in Pods(train=((8, 4, 3), (4, 4, 2), (2, 4, 1))).instances(Split.TRAIN)}
    assert few.items() <= many.items()


def test_every_class_is_there_as_often_as_asked():
    families = [i.family for i in Pods(test=((4, 4, 3),)).instances(Split.TEST)]
    assert len(families) == 3 * len(DEMANDS[Split.TEST]) * len(MIXES) == 3 * len(set(families))


@pytest.mark.parametrize(
    "sizes", [(), ((0, 4, 1),), ((201, 4, 1),), ((4, 1, 1),), ((4, 4, 0),), ((4, 4, 1), (4, 4, 2))]
)
def test_sizes_out_of_range_or_twice_are_refused(sizes):
    with pytest.raises(ValueError, match="Expected"):
        checked_sizes("train", sizes)
