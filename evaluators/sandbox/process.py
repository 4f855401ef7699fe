"""Processes of ours with a fresh interpreter: how one is started, and the zygote as its parent holds it."""

import asyncio
import contextlib
import os
import pickle
import socket
import subprocess
import sys
from collections.abc import Sequence
from itertools import dropwhile

from evaluators.cell.proof import Probe, unpack_probe
from evaluators.sandbox import messages
from evaluators.sandbox.contract import BaselineError, SandboxError, Setup
from evaluators.source import Refused, read
from problems import Runnable

START_SECONDS = 300.0
ENDING_SECONDS = 5.0
"""How long a process that ends may take to write its traceback."""

STDERR_BYTES, ERROR_CHARACTERS = 65_536, 600
TRACEBACK = "Traceback (most recent call last):\n"

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "BLIS_NUM_THREADS")
NO_COLOURS = "NUMBA_DISABLE_ERROR_MESSAGE_HIGHLIGHTING"
KEPT = ("HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "NUMBA_CACHE_DIR", "NUMBA_DISABLE_JIT", "TMPDIR", "TZ")


def command(code: str, folders: Sequence[str], *arguments: str) -> list[str]:
    """Return the command that runs `code` (sys.argv holds the arguments) with our module path behind `folders`."""
    path = list(dict.fromkeys(os.path.abspath(folder) for folder in (*folders, *sys.path)))  # noqa: PTH100
    start = f"import sys; sys.path[:0] = {path!r}; {code}"
    return [sys.executable, "-s", "-P", "-c", start, *arguments]


def environment() -> dict[str, str]:
    """Return the whole environment: one thread everywhere, a fixed hash seed, no secrets."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {**kept, **dict.fromkeys(THREADS, "1"), "PYTHONHASHSEED": "0", NO_COLOURS: "1"}


def refused_baseline(problem: Runnable) -> str:
    """Return which baseline of a problem is no candidate of its kind, and why; empty where all are."""
    for name, source in problem.baselines.items():
        try:
            read(source, problem.kind, problem.signatures)
        except Refused as error:
            return f"baseline {name} cannot be compiled: {error.message}"
    return ""


CODE = "from evaluators.sandbox.zygote import main; main(int(sys.argv[1]))"


class Zygote:
    """The zygote as the parent holds it: its socket, its process, the file that its stderr goes to."""

    def __init__(self, folders: Sequence[str]) -> None:
        self.line, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.line.setblocking(False)
        self.errors = os.memfd_create("stderr", os.MFD_CLOEXEC)
        self.program, self.environment = command(CODE, folders), environment()
        with other:
            self.process = subprocess.Popen(
                [*self.program, str(other.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self.errors,
                env=self.environment,
                pass_fds=(other.fileno(),),
                start_new_session=True,
            )

    async def prepare(self, setup: Setup) -> Probe:
        """Hand over the setup and return what the process proved.

        Raises:
            BaselineError: a baseline of the problem fails.
            SandboxError: the process ended instead.
        """
        try:
            page = messages.pack_setup(setup)
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise SandboxError(f"the problem cannot be sent to another process: {error}") from error
        try:
            answer = await self.ask(b"S", page, START_SECONDS)
        except TimeoutError:
            raise SandboxError(f"the sandbox process was not ready after {START_SECONDS:g} s") from None
        finally:
            os.close(page)
        if not answer:
            raise SandboxError(f"the sandbox process could not start: {self.last_error()}")
        if fault := messages.unpack_fault(answer):
            raise BaselineError(refused_baseline(setup.problem) or fault)
        return unpack_probe(answer)

    async def ask(self, frame: bytes, page: int, patience: float) -> bytes:
        """Send a message with a descriptor and return the answer, empty when the process is gone.

        Raises:
            TimeoutError: nothing came within `patience` seconds.
        """
        try:
            socket.send_fds(self.line, [frame], [page])
            async with asyncio.timeout(patience):
                return await asyncio.get_running_loop().sock_recv(self.line, messages.LONGEST)
        except (BrokenPipeError, ConnectionResetError):
            return b""

    def last_error(self) -> str:
        """Return the error that the process, which is ending, has last written, as one line."""
        return last_error(self.process, self.errors)

    def end(self) -> None:
        """Kill the process and everything below it; harmless when it is gone."""
        if self.line.fileno() < 0:
            return
        self.line.close()
        self.process.kill()
        self.process.wait()
        os.close(self.errors)


def last_error(process: "subprocess.Popen[bytes]", errors: int) -> str:
    """Return the error that a process, which is ending, has last written to the file of its stderr, as one line."""
    with contextlib.suppress(subprocess.TimeoutExpired):  # its socket closes before its traceback is written
        process.wait(ENDING_SECONDS)
    size = os.fstat(errors).st_size
    text = os.pread(errors, STDERR_BYTES, max(0, size - STDERR_BYTES)).decode("utf-8", "replace")
    lines = text.rpartition(TRACEBACK)[2].splitlines()
    told = " ".join(" ".join(dropwhile(lambda line: line.startswith(" "), lines)).split())
    return told[:ERROR_CHARACTERS] or f"exit status {process.poll()}"


_ahead: list[Zygote] = []


def start_ahead(count: int) -> None:
    """Start zygotes for the next workers: they import while the caller still reads its settings, 0.6 s of a start.

    What nobody takes is ended by `end_ahead`, or ends with this process.
    """
    _ahead.extend(Zygote(()) for _ in range(count - len(_ahead)))


def take_zygote(folders: Sequence[str]) -> Zygote:
    """Return a zygote, one that was started ahead where it is what would be started now."""
    wanted = command(CODE, folders), environment()
    while _ahead:
        zygote = _ahead.pop()
        if (zygote.program, zygote.environment) == wanted and zygote.process.poll() is None:
            return zygote
        zygote.end()
    return Zygote(folders)


def end_ahead() -> None:
    """End the zygotes that nobody took."""
    while _ahead:
        _ahead.pop().end()
