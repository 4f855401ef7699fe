"""The probe set, and fingerprints of what candidates do on it."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluators.fingerprint import MOST_INSTANCES, fingerprint_of, probe_indices
from problems import Instance, Problem, Split
from problems.smtt import Smtt, SmttAlgorithm
from problems.toy import Toy


def instance(family: str, size: int) -> Instance:
    return Instance(f"{family}-{size}", family, (np.arange(size),), scale=1.0)


def work(instances: list[Instance]) -> int:
    return sum(each.arrays[0].size ** 2 for each in instances)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(1, 200)), max_size=80))
def test_a_probe_is_a_few_distinct_instances_in_order(drawn: list[tuple[str, int]]) -> None:
    instances = [instance(family, size) for family, size in drawn]
    probe = probe_indices(instances)
    assert list(probe) == sorted(set(probe))
    assert min(len(instances), 1) <= len(probe) <= MOST_INSTANCES
    chosen = [instances[index] for index in probe]
    assert len(probe) <= 3 or work(chosen) <= 0.1 * work(instances)


@pytest.mark.parametrize("problem", [Smtt(), SmttAlgorithm()], ids=["rules", "algorithms"])
def test_a_probe_has_many_families_and_sizes_of_which_none_twice(problem: Problem) -> None:
    instances = problem.instances(Split.TRAIN)
    chosen = [instances[index] for index in probe_indices(instances)]
    assert len({each.family for each in chosen}) == len(chosen) == MOST_INSTANCES
    assert len({each.arrays[0].size for each in chosen}) >= 3


def test_where_there_are_few_families_each_is_represented_more_than_once() -> None:
    instances = [instance(family, size) for family in "ab" for size in range(10, 40)]
    families = Counter(instances[index].family for index in probe_indices(instances))
    assert families["a"] > 1
    assert families["b"] > 1


def test_a_small_set_is_probed_on_three_instances_and_no_instances_on_none() -> None:
    assert probe_indices(Toy().instances(Split.TRAIN)) == (0, 1, 2)
    assert probe_indices(Toy(train=2).instances(Split.TRAIN)) == (0, 1)
    assert probe_indices([]) == ()


def test_a_fingerprint_is_of_the_solutions_and_their_order() -> None:
    one, other = np.array([0, 1, 2]), np.array([2, 1, 0])
    assert fingerprint_of([one, other]) == fingerprint_of([one.copy(), other.copy()])
    assert fingerprint_of([one, other]) != fingerprint_of([other, one])
