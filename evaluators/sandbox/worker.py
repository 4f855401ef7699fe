"""One worker slot of the trusted parent: it starts a zygote, gives it jobs, and starts another when it is lost."""

import asyncio
import contextlib
import logging
import os
import pickle
import socket
import subprocess
from collections.abc import Mapping, Sequence

from evaluators.outcome import Failure, FailureKind, Isolation, Seconds
from evaluators.sandbox import layout, verdict, wire
from evaluators.sandbox.contract import IsolationError, Job, Limits, Probe, Report, SandboxError, Setup
from evaluators.sandbox.launch import command, environment
from evaluators.sandbox.watch import Ending
from problems import Instance, Problem, Split

START_SECONDS = 300.0
GRACE_SECONDS = 5.0
"""How much longer than a job's wall limit the parent waits before it gives up the zygote itself."""

RANK = tuple(Isolation)
log = logging.getLogger(__name__)


class Worker:
    """A slot that reads and runs sources in the sandbox, one job at a time; a lost process is replaced."""

    def __init__(
        self,
        problem: Problem,
        instances: Mapping[Split, Sequence[Instance]],
        limits: Limits,
        folders: Sequence[str] = (),
        required: Isolation = Isolation.B,
        probe_set: Sequence[int] = (),
    ) -> None:
        known = {split: tuple(found) for split, found in instances.items()}
        self.setup = Setup(problem, known, limits, tuple(probe_set))
        self.folders = tuple(folders)
        self.required = required
        self._zygote: Zygote | None = None

    async def start(self) -> Isolation:
        """Start the process, wait until it is warm and locked in, and return the level that its probes proved.

        Raises:
            IsolationError: the level is below the required one; the message says what is missing.
            SandboxError: the process could not be started; the message is the last line it said.
        """
        await self.close()
        zygote = Zygote(self.folders)
        try:
            probe = await zygote.prepare(self.setup)
            if RANK.index(probe.level) > RANK.index(self.required):
                level = f"isolation {probe.level} is all there is, {self.required} is required"
                raise IsolationError(f"{level}; {probe.missing}")
            self._zygote = zygote
        finally:
            if self._zygote is not zygote:
                zygote.end()
        return probe.level

    async def read(self, source: str) -> Report:
        """Parse and check the source in a confined child; nothing of it is executed."""
        return await self._perform(Job.READ, source, Split.TRAIN, 0)

    async def run(self, source: str, split: Split, seed: int = 0) -> Report:
        """Solve every instance of the split by the source, in one confined child under the limits."""
        return await self._perform(Job.RUN, source, split, seed)

    async def screen(self, source: str, seed: int = 0) -> Report:
        """Solve the probe set alone by the source, in a confined child of its own."""
        return await self._perform(Job.SCREEN, source, Split.TRAIN, seed)

    async def close(self) -> None:
        """End the process."""
        if self._zygote is not None:
            self._zygote.end()
            self._zygote = None

    async def _perform(self, job: Job, source: str, split: Split, seed: int) -> Report:
        text = encode(source, self.setup.limits)
        if isinstance(text, Failure):
            return Report(text, None, (), Seconds())
        if self._zygote is None:
            await self.start()
        shapes = self.setup.shapes(job, split)
        names = [instance.name for instance in self.setup.asked(job, split)]
        page = layout.create(shapes, text)
        try:
            patience = self.setup.limits_at(job, split, len(names)).wall_seconds + GRACE_SECONDS
            ending = await self._ask(wire.pack_job(job, split, seed), page, patience)
            answer = layout.decode(page, shapes, names)
        finally:
            os.close(page)
        if isinstance(ending, Failure):
            return Report(ending, None, (), Seconds())
        spent = verdict.seconds(ending, answer)
        at = -1 if answer.instance is None else answer.instance
        failed = verdict.failure(ending, answer, self.setup.limits_at(job, split, at), names)
        if failed is not None:
            return Report(failed, None, (), spent)
        return Report(None, answer.facts if job is Job.READ else None, answer.solutions, spent, answer.operations)

    async def _ask(self, frame: bytes, page: int, patience: float) -> Ending | Failure:
        """Send a job and wait for its ending; whatever goes wrong, a process that owes an answer is not used again."""
        assert self._zygote is not None, "started by the caller"
        zygote, self._zygote = self._zygote, None
        answered = b""
        try:
            answered = await zygote.ask(frame, page, patience)
            if answered:
                self._zygote = zygote
                return wire.unpack_ending(answered)
            log.warning("The sandbox process ended in the middle of a job and is replaced: %s", zygote.last_words())
            return Failure(FailureKind.RUNTIME_ERROR, "the sandbox process ended in the middle of the job")
        except TimeoutError:
            log.warning("The sandbox process did not answer in time and is replaced.")
            return Failure(FailureKind.TIMEOUT, "the sandbox process did not answer in time")
        finally:
            if not answered:
                zygote.end()


