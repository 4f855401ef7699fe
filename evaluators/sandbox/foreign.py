"""Foreign programs as our own warm process sees them: a clean interpreter beside it runs each in a new process.

Our process knows the problem and its instances, and runs `construct`; what the program is called with travels alone.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import scipy

import evaluators.cell
from evaluators.cell.main import LONGEST, Begin, Step, Terms, pack, unpack_step
from evaluators.cell.page import Fault, Layout, Promise, Said, Task, pack_task, said, sealed, write_at
from evaluators.cell.proof import Probe, unpack_probe
from evaluators.cell.solutions import as_solution
from evaluators.cell.watch import Allowed, Ending, Killer
from evaluators.outcome import FailureKind
from evaluators.sandbox.contract import Limits, Setup, kill_reason
from evaluators.sandbox.process import environment, last_error
from evaluators.source import PROGRAM_MODULES
from evaluators.work import RunError
from problems import Instance, Solution, Timed

CODE = "import sys; sys.path.extend({path!r}); from cell.main import main; main()"
LAZY = (
    "unicodedata", "encodings.ascii", "encodings.latin_1", "encodings.utf_16", "encodings.idna", "traceback",
    "linecache", "warnings", "numpy.ma", "numpy.fft", "numpy.polynomial", "numpy.char", "numpy.rec", "numpy.linalg",
    "numpy.random", "multiprocessing", "multiprocessing.pool",
)  # fmt: skip
"""Modules that Python's parser, the standard library, numpy and scipy import on first use: too late in a child."""

SPARE = 65_535  # bytes that an answer and a task have at least
ROOM = 4
"""How many times the largest instance a task may be, before a program is begun anew: untouched memory costs nothing."""
KINDS = {
    Fault.COMPILE_ERROR: FailureKind.COMPILE_ERROR,
    Fault.RUNTIME_ERROR: FailureKind.RUNTIME_ERROR,
    Fault.MEMORY: FailureKind.MEMORY,
    Fault.VIOLATION: FailureKind.VIOLATION,
    Fault.INVALID_RESULT: FailureKind.INVALID_RESULT,
}


class CellGone(Exception):  # noqa: N818 - a state, not an error
    """The clean interpreter has ended."""


