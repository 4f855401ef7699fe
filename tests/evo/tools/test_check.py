"""The shipped problems can be asked for the same instance in another order."""

import numpy as np
import pytest

from evo.tools.check import Permutable
from problems import Problem, Split
from problems.smtt import Smtt, SmttProgram
from problems.toy import Toy, ToyProgram

SMALL = {"train": ((20, 1),), "validation": ((21, 1),), "test": ((22, 1),)}


@pytest.mark.parametrize(
    "problem", [Toy(), ToyProgram(), Smtt(**SMALL), SmttProgram(**SMALL)], ids=lambda problem: problem.name
)
def test_another_order_has_the_same_jobs_and_another_digest(problem: Problem) -> None:
    assert isinstance(problem, Permutable)
    instance = problem.instances(Split.TRAIN)[0]
    other = problem.permuted(instance, np.random.default_rng(0))
    assert other.digest() != instance.digest()
    assert sorted(zip(*other.arrays, strict=True)) == sorted(zip(*instance.arrays, strict=True))
    assert (other.name, other.scale) == (instance.name, instance.scale)
