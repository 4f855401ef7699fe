import asyncio
import importlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from evaluators import FailureKind, Isolation
from evaluators.sandbox import Limits, SandboxError, Worker
from problems import Kind, Split
from problems.toy import Toy, ToyProgram

WSPT = Toy().baselines["WSPT"]
SPIN = "def solve(p, w):\n    while True:\n        pass\n"
LIMITS = Limits(cpu_seconds=5, wall_seconds=10, memory_mib=128)


def run(worker: Worker, source: str, split: Split = Split.TRAIN) -> tuple[FailureKind | None, str]:
    failure = asyncio.run(worker.run(source, split)).failure
    return (failure.kind, failure.message) if failure else (None, "")


def descendants(pid: int) -> set[int]:
    """The processes below one, by /proc."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended while we looked
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def alive(pid: int) -> bool:
    """Whether a process is there and has not ended, reaped or not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_until(condition: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        os.sched_yield()


def test_reading_tells_facts_and_runs_nothing(workers: dict[Kind, Worker]) -> None:
    report = asyncio.run(workers[Kind.RULE].read(WSPT))
    assert report.failure is None
    assert report.facts is not None
    assert report.facts.size > 0
    assert report.solutions == ()
    looping = "while True: pass\ndef solve(p, w):\n    return p\n"
    assert asyncio.run(workers[Kind.PROGRAM].read(looping)).failure is None


@pytest.mark.parametrize("kind", Kind)
def test_the_solutions_of_a_baseline_are_feasible_and_the_same_each_time(
    kind: Kind, workers: dict[Kind, Worker]
) -> None:
    problem = workers[kind].setup.problem
    for split in (Split.TRAIN, Split.VALIDATION):
        first, again = (asyncio.run(workers[kind].run(problem.baselines["WSPT"], split)) for _ in range(2))
        assert first.failure is None
        for instance, solution, repeated in zip(
            problem.instances(split), first.solutions, again.solutions, strict=True
        ):
            assert problem.objective(instance, solution) == problem.reference(instance).value
            assert solution.tolist() == repeated.tolist()
    assert first.seconds.cpu > 0
    assert first.seconds.compile > 0


def test_a_program_gets_the_same_random_numbers_for_the_same_seed(workers: dict[Kind, Worker]) -> None:
    shuffled = (
        "import random\nimport numpy as np\ndef solve(p, w):\n"
        "    a = list(np.random.permutation(len(p)))\n    random.shuffle(a)\n    return a\n"
    )
    runs = [asyncio.run(workers[Kind.PROGRAM].run(shuffled, Split.TRAIN, seed)) for seed in (1, 1, 2)]
    first, again, other = ([solution.tolist() for solution in report.solutions] for report in runs)
    assert first == again != other


def test_honest_programs_may_use_their_libraries(workers: dict[Kind, Worker]) -> None:
    honest = """
import heapq, itertools, math, statistics
from collections import namedtuple
from dataclasses import dataclass
from typing import NamedTuple
import numpy as np
from scipy.optimize import linear_sum_assignment, linprog, milp, minimize

@dataclass(order=True)
class Job:
    ratio: float
    index: int

Pair = namedtuple("Pair", "a b")

def solve(p, w):
    np.array([1.0]) / np.zeros(1)
    print("starting", Pair(1, 2), np.linalg.norm(p), file=None)
    n = len(p)
    rows, columns = linear_sum_assignment(np.outer(p, np.arange(n)))
    linprog(np.ones(2), A_ub=[[-1, -1]], b_ub=[-1])
    milp(np.ones(2), integrality=np.ones(2))
    minimize(lambda x: (x[0] - 1) ** 2, [0.0])
    np.random.default_rng(1).permutation(n)
    np.linalg.solve(np.eye(3), np.ones(3)); np.sort(p); np.unique(p); np.median(p)
    try:
        exec("1 +")
    except SyntaxError:
        pass
    heap = [Job(float(p[j]) / float(w[j]), j) for j in range(n)]
    heapq.heapify(heap)
    return [heapq.heappop(heap).index for _ in range(n)]
"""
    assert run(workers[Kind.PROGRAM], honest) == (None, "")


@pytest.mark.parametrize(
    ("source", "kind", "part"),
    [
        ("def solve(p, w):\n    return 1 / 0\n", FailureKind.RUNTIME_ERROR, "line 2: ZeroDivisionError: division"),
        ("def solve(p, w):\n\n    import os\n", FailureKind.RUNTIME_ERROR, "line 3: ImportError: cannot import os"),
        ("def solve(p, w):\n\n    open('x')\n", FailureKind.VIOLATION, "line 3: open is forbidden"),
        ("def solve(p, w):\n    return p[:3]\n", FailureKind.INVALID_RESULT, "must have shape (10,), got (3,)"),
        ("def solve(p, w):\n    return p[:3]\n", FailureKind.INVALID_RESULT, "the program must return the sequence"),
        ("def solve(p, w)\n", FailureKind.COMPILE_ERROR, "line 1: expected ':'"),
        ("def solv(p, w): pass\n", FailureKind.COMPILE_ERROR, "defines no function solve"),
        (SPIN, FailureKind.TIMEOUT, "took more than 0.4 s of CPU time"),
    ],
)  # fmt: skip
def test_a_failure_says_where_and_what(source: str, kind: FailureKind, part: str, workers: dict[Kind, Worker]) -> None:
    found, message = run(workers[Kind.PROGRAM], source)
    assert found is kind
    assert part in message


@pytest.mark.parametrize(
    "noise",
    [
        "print('x' * 100_000)",
        "print('\\ud800\\x1b[2J', end='')",
        "np.log(-1.0 * p)",
        "np.seterr(all='print'); np.log(-1.0 * p)",
        "random._os.sys.stderr.write('careful')",
        "random._os.sys.modules['warnings'].warn('careful')",
        "milp(np.ones(2), integrality=np.ones(2), options={'disp': True})",
        "minimize(lambda x: x @ x, np.ones(2), options={'disp': True})",
        "Loud()",
    ],
)
def test_what_a_program_or_a_library_prints_is_nobodys_fault(noise: str, workers: dict[Kind, Worker]) -> None:
    head = "import random\nimport numpy as np\nfrom scipy.optimize import milp, minimize\nprint('begun')\n"
    loud = "class Loud:\n    def __del__(self): 1 / 0\n"
    source = f"{head}{loud}def solve(p, w):\n    {noise}\n    return np.argsort(p / w)\n"
    assert run(workers[Kind.PROGRAM], source) == (None, "")


def test_a_failure_names_its_instance(workers: dict[Kind, Worker]) -> None:
    second = "seen = []\ndef solve(p, w):\n    seen.append(1)\n    if len(seen) == 2:\n        raise ValueError\n"
    second += "    return list(range(len(p)))\n"
    for source in (second, second.replace("raise ValueError", "while True: pass")):
        failure = asyncio.run(workers[Kind.PROGRAM].run(source, Split.TRAIN)).failure
        assert failure is not None
        assert failure.instance == "toy-1-train-1"


def test_a_rule_fails_with_its_own_message(workers: dict[Kind, Worker]) -> None:
    failed = run(workers[Kind.RULE], "def priority(p, w):\n    return p / (w - w)\n")
    assert failed[0] is FailureKind.RUNTIME_ERROR
    assert failed[1].startswith("line 2: division by zero")


def test_names_may_hold_letters_beyond_ascii(workers: dict[Kind, Worker]) -> None:
    rule = "def priority(p, w):\n    α, ｗide = 0.5, w\n    return p - α * wide\n"
    assert asyncio.run(workers[Kind.RULE].read(rule)).failure is None
    assert run(workers[Kind.RULE], rule) == (None, "")
    assert (
        run(workers[Kind.PROGRAM], "def solve(p, w):\n    α = '\\N{BELL}'\n    return list(range(len(p)))\n")[0] is None
    )


def test_a_source_that_is_too_long_is_rejected_without_a_process() -> None:
    worker = Worker(Toy(train=1), {}, Limits(source_bytes=100))
    failure = asyncio.run(worker.read("#" * 101)).failure
    assert failure is not None
    assert (failure.kind, failure.message) == (
        FailureKind.REJECTED, "line 1: the source has 101 bytes, at most 100 are accepted",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "bad", "good"),
    [("cpu_seconds", 0.0, 0.01), ("wall_seconds", float("nan"), 1.0), ("memory_mib", 15, 16), ("source_bytes", 0, 1)],
)
def test_limits_have_ranges(name: str, bad: float, good: float) -> None:
    Limits(**{name: good})
    with pytest.raises(ValueError, match=name):
        Limits(**{name: bad})


