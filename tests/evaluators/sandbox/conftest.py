import asyncio
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from evaluators.sandbox import Limits, Worker
from problems import Kind, Split
from problems.toy import Toy, ToyAlgorithm, ToyProgram

sys.path.insert(0, str(Path(__file__).parent))  # the tables of hostile candidates are modules beside the tests

SHORT = Limits(cpu_seconds=0.4, wall_seconds=1.5, memory_mib=128)
COMPILING = Limits(cpu_seconds=5.0, wall_seconds=15.0, memory_mib=256)


async def start(pool: Iterable[Worker]) -> None:
    await asyncio.gather(*(worker.start() for worker in pool))


@pytest.fixture(scope="session")
def workers() -> Iterator[dict[Kind, Worker]]:
    pool = {}
    for made, limits in ((Toy, SHORT), (ToyAlgorithm, COMPILING), (ToyProgram, SHORT)):
        problem = made(train=3, validation=1, test=1)
        instances = {split: problem.instances(split) for split in (Split.TRAIN, Split.VALIDATION)}
        pool[problem.kind] = Worker(problem, instances, limits, probe_set=(0, 2))
    asyncio.run(start(pool.values()))
    yield pool
    for worker in pool.values():
        asyncio.run(worker.close())
