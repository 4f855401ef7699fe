"""Foreign programs as our own warm process sees them: a clean interpreter beside it runs each in a new process.

Our process knows the problem and its instances, and runs `construct`; what the program is called with travels alone.
"""

import contextlib
import json
import mmap
import os
import socket
import struct
import subprocess
import sys
import time
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import scipy

import evaluators.cell
from evaluators.cell.main import END, LONGEST, Begin, Terms, pack_begin
from evaluators.cell.page import (
    HEADER,
    FunctionCall,
    PageLayout,
    PageState,
    ProgramFault,
    Promise,
    Said,
    SharedState,
    pack_call,
    said,
    sealed,
    write_at,
)
from evaluators.cell.proof import Probe, unpack_probe
from evaluators.cell.solutions import InvalidResult, as_solution
from evaluators.cell.watch import Allowed, Clocks, Ending, Killer, Process, unpack_ending
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

CREDENTIALS = struct.Struct("<iII")  # struct ucred: process, user, group
SHORTLY = 1e-3  # seconds
SPARE = 65_535  # bytes that an answer and a call have at least
ROOM = 4
"""How many times the largest instance a call may be, before a program is begun anew: untouched memory costs nothing."""
WAITING = (PageState.READY, PageState.DONE)
KINDS = {
    ProgramFault.COMPILE_ERROR: FailureKind.COMPILE_ERROR,
    ProgramFault.RUNTIME_ERROR: FailureKind.RUNTIME_ERROR,
    ProgramFault.MEMORY: FailureKind.MEMORY,
    ProgramFault.VIOLATION: FailureKind.VIOLATION,
    ProgramFault.INVALID_RESULT: FailureKind.INVALID_RESULT,
}


class InterpreterGone(Exception):  # noqa: N818 - a state, not an error
    """The clean interpreter has ended."""