def test_a_lost_process_fails_its_job_and_is_replaced(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        problem = ToyProgram(train=2)
        worker = Worker(problem, {Split.TRAIN: problem.instances(Split.TRAIN)}, LIMITS)
        before = descendants(os.getpid())
        assert await worker.start() in (Isolation.A, Isolation.B)
        started = descendants(os.getpid()) - before
        job = asyncio.create_task(worker.run(SPIN, Split.TRAIN))
        await asyncio.sleep(0.2)
        os.kill(min(started), signal.SIGKILL)
        failure = (await job).failure
        assert failure is not None
        assert failure.kind is FailureKind.RUNTIME_ERROR
        assert "is replaced" in caplog.text
        assert (await worker.run(problem.baselines["SPT"], Split.TRAIN)).failure is None
        job = asyncio.create_task(worker.run(SPIN, Split.TRAIN))
        await asyncio.sleep(0.1)
        job.cancel()
        with pytest.raises(asyncio.CancelledError):
            await job
        assert (await worker.run(problem.baselines["SPT"], Split.TRAIN)).failure is None
        await worker.close()
        wait_until(lambda: descendants(os.getpid()) <= before)

    asyncio.run(scenario())


def test_a_lost_interpreter_of_programs_fails_its_job_and_is_replaced(caplog: pytest.LogCaptureFixture) -> None:
    def interpreter() -> int:
        found = descendants(os.getpid()) - before
        return next(pid for pid in sorted(found) if b"cell.main" in Path(f"/proc/{pid}/cmdline").read_bytes())

    async def scenario() -> None:
        problem = ToyProgram(train=2)
        worker = Worker(problem, {Split.TRAIN: problem.instances(Split.TRAIN)}, LIMITS)
        await worker.start()
        for source, while_it_runs in ((SPIN, True), (problem.baselines["SPT"], False)):
            killed = interpreter()
            job = asyncio.create_task(worker.run(source, Split.TRAIN)) if while_it_runs else None
            await asyncio.sleep(0.2 if while_it_runs else 0)
            os.kill(killed, signal.SIGKILL)
            wait_until(lambda pid=killed: not alive(pid))
            failure = (await (job or worker.run(source, Split.TRAIN))).failure
            assert failure is not None
            assert failure.message == "the sandbox process ended in the middle of the job"
            assert "the interpreter for programs has ended" in caplog.text
            assert (await worker.run(problem.baselines["SPT"], Split.TRAIN)).failure is None
        await worker.close()

    before = descendants(os.getpid())
    asyncio.run(scenario())


ORPHAN = """
import asyncio
from evaluators.sandbox import Limits, Worker
from problems import Split
from problems.toy import ToyProgram
async def main():
    problem = ToyProgram(train=1)
    worker = Worker(problem, {Split.TRAIN: problem.instances(Split.TRAIN)}, Limits(cpu_seconds=60, wall_seconds=60))
    await worker.start()
    print("ready", flush=True)
    await worker.run("def solve(p, w):\\n    while True: pass\\n", Split.TRAIN)
asyncio.run(main())
"""


def test_nothing_survives_when_the_parent_is_killed() -> None:
    paths = os.pathsep.join([str(Path.cwd()), *sys.path])
    with subprocess.Popen(
        [sys.executable, "-c", ORPHAN], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": paths}
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ready\n"
        below: set[int] = set()
        wait_until(lambda: len(below | descendants(parent.pid)) >= 2)
        below = descendants(parent.pid)
        parent.kill()
    wait_until(lambda: not any(alive(pid) for pid in below))


def test_a_problem_of_the_users_own_needs_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own_problem.py").write_text("from problems.toy import Toy\nclass Own(Toy):\n    pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    problem = importlib.import_module("own_problem").Own(train=1)
    monkeypatch.undo()  # the worker is told the folder, or it is not
    instances = {Split.TRAIN: problem.instances(Split.TRAIN)}

    async def scenario() -> None:
        worker = Worker(problem, instances, LIMITS, [str(tmp_path)])
        assert (await worker.run(WSPT, Split.TRAIN)).failure is None
        await worker.close()
        with pytest.raises(SandboxError) as said:
            await Worker(problem, instances, LIMITS).start()
        assert str(said.value).endswith("No module named 'own_problem'")

    asyncio.run(scenario())