class Cell:
    """The clean interpreter: its modules are the standard library, numpy, scipy and the package `cell`."""

    def __init__(self, setup: Setup) -> None:
        terms = Terms(
            PROGRAM_MODULES,
            LAZY,
            setup.limits.memory_mib,
            setup.limits.output_bytes,
            2 * setup.most_limits().cpu_seconds,  # the first instance is asked twice
        )
        path = dict.fromkeys(str(Path(module.__path__[0]).parent) for module in (np, scipy, evaluators.cell))
        self.line, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.errors = os.memfd_create("stderr", os.MFD_CLOEXEC)
        with other:
            self.process = subprocess.Popen(
                # -S: no file of site-packages is executed; -s, -P: no other folder is searched
                [sys.executable, "-S", "-s", "-P", "-c", CODE.format(path=list(path)), *told(terms, other)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self.errors,
                env=environment(),
                pass_fds=(other.fileno(),),
            )

    def prepare(self) -> Probe:
        """Wait until it is warm and locked in, and return what it proved.

        Raises:
            CellGone: it ended instead.
        """
        return unpack_probe(self._received())

    def step(self, message: Begin | Allowed | None, *descriptors: int) -> Step:
        """Have a program begin, answer (its task is in its page), or end (None); return how far it came.

        Raises:
            CellGone: the interpreter ended.
        """
        socket.send_fds(self.line, [pack(message)], descriptors)
        return unpack_step(self._received())

    def _received(self) -> bytes:
        answer = b""
        with contextlib.suppress(ConnectionResetError):
            answer = self.line.recv(LONGEST)
        if not answer:
            raise CellGone(f"the interpreter for programs has ended: {last_error(self.process, self.errors)}")
        return answer


def told(terms: Terms, line: socket.socket) -> tuple[str, str]:
    """Return the arguments of the interpreter."""
    fields = {name: getattr(terms, name) for name in Terms.__slots__}
    return json.dumps(fields), str(line.fileno())


class Program:
    """A program in one job: a process of its own, which is given one instance after the other.

    `start` and `solve` are the CPU seconds of its top level and of its answers, measured from outside.
    """

    def __init__(self, setup: Setup, cell: Cell, source: bytes, seed: int) -> None:
        self.setup, self.source, self.seed = setup, source, seed
        self.start = self.solve = 0.0
        self.peak_kib = 0
        self._before = 0.0  # CPU seconds of the answers that the budget of the present one does not pay for
        self._cell = cell
        self._layout = Layout(0, len(source), 0)
        self._page: int | None = None

    def solution(self, instance: Instance) -> Solution:
        """Return the program's solution of an instance.

        Raises:
            RunError: it has none, or broke a limit.
            CellGone: the interpreter has ended.
        """
        shape = self.setup.problem.solution_shape(instance)
        promise = Promise(shape.shape, shape.integral)
        if self._timed:
            self._before = self.solve

        def called(*arguments: object) -> Any:  # a rule returns a float, a program a whole solution
            return self._answer(Task(seed_of(instance, self.seed), promise, arguments), self._allowed(instance))

        return as_solution(self.setup.problem.construct((called,), instance), promise)

    def answers_again(self, instance: Instance, solution: Solution) -> bool:
        """Say whether it answers an instance as it did before, where it may take as long as for all of the job."""
        self._before = self.solve
        try:
            return np.array_equal(self.solution(instance), solution)
        except RunError:
            return False

    def end(self) -> None:
        """End its process."""
        if self._page is not None:
            self._ended(self._cell.step(None))

    def _answer(self, task: Task, allowed: Allowed) -> Solution:
        packed = pack_task(task)
        self._make_room(task.promise.nbytes, len(packed))
        assert self._page is not None, "there is room"
        write_at(self._page, self._layout.task_at, packed)
        step = self._cell.step(allowed)
        self.solve += step.cpu_seconds
        words = said(self._page, task.promise)
        if step.ending is not None:
            self._ended(step)
            if self._timed and step.ending.killer is Killer.CPU:
                seconds = allowed.cpu_seconds + self.solve - step.cpu_seconds - self._before
                message = f"took more than the {seconds:g} s of CPU time that each instance allows"
                raise RunError(FailureKind.TIMEOUT, message)
            raise RunError(
                *why_ended(step.ending, words, replace(self.setup.limits, wall_seconds=allowed.wall_seconds))
            )
        if words.answer is None or not np.isfinite(words.answer).all():
            raise RunError(FailureKind.INVALID_RESULT, "the result must hold finite numbers, got NaN or infinity")
        return words.answer

    def _make_room(self, answer: int, task: int) -> None:
        """Have a process with a page where answer and task fit: a new one where they do not."""
        if self._page is not None and answer <= self._layout.answer and task <= self._layout.task:
            return
        self.end()
        largest = max((instance_bytes(one) for one in self.setup.every_instance()), default=0)
        shapes = map(self.setup.problem.solution_shape, self.setup.every_instance())
        answer = max(answer, max((shape.nbytes for shape in shapes), default=0))
        self._layout = Layout(rounded_up(answer), len(self.source), rounded_up(ROOM * max(task, largest)))
        self._begin()

    def _begin(self) -> None:
        """Have it run its top level; raises RunError where that fails."""
        limits = self.setup.limits
        left = Allowed(limits.cpu_seconds - (0.0 if self._timed else self.solve - self._before), limits.wall_seconds)
        self._page = sealed("program", self._layout.size, (self._layout.source_at, self.source))
        step = self._cell.step(Begin(self.setup.problem.signatures[0].name, self.seed, left, self._layout), self._page)
        self.start += step.cpu_seconds
        if step.ending is not None:
            words = said(self._page, Promise((), True))
            self._ended(step)
            raise RunError(*why_ended(step.ending, words, limits))

    def _ended(self, step: Step) -> None:
        assert step.ending is not None, "it has ended"
        assert self._page is not None, "it had begun"
        self.peak_kib = max(self.peak_kib, step.ending.peak_kib)
        os.close(self._page)
        self._page = None

    @property
    def _timed(self) -> bool:
        return isinstance(self.setup.problem, Timed)

    def _allowed(self, instance: Instance) -> Allowed:
        """Return what an answer may take: its time budget, or what is left of the job's CPU seconds."""
        problem, limits = self.setup.problem, self.setup.limits
        if isinstance(problem, Timed):
            seconds = problem.seconds(instance)
            wall = limits.wall_seconds * max(1.0, seconds / limits.cpu_seconds)
            return Allowed(seconds - (self.solve - self._before), wall)
        return Allowed(limits.cpu_seconds - self.start - (self.solve - self._before), limits.wall_seconds)


def seed_of(instance: Instance, seed: int) -> int:
    """Return the random seed of an instance: one for all would hide how much a program's answers vary."""
    return zlib.crc32(f"{seed} {instance.digest()}".encode())


def rounded_up(size: int) -> int:
    """Return the next power of two: the layout of a page tells a program little of other instances."""
    return 1 << max(SPARE, size - 1).bit_length()


def instance_bytes(instance: Instance) -> int:
    """Return the bytes of an instance's arrays."""
    return sum(array.nbytes for array in instance.arrays)


def why_ended(ending: Ending, words: Said, limits: Limits) -> tuple[FailureKind, str]:
    """Return why a program's process ended: what the kernel says of it comes before what it wrote."""
    if ending.killer is not Killer.NOBODY or ending.code < 0:
        return kill_reason(ending, limits)
    if words.fault is not None:
        return KINDS[words.fault], words.message
    return FailureKind.RUNTIME_ERROR, "the process ended without a result"
