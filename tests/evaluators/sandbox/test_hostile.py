import asyncio
import time

import numpy as np
import pytest
from disguised import DISGUISED
from hostile import HOSTILE, Hostile

from evaluators.sandbox import Job, Report, Worker
from problems import Kind, Split


def perform(worker: Worker, case: Hostile) -> Report:
    return asyncio.run(worker.read(case.source) if case.job is Job.READ else worker.run(case.source, Split.TRAIN))


def honest(worker: Worker) -> list[list[int]]:
    report = asyncio.run(worker.run(worker.setup.problem.baselines["WSPT"], Split.TRAIN))
    assert report.failure is None
    return [solution.tolist() for solution in report.solutions]


@pytest.fixture(scope="session")
def truth(workers: dict[Kind, Worker]) -> dict[Kind, list[list[int]]]:
    return {kind: honest(worker) for kind, worker in workers.items()}


@pytest.mark.parametrize("case", [*HOSTILE, *DISGUISED], ids=lambda case: case.name)
def test_a_hostile_candidate_fails_alone(
    case: Hostile, workers: dict[Kind, Worker], truth: dict[Kind, list[list[int]]]
) -> None:
    worker = workers[case.kind]
    started = time.monotonic()
    report = perform(worker, case)
    assert (report.failure.kind if report.failure else None) in case.expected, report.failure
    assert time.monotonic() - started < 6
    for solution in report.solutions:
        assert solution.dtype == np.int64
        assert solution.shape == (10,)
    if report.failure:
        assert 0 < len(report.failure.message.encode()) <= 4096
        assert report.failure.message.replace("\n", "").isprintable()
    assert honest(worker) == truth[case.kind]
