"""One worker slot of the trusted parent: it starts a zygote, gives it jobs and judges how they ended.

A zygote that is lost is replaced.
"""

import logging
import os
from collections.abc import Mapping, Sequence

from evaluators.cell.watch import WALLS, Ending, Killer, unpack_ending
from evaluators.outcome import Failure, FailureKind, Isolation, Seconds
from evaluators.sandbox import messages, shared_memory
from evaluators.sandbox.contract import IsolationError, Job, Limits, Report, Setup, kill_reason
from evaluators.sandbox.process import Zygote, take_zygote
from evaluators.sandbox.shared_memory import ChildResult, ChildState
from problems import Instance, Runnable, Split

GRACE_SECONDS = 5.0
"""How much longer than a job's wall limit the parent waits before it gives up the zygote itself."""

RANK = tuple(Isolation)
log = logging.getLogger(__name__)


class Worker:
    """A slot that reads and runs sources in the sandbox, one job at a time; a lost process is replaced."""

    def __init__(
        self,
        problem: Runnable,
        instances: Mapping[Split, Sequence[Instance]],
        limits: Limits,
        folders: Sequence[str] = (),
        required: Isolation = Isolation.B,
        probe_set: Sequence[int] = (),
    ) -> None:
        by_split = {split: tuple(members) for split, members in instances.items()}
        self.setup = Setup(problem, by_split, limits, tuple(probe_set))
        self.folders = tuple(folders)
        self.required = required
        self._zygote: Zygote | None = None

    async def start(self) -> Isolation:
        """Start the process, wait until it is warm and locked in, and return the level that its probes proved.

        Raises:
            BaselineError: a baseline of the problem fails; the message says which and why.
            IsolationError: the level is below the required one; the message says what is missing.
            SandboxError: the process could not be started; the message is its last line on stderr.
        """
        await self.close()
        zygote = take_zygote(self.folders)
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
        """Solve every instance of the split by the source, in one confined child under the limits.

        A rule or an algorithm is read there first, so that its facts are known as well.
        """
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
        names = [instance.name for instance in self.setup.instances_of(job, split)]
        page = shared_memory.create(shapes, text)
        try:
            patience = WALLS * self.setup.limits_of(job, split).wall_seconds + GRACE_SECONDS
            ending = await self._ask(messages.pack_job(job, split, seed), page, patience)
            result = shared_memory.decode(page, shapes, names)
        finally:
            os.close(page)
        if isinstance(ending, Failure):
            return Report(ending, None, (), Seconds())
        seconds = Seconds(result.compile_seconds, result.run_seconds, ending.cpu_seconds)
        failure = failure_of(ending, result, self.setup.limits, names, seconds)
        facts = result.facts if job is Job.READ or self.setup.reads_where_it_runs else None
        if failure is not None:
            return Report(failure, facts, (), seconds)
        return Report(None, facts, result.solutions, seconds, result.operations, result.repeats)

    async def _ask(self, frame: bytes, page: int, patience: float) -> Ending | Failure:
        """Send a job and wait for its ending; a process that has not answered is never used again."""
        assert self._zygote is not None, "started by the caller"
        zygote, self._zygote = self._zygote, None
        answer = b""
        try:
            answer = await zygote.ask(frame, page, patience)
            if answer:
                self._zygote = zygote
                return unpack_ending(answer)
            log.warning("The sandbox process ended in the middle of a job and is replaced: %s", zygote.last_error())
            return Failure(FailureKind.RUNTIME_ERROR, "the sandbox process ended in the middle of the job")
        except TimeoutError:
            log.warning("The sandbox process did not answer in time and is replaced.")
            return Failure(FailureKind.TIMEOUT, "the sandbox process did not answer in time")
        finally:
            if not answer:
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


def failure_of(
    ending: Ending, result: ChildResult, limits: Limits, names: Sequence[str], seconds: Seconds
) -> Failure | None:
    """Return why there is no result, or None when the child finished.

    What the kernel says of the child's end comes first, then what the child wrote.
    """
    instance = None if result.instance is None else names[result.instance]
    if ending.killer is not Killer.NOBODY or ending.code < 0:
        kind, message = kill_reason(ending, limits)
        return Failure(kind, message, instance, seconds=seconds)
    if result.failure is not None:
        return Failure(result.failure.kind, result.failure.message, instance, seconds=seconds)
    if result.state is not ChildState.DONE:
        message = "the process ended without a result"
        return Failure(FailureKind.RUNTIME_ERROR, message, instance, seconds=seconds)
    return None
