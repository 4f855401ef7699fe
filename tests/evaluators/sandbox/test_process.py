"""Zygotes that are started ahead: taken where they are what would be started now, else ended."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from evaluators.outcome import Isolation
from evaluators.sandbox import Limits, Worker, end_ahead, start_ahead
from evaluators.sandbox.process import take_zygote
from problems import Split
from problems.toy import Toy


@pytest.fixture(autouse=True)
def _none_left() -> Iterator[None]:
    end_ahead()
    yield
    end_ahead()


def test_a_zygote_that_was_started_ahead_serves_a_worker() -> None:
    problem = Toy(train=1, validation=1, test=1)

    async def solved() -> int:
        worker = Worker(problem, {Split.TRAIN: problem.instances(Split.TRAIN)}, Limits(), required=Isolation.NONE)
        start_ahead(1)
        await worker.start()
        try:
            return len((await worker.run(problem.baselines["SPT"], Split.TRAIN)).solutions)
        finally:
            await worker.close()

    assert asyncio.run(solved()) == 1


def test_as_many_as_are_wanted_are_started_once() -> None:
    start_ahead(2)
    start_ahead(2)
    taken = [take_zygote(()) for _ in range(3)]
    try:
        assert len({zygote.process.pid for zygote in taken}) == 3
    finally:
        for zygote in taken:
            zygote.end()


def test_one_that_would_find_other_modules_or_is_gone_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_ahead(1)
    zygote = take_zygote([str(tmp_path)])
    assert str(tmp_path) in zygote.program[-1]
    zygote.end()
    start_ahead(1)
    monkeypatch.setenv("TZ", "Europe/Paris")
    zygote = take_zygote(())
    assert zygote.environment["TZ"] == "Europe/Paris"
    zygote.end()
