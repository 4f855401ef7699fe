import numpy as np
import pytest

from problems import Split
from problems.vmr import Vmr
from problems.vmr.cluster import cluster
from problems.vmr.generator import CORES, VM_SIZES


@pytest.fixture(scope="module")
def problem():
    return Vmr()


@pytest.mark.parametrize("split", [Split.TRAIN, Split.VALIDATION])
def test_clusters_are_feasible_and_as_full_as_stated(problem, split):
    for instance in problem.instances(split):
        given = cluster(instance)
        assert given.free().min() >= 0
        assert set(given.capacity.tolist()) == {CORES}
        assert set(given.size.tolist()) <= set(VM_SIZES.tolist())
        low, high = problem.utilisation
        assert low - 0.01 <= given.size.sum() / given.capacity.sum() <= high + 0.01
        assert 0 < instance.scale <= 1


def test_utilisation_covers_its_range():
    many = Vmr(train=((5, 40),), limits=(1.0,)).instances(Split.TRAIN)
    used = [float(each.arrays[0].sum() / each.arrays[2].sum()) for each in many]
    assert min(used) < 0.82
    assert max(used) > 0.88


def test_a_utilisation_that_leaves_little_room_is_met_too():
    for instance in Vmr(train=((5, 4),), limits=(1.0,), utilisation=(0.96, 0.97)).instances(Split.TRAIN):
        assert 0.955 < instance.arrays[0].sum() / instance.arrays[2].sum() < 0.975


def test_a_cluster_comes_with_every_limit(problem):
    few, more, most = problem.instances(Split.TRAIN)[24:27]
    assert [int(each.arrays[3][0]) for each in (few, more, most)] == [2, 5, 10]
    for k in range(3):
        assert (few.arrays[k] == more.arrays[k]).all()
    assert len({each.family for each in (few, more, most)}) == 3


def test_other_sizes_and_limits_leave_the_instances_as_they_are(problem):
    digests = [each.digest() for each in problem.instances(Split.TRAIN)]
    other = Vmr(train=((10, 5), (7, 1)), limits=(0.5, 2.0)).instances(Split.TRAIN)
    shared = {each.digest() for each in other if "pms10-" in each.name and each.name.endswith("moves5")}
    assert len(shared) == 5
    assert shared < set(digests)


def test_it_draws_an_order_of_vms_that_says_nothing(problem):
    start = problem.instances(Split.TRAIN)[-1].arrays[1]
    assert (np.diff(start) < 0).any()


@pytest.mark.parametrize(
    "wrong",
    [
        {"seed": -1},
        {"nodes": 0},
        {"train": ()},
        {"test": ((1, 1),)},
        {"test": ((5, 1), (5, 2))},
        {"limits": (0.0,)},
        {"utilisation": (0.9, 0.8)},
    ],
)
def test_settings_out_of_range_are_refused(wrong):
    with pytest.raises(ValueError, match="Expected"):
        Vmr(**wrong)