def encode(source: str, limits: Limits) -> bytes | Failure:
    """Return the text as UTF-8, or why there is none to give to a child."""
    try:
        text = source.encode()
    except UnicodeEncodeError as error:
        line = source.count("\n", 0, error.start) + 1
        return Failure(FailureKind.REJECTED, f"line {line}: the source is no text, it holds half a character")
    if len(text) > limits.source_bytes:
        message = f"line 1: the source has {len(text)} bytes, at most {limits.source_bytes} are accepted"
        return Failure(FailureKind.REJECTED, message)
    return text


class Zygote:
    """The other process as the parent holds it: its socket, its process, the file that its stderr goes to."""

    def __init__(self, folders: Sequence[str]) -> None:
        self.line, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.line.setblocking(False)
        self.errors = os.memfd_create("stderr", os.MFD_CLOEXEC)
        code = "from evaluators.sandbox.zygote import main; main(int(sys.argv[1]))"
        with other:
            self.process = subprocess.Popen(
                command(code, folders, str(other.fileno())),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self.errors,
                env=environment(),
                pass_fds=(other.fileno(),),
                start_new_session=True,
            )

    async def prepare(self, setup: Setup) -> Probe:
        """Hand over the setup and return what the process proved; raises SandboxError when it ends instead."""
        try:
            page = wire.pack_setup(setup)
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise SandboxError(f"the problem cannot be sent to another process: {error}") from error
        try:
            answer = await self.ask(b"S", page, START_SECONDS)
        except TimeoutError:
            raise SandboxError(f"the sandbox process was not ready after {START_SECONDS:g} s") from None
        finally:
            os.close(page)
        if not answer:
            raise SandboxError(f"the sandbox process could not start: {self.last_words()}")
        return wire.unpack_probe(answer)

    async def ask(self, frame: bytes, page: int, patience: float) -> bytes:
        """Send a message with a descriptor and return the answer, empty when the process is gone.

        Raises:
            TimeoutError: nothing came within `patience` seconds.
        """
        try:
            socket.send_fds(self.line, [frame], [page])
            async with asyncio.timeout(patience):
                return await asyncio.get_running_loop().sock_recv(self.line, wire.LONGEST)
        except (BrokenPipeError, ConnectionResetError):
            return b""

    def last_words(self) -> str:
        """Return the last line that the process, which is ending, said on stderr."""
        with contextlib.suppress(subprocess.TimeoutExpired):  # its socket closes before its traceback is written
            self.process.wait(GRACE_SECONDS)
        size = os.fstat(self.errors).st_size
        text = os.pread(self.errors, 4096, max(0, size - 4096)).decode("utf-8", "replace")
        lines = text.strip().splitlines()
        return lines[-1] if lines else f"exit status {self.process.poll()}"

    def end(self) -> None:
        """Kill the process and everything below it; harmless when it is gone."""
        if self.line.fileno() < 0:
            return
        self.line.close()
        self.process.kill()
        self.process.wait()
        os.close(self.errors)