class CleanInterpreter:
    """The interpreter of programs: its modules are the standard library, numpy, scipy and the package `cell`."""

    def __init__(self, setup: Setup) -> None:
        self.terms = Terms(
            PROGRAM_MODULES,
            LAZY,
            setup.limits.memory_mib,
            2 * setup.most_limits().cpu_seconds,  # the first instance is asked twice
        )
        self.line, self._other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.line.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self.errors = os.memfd_create("stderr", os.MFD_CLOEXEC)

    def start(self) -> None:
        """Start it; its programs have ids in the namespace of processes that this process is in by now."""
        path = dict.fromkeys(str(Path(module.__path__[0]).parent) for module in (np, scipy, evaluators.cell))
        with self._other:
            self.process = subprocess.Popen(
                # -S: no file of site-packages is executed; -s, -P: no other folder is searched
                [sys.executable, "-S", "-s", "-P", "-c", CODE.format(path=list(path)), *self._arguments()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self.errors,
                env=environment(),
                pass_fds=(self._other.fileno(),),
            )

    def _arguments(self) -> tuple[str, str]:
        fields = {name: getattr(self.terms, name) for name in Terms.__slots__}
        return json.dumps(fields), str(self._other.fileno())

    def prepare(self) -> Probe:
        """Wait until it is warm and locked in, and return what it proved.

        Raises:
            InterpreterGone: it ended instead.
        """
        return unpack_probe(self._exchange()[0])

    def begin(self, begin: Begin, page: int) -> int:
        """Have a program begin, and return the id of its process.

        Raises:
            InterpreterGone: it ended instead.
        """
        _, sender = self._exchange(pack_begin(begin), page)
        pid: int = CREDENTIALS.unpack(sender)[0]
        return pid

    def end(self) -> Ending:
        """Kill the program's process where it still lives, and return how it ended.

        Raises:
            InterpreterGone: the interpreter ended.
        """
        return unpack_ending(self._exchange(END)[0])

    def _exchange(self, message: bytes = b"", *descriptors: int) -> tuple[bytes, bytes]:
        """Send a message, if any; return the answer, and whose it is by the kernel's account."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            if message:
                socket.send_fds(self.line, [message], descriptors)
            answer, ancillary, _, _ = self.line.recvmsg(LONGEST, socket.CMSG_SPACE(CREDENTIALS.size))
            if answer:
                return answer, ancillary[0][2]
        raise InterpreterGone(f"the interpreter for programs has ended: {last_error(self.process, self.errors)}")


class ProgramProcess:
    """A program's process from outside: it waits between its answers, and its clock is read before and after each."""

    def __init__(self, interpreter: CleanInterpreter, begin: Begin, source: bytes) -> None:
        layout = begin.layout
        self.page = sealed("program", layout.size, (layout.source_at, source))
        self._interpreter = interpreter
        self._process = Process(interpreter.begin(begin, self.page))
        self._header = mmap.mmap(self.page, HEADER.size)
        self._state = SharedState(self._header)
        self._clocks = Clocks(0.0)
        self._used = 0.0

    def begin(self, allowed: Allowed) -> tuple[float, Killer | None]:
        """Wait until the top level has run."""
        return self._wait(PageState.STARTED, allowed)

    def answer(self, allowed: Allowed) -> tuple[float, Killer | None]:
        """Tell that a call is there, and wait for the answer.

        Return the CPU seconds that it took, and who ended the process, None where it waits for the next call.
        """
        self._state.set(PageState.GO)
        self._clocks.go_on()
        return self._wait(PageState.GO, allowed)

    def end(self) -> Ending:
        """End it where it still lives; its page is closed."""
        ending = self._interpreter.end()
        self._process.close()
        self._state.close()
        self._header.close()
        os.close(self.page)
        return ending

    def _wait(self, state: PageState, allowed: Allowed) -> tuple[float, Killer | None]:
        """Wait until it is in another state, or has ended or must.

        The time begins where the one before ended: there is none between two calls that nobody counts.
        """
        began = self._used

        def ready(seconds: float) -> bool:
            self._state.wait_while(state, seconds)
            if self._state.value not in (state, *WAITING):  # it is ending, or writes what it likes
                time.sleep(min(seconds, SHORTLY))
            return self._state.value in WAITING

        until = Allowed(began + allowed.cpu_seconds, allowed.wall_seconds)
        killer = self._process.wait_for(ready, until, self._clocks)
        self._used = self._process.cpu_seconds()
        self._clocks.pause()
        took = self._used - began
        return took, Killer.CPU if killer is None and took > allowed.cpu_seconds else killer


class Program:
    """A program in one job: a process of its own, which is given one instance after the other.

    `start` and `solve` are the CPU seconds of its top level and of its answers, measured from outside.
    """

    def __init__(self, setup: Setup, interpreter: CleanInterpreter, source: bytes, seed: int) -> None:
        self.setup, self.source, self.seed = setup, source, seed
        self.start = self.solve = 0.0
        self.peak_kib = 0
        self._timed = setup.problem if isinstance(setup.problem, Timed) else None
        self._before = 0.0  # CPU seconds of the answers that the budget of the present one does not pay for
        self._interpreter = interpreter
        self._layout = PageLayout(0, len(source), 0)
        self._process: ProgramProcess | None = None

    def solution(self, instance: Instance) -> Solution:
        """Return the program's solution of an instance.

        Raises:
            RunError: it has none, or broke a limit.
            InterpreterGone: the interpreter has ended.
        """
        shape = self.setup.problem.solution_shape(instance)
        promise = Promise(shape.shape, shape.integral, shape.plain)
        if self._timed is not None:
            self._before = self.solve

        def called(*arguments: object) -> Any:  # a rule returns a float, a program a whole solution
            return self._answer(FunctionCall(seed_of(instance, self.seed), promise, arguments), self._allowed(instance))

        return as_solution(self.setup.problem.construct((called,), instance), promise)

    def _must_return(self, fault: str) -> RunError:
        """Return the failure of an answer that is no solution: what the problem wants, and what is wrong with it."""
        wanted = self.setup.problem.signatures[0].returns
        return RunError(FailureKind.INVALID_RESULT, f"the program must return {wanted}; {fault}")

    def answers_again(self, instance: Instance, solution: Solution, anew: bool) -> bool:
        """Say whether it answers an instance as it did before, where it may take as long as for all of the job.

        It is asked in its process, which remembers, and `anew` in another one, whose start a clock may decide.
        """
        if not self._answers(instance, solution):
            return False
        if anew:
            self.end()
        return not anew or self._answers(instance, solution)

    def _answers(self, instance: Instance, solution: Solution) -> bool:
        self._before = self.solve
        try:
            return np.array_equal(self.solution(instance), solution)
        except (RunError, InvalidResult):
            return False

    def end(self) -> None:
        """End its process."""
        if self._process is not None:
            self._ended(self._process)

    def _answer(self, call: FunctionCall, allowed: Allowed) -> Solution:
        packed = pack_call(call)
        process = self._process_for(call.promise.nbytes, len(packed))
        write_at(process.page, self._layout.call_at, packed)
        seconds, killer = process.answer(allowed)
        self.solve += seconds
        words = said(process.page, call.promise)
        if killer is not None:
            ending = replace(self._ended(process), killer=killer)
            if self._timed is not None and killer is Killer.CPU:
                most = allowed.cpu_seconds + self.solve - seconds - self._before
                message = f"took more than the {most:g} s of CPU time that each instance allows"
                raise RunError(FailureKind.TIMEOUT, message)
            limits = replace(self.setup.limits, wall_seconds=allowed.wall_seconds)
            kind, message = why_ended(ending, words, limits)
            raise self._must_return(message) if kind is FailureKind.INVALID_RESULT else RunError(kind, message)
        if words.answer is None:
            raise self._must_return("its process wrote no result")
        try:
            return as_solution(words.answer, call.promise)
        except InvalidResult as error:
            raise self._must_return(str(error)) from None

    def _process_for(self, answer: int, call: int) -> ProgramProcess:
        """Return a process with a page where answer and call fit: a new one where they do not."""
        if self._process is not None and answer <= self._layout.answer and call <= self._layout.call:
            return self._process
        self.end()
        largest = max((instance_bytes(one) for one in self.setup.every_instance()), default=0)
        shapes = map(self.setup.problem.solution_shape, self.setup.every_instance())
        answer = max(answer, max((shape.nbytes for shape in shapes), default=0))
        self._layout = PageLayout(rounded_up(answer), len(self.source), rounded_up(ROOM * max(call, largest)))
        return self._begun()

    def _begun(self) -> ProgramProcess:
        """Return a new process that has run its top level; raises RunError where that fails."""
        limits = self.setup.limits
        left = limits.cpu_seconds - (self.solve - self._before if self._timed is None else 0.0)
        begin = Begin(self.setup.problem.signatures[0].name, self.seed, self._layout)
        self._process = process = ProgramProcess(self._interpreter, begin, self.source)
        seconds, killer = process.begin(Allowed(left, limits.wall_seconds))
        self.start += seconds
        if killer is not None:
            words = said(process.page, Promise((), True))
            raise RunError(*why_ended(replace(self._ended(process), killer=killer), words, limits))
        return process

    def _ended(self, process: ProgramProcess) -> Ending:
        self._process = None
        ending = process.end()
        self.peak_kib = max(self.peak_kib, ending.peak_kib)
        return ending

    def _allowed(self, instance: Instance) -> Allowed:
        """Return what an answer may take: its time budget, or what is left of the job's CPU seconds."""
        limits = self.setup.limits
        if self._timed is not None:
            seconds = self._timed.seconds(instance)
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
