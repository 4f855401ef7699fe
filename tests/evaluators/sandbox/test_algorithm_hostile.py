"""Hostile algorithms through the real sandbox: each fails alone, and an honest one scores as before."""

import asyncio

import pytest

from evaluators import FailureKind
from evaluators.sandbox import Report, Worker
from problems import Kind, Split
from problems.toy import ToyAlgorithm

REJECTED, COMPILE_ERROR, RUNTIME_ERROR, TIMEOUT, MEMORY, VIOLATION, INVALID, OVER_BUDGET, _ = FailureKind
HEAD = "import math\nimport numpy as np\n"


def in_body(code: str) -> str:
    lines = "".join(f"    {line}\n" for line in code.splitlines())
    return f"{HEAD}def solve(p, w, out):\n{lines}"


REFUSED = {
    "open('/etc/passwd')": REJECTED,
    "x = eval('1')": REJECTED,
    "x = p.__class__.__bases__": REJECTED,
    "x = p.ctypes.data": REJECTED,
    "x = p.view(1)": REJECTED,
    "x = np.lib.stride_tricks.as_strided(p, 10)": REJECTED,
    "x = np.empty(1000)": REJECTED,
    "x = np.frombuffer(p)": REJECTED,
    "x = 10**10**9": REJECTED,
    "x = 10**10**10**10": REJECTED,
    "x = (((1 << 60) ** 9) ** 9)": REJECTED,
    "import os": REJECTED,
    "x = " + "(" * 3000 + "1" + ")" * 3000: COMPILE_ERROR,
    "x = " + "-" * 60000 + "1": COMPILE_ERROR,
    "x = '\ud800'": REJECTED,
    "x = 1\0": COMPILE_ERROR,
    "x = " + "9" * 5000: REJECTED,
    "\n".join("for i in range(2):\n" + "    " * 1 + "pass" for _ in range(9000)): REJECTED,
    "solve(p, w, out)": REJECTED,
    "__tick(1, 2)": REJECTED,
}


@pytest.mark.parametrize("code", REFUSED, ids=range(len(REFUSED)))
def test_hostile_text_is_refused_without_running(worker: Worker, code: str) -> None:
    failure = asyncio.run(worker.read(in_body(code))).failure
    assert failure is not None
    assert failure.kind in (REFUSED[code], REJECTED, COMPILE_ERROR, MEMORY), failure.message
    assert failure.message.replace("\n", "").isprintable()


RUN = {
    "while True:\n    pass": OVER_BUDGET,
    "x = 0\nfor i in range(10**18):\n    x += i": OVER_BUDGET,
    "x = np.zeros(10**12)": OVER_BUDGET,
    "out[10**9] = 1": RUNTIME_ERROR,
    "out[-11] = 1": RUNTIME_ERROR,
    "x = np.zeros(3)\nx[p[0] * 1000000] = 1.0": RUNTIME_ERROR,
    "x = p\nx[0] = 7": RUNTIME_ERROR,
    "x = 1 // (p[0] - p[0])": RUNTIME_ERROR,
    "out[:] = p[0:5]": RUNTIME_ERROR,
    "if p[0] > 0:\n    x = 1\nelse:\n    x = p\ny = x": COMPILE_ERROR,
    "x = (1, 2)[0]": REJECTED,
    "t = 1\nfor i in range(20):\n    t = double(t, t)": REJECTED,
}


@pytest.fixture
def worker(workers: dict[Kind, Worker]) -> Worker:
    return workers[Kind.ALGORITHM]


def run(worker: Worker, source: str) -> Report:
    return asyncio.run(worker.run(source, Split.TRAIN))


@pytest.mark.parametrize("code", RUN, ids=range(len(RUN)))
def test_a_hostile_algorithm_fails_alone(worker: Worker, code: str) -> None:
    report = run(worker, in_body(code) + "def double(a, b):\n    return a, b\n")
    assert report.failure is not None
    assert report.failure.kind is RUN[code], report.failure.message
    assert report.failure.message.replace("\n", "").isprintable()


def test_tuples_that_double_do_not_come_to_the_compiler(worker: Worker) -> None:
    body = "t = double(1)\n" + "t = double(t)\n" * 60 + "out[0] = p[0]"
    report = run(worker, in_body(body) + "def double(a):\n    return a, a\n")
    assert report.failure is not None
    assert report.failure.kind is REJECTED
    assert "returns several values" in report.failure.message


@pytest.mark.slow
def test_memory_within_the_operations_is_bounded_too(worker: Worker) -> None:
    problem = ToyAlgorithm(jobs=1000, train=1, validation=1, test=1)
    source = in_body("x = np.zeros(90000000)\nout[:] = np.argsort(x[0:1000], kind='mergesort')")
    large = Worker(problem, {Split.TRAIN: problem.instances(Split.TRAIN)}, worker.setup.limits)
    report = asyncio.run(large.run(source, Split.TRAIN))
    asyncio.run(large.close())
    assert report.failure is not None
    assert report.failure.kind is MEMORY


def test_an_honest_algorithm_comes_back_with_its_operations(worker: Worker) -> None:
    report = run(worker, worker.setup.problem.baselines["SPT"])
    assert report.failure is None
    assert [sorted(solution.tolist()) for solution in report.solutions] == [list(range(10))] * 3
    # Two sorts of 10 jobs, 80; `-w`, p[order] and order[...], 30; a slice, 1; its 10 entries.
    assert report.operations == (121, 121, 121)
