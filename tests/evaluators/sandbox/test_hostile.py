import asyncio
import time
from collections.abc import Sequence

import numpy as np
import pytest
from _pytest.mark.structures import ParameterSet
from disguised import DISGUISED
from hostile import HOSTILE, Hostile

from evaluators.sandbox import Job, Report, Worker
from problems import Kind, Split


def perform(worker: Worker, case: Hostile) -> Report:
    return asyncio.run(worker.read(case.source) if case.job is Job.READ else worker.run(case.source, Split.TRAIN))


def sparse(cases: Sequence[Hostile]) -> list[Hostile | ParameterSet]:
    """Return every eighth case as it is and the others marked slow: screening takes the path of running."""
    return [pytest.param(case, marks=pytest.mark.slow) if index % 8 else case for index, case in enumerate(cases)]


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
    check(perform(worker, case), case)
    assert time.monotonic() - started < 6
    assert honest(worker) == truth[case.kind]


@pytest.mark.parametrize("case", sparse([c for c in (*HOSTILE, *DISGUISED) if c.job is Job.RUN]), ids=lambda c: c.name)
def test_a_hostile_candidate_fails_on_the_probe_set_as_on_all(
    case: Hostile, workers: dict[Kind, Worker], truth: dict[Kind, list[list[int]]]
) -> None:
    worker = workers[case.kind]
    report = asyncio.run(worker.screen(case.source))
    check(report, case)
    assert report.failure or len(report.solutions) == 2
    assert honest(worker) == truth[case.kind]


def check(report: Report, case: Hostile) -> None:
    assert (report.failure.kind if report.failure else None) in case.expected, report.failure
    for solution in report.solutions:
        assert solution.dtype == np.int64
        assert solution.shape == (10,)
    if report.failure:
        assert 0 < len(report.failure.message.encode()) <= 4096
        assert report.failure.message.replace("\n", "").isprintable()
