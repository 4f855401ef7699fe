"""How a child is watched from outside: its CPU clock, the wall clock, and the socket to the parent of the zygote."""

import os
import select
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum


class Killer(IntEnum):
    """Who ended a child: nobody of ours, or its watcher because CPU or wall time ran out."""

    NOBODY = 0
    CPU = 1
    WALL = 2


@dataclass(frozen=True, slots=True)
class Ending:
    """How a child ended: exit code (negative: the signal), killer, CPU seconds, largest resident size in KiB."""

    code: int
    killer: Killer
    cpu_seconds: float
    peak_kib: int


class ParentGone(Exception):  # noqa: N818 - a state, not an error
    """The process that waits for the answer has closed its socket."""


def watch(pid: int, allowed: Callable[[], tuple[float, float]], line: int | None = None) -> Ending:
    """Wait for the child to end, kill it when a clock runs out, reap it.

    `allowed` returns the CPU and wall seconds that it may have used by now; it is called when they may be used up.

    Raises:
        ParentGone: the descriptor `line` was closed or sent something unexpected; the child has been killed.
    """
    descriptor = os.pidfd_open(pid)
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    if line is not None:
        poll.register(line, select.POLLIN)
    killer = Killer.NOBODY
    try:
        killer = _wait(pid, descriptor, poll, allowed)
    finally:
        signal.pidfd_send_signal(descriptor, signal.SIGKILL)
        _, status, usage = os.wait4(pid, 0)
        os.close(descriptor)
    return Ending(os.waitstatus_to_exitcode(status), killer, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)


def _wait(pid: int, descriptor: int, poll: select.poll, allowed: Callable[[], tuple[float, float]]) -> Killer:
    clock = (~pid << 3) | 2  # the kernel's id of another process's CPU clock (CPUCLOCK_SCHED)
    began = time.monotonic()
    while True:
        cpu_seconds, wall_seconds = allowed()
        # One thread cannot use CPU time faster than wall time: the earlier of both is when to look again.
        cpu_left, wall_left = cpu_seconds - time.clock_gettime(clock), began + wall_seconds - time.monotonic()
        if cpu_left <= 0 or wall_left <= 0:
            return Killer.CPU if cpu_left <= 0 else Killer.WALL
        descriptors = {ready for ready, _ in poll.poll(min(cpu_left, wall_left) * 1000 + 1)}
        if descriptor in descriptors:
            return Killer.NOBODY
        if descriptors:
            raise ParentGone
