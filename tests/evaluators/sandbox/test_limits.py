"""The limits of a job follow the time budgets of the instances, where the problem has some."""

import asyncio
from collections.abc import Iterator

import pytest

from evaluators import FailureKind
from evaluators.sandbox import Limits, Worker
from evaluators.sandbox.contract import Job, Setup
from problems import Split
from problems.geometry import Circles
from problems.toy import ToyProgram

LIMITS = Limits(cpu_seconds=0.5, wall_seconds=20)
PROBLEM = Circles(train=(20, 21, 22), instance_seconds=1.0)
INSTANCES = {Split.TRAIN: tuple(PROBLEM.instances(Split.TRAIN))}
BUSY = """
import time
def construct(n, seed, seconds):
    until = time.process_time() + 0.6
    while time.process_time() < until:
        pass
    return [[0.5, k / n] for k in range(n)]
"""
HANGING = "def construct(n, seed, seconds):\n    while True:\n        pass\n"


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    made = Worker(PROBLEM, INSTANCES, LIMITS)
    asyncio.run(made.start())
    yield made
    asyncio.run(made.close())


def test_each_instance_brings_its_own_seconds() -> None:
    setup = Setup(PROBLEM, INSTANCES, LIMITS, (2,))
    whole = setup.limits_of(Job.RUN, Split.TRAIN)
    assert (whole.cpu_seconds, whole.wall_seconds) == (3.5, 140)
    assert setup.most_limits() == whole
    assert setup.limits_of(Job.SCREEN, Split.TRAIN).cpu_seconds == 1.5
    assert setup.limits_of(Job.READ, Split.TRAIN) == LIMITS


def test_limits_stay_as_they_are_without_time_budgets() -> None:
    problem = ToyProgram(train=2)
    setup = Setup(problem, {Split.TRAIN: tuple(problem.instances(Split.TRAIN))}, LIMITS)
    assert setup.limits_of(Job.RUN, Split.TRAIN) == setup.most_limits() == LIMITS


def test_a_job_may_take_what_its_instances_may_take_together(worker: Worker) -> None:
    report = asyncio.run(worker.run(BUSY, Split.TRAIN))
    assert report.failure is None
    assert report.seconds.cpu > 3 * LIMITS.cpu_seconds


def test_what_hangs_in_the_first_instance_is_ended_long_before_all_might_be_done(worker: Worker) -> None:
    report = asyncio.run(worker.run(HANGING, Split.TRAIN))
    assert report.failure is not None
    assert report.failure.kind is FailureKind.TIMEOUT
    assert report.failure.instance == INSTANCES[Split.TRAIN][0].name
    assert report.seconds.cpu < 2.5
