"""How a process is watched from outside: its CPU clock, the wall clock, and the socket to the parent of the zygote.

CPU time decides. The wall clock of a busy machine says little of a program, so it ends only what sleeps (hardly any
CPU time in `wall_seconds`), and what takes ten times as long in all.
"""

import os
import select
import signal
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

AWAKE = 0.01
"""Of the wall time, what a child that does not sleep gets as CPU time even on a crowded machine."""
WALLS = 10
LOOK = 5e-3
"""Seconds after which to see whether a process that is waited for still lives."""
ENDING = struct.Struct("<iidq")  # code, killer, CPU seconds, peak KiB


class Killer(IntEnum):
    """Who ended a child: nobody of ours, or its watcher because CPU or wall time ran out."""

    NOBODY = 0
    CPU = 1
    WALL = 2


@dataclass(frozen=True, slots=True)
class Allowed:
    """CPU seconds that a child may have used in all, and wall seconds that it may sleep."""

    cpu_seconds: float
    wall_seconds: float


@dataclass(frozen=True, slots=True)
class Ending:
    """How a child ended: exit code (negative: the signal), killer, CPU seconds, largest resident size in KiB."""

    code: int
    killer: Killer
    cpu_seconds: float
    peak_kib: int


def pack_ending(ending: Ending) -> bytes:
    """Return the message that says how a child ended."""
    return ENDING.pack(ending.code, ending.killer, ending.cpu_seconds, ending.peak_kib)


def unpack_ending(frame: bytes) -> Ending:
    """Return how a child ended."""
    code, killer, cpu_seconds, peak_kib = ENDING.unpack(frame)
    return Ending(code, Killer(killer), cpu_seconds, peak_kib)


class ParentGone(Exception):  # noqa: N818 - a state, not an error
    """The process that waits for the answer has closed its socket."""


class Process:
    """Another process, by its id in the namespace of this one; it is not reaped as long as it is watched."""

    def __init__(self, pid: int) -> None:
        self._clock = (~pid << 3) | 2  # the kernel's id of another process's CPU clock (CPUCLOCK_SCHED)
        self._descriptor = os.pidfd_open(pid)
        self._poll = select.poll()
        self._poll.register(self._descriptor, select.POLLIN)

    def cpu_seconds(self) -> float:
        """Return the CPU seconds that it has used."""
        return time.clock_gettime(self._clock)

    def wait(self, allowed: Allowed, line: int | None = None) -> Killer:
        """Wait until it has ended, or a clock says that it must; the descriptor `line` says when nobody waits any more.

        Raises:
            ParentGone: `line` was closed or sent something unexpected.
        """
        clocks = Clocks(self.cpu_seconds())
        if line is not None:
            self._poll.register(line, select.POLLIN)
        while True:
            killer, left = clocks.look(self.cpu_seconds(), allowed)
            if killer is not Killer.NOBODY:
                return killer
            descriptors = {ready for ready, _ in self._poll.poll(left * 1000 + 1)}
            if self._descriptor in descriptors:
                return Killer.NOBODY
            if descriptors:
                raise ParentGone

    def wait_for(self, ready: Callable[[float], bool], allowed: Allowed, clocks: "Clocks") -> Killer | None:
        """Wait until something is ready, None, or until it has ended or must.

        `ready` looks, and waits for so many seconds at most if there is nothing yet.
        """
        while True:
            killer, left = clocks.look(self.cpu_seconds(), allowed)
            if killer is not Killer.NOBODY:
                return killer
            if ready(min(left, LOOK)):
                return None
            if self._poll.poll(0):
                return None if ready(0) else Killer.NOBODY

    def close(self) -> None:
        """Watch it no longer."""
        os.close(self._descriptor)


class Clocks:
    """What tells the two clocks of a child: how long to leave it alone, and when it must end."""

    def __init__(self, cpu_seconds: float) -> None:
        self._began = self._looked = time.monotonic()
        self._used = cpu_seconds
        self._paused = 0.0

    def pause(self) -> None:
        """Stop while the child waits for us."""
        self._paused = time.monotonic()

    def go_on(self) -> None:
        """Go on for the next step: what it slept before counts on, what it took in all begins anew."""
        now = time.monotonic()
        self._looked += now - self._paused
        self._began = now

    def look(self, cpu_seconds: float, allowed: Allowed) -> tuple[Killer, float]:
        """Return who must end the child, and otherwise in how many seconds to look again."""
        now = time.monotonic()
        if cpu_seconds >= allowed.cpu_seconds:
            return Killer.CPU, 0.0
        if now - self._began >= WALLS * allowed.wall_seconds:
            return Killer.WALL, 0.0
        if now - self._looked >= allowed.wall_seconds:
            if cpu_seconds - self._used < AWAKE * (now - self._looked):
                return Killer.WALL, 0.0
            self._looked, self._used = now, cpu_seconds
        # One thread cannot use CPU time faster than wall time: the earlier of both is when to look again.
        return Killer.NOBODY, min(allowed.cpu_seconds - cpu_seconds, self._looked + allowed.wall_seconds - now)


def watch(pid: int, allowed: Allowed, line: int | None = None) -> Ending:
    """Wait for a child to end, kill it when a clock runs out, reap it.

    Raises:
        ParentGone: the descriptor `line` was closed or sent something unexpected; the child has been killed.
    """
    child, killer = Process(pid), Killer.NOBODY
    try:
        killer = child.wait(allowed, line)
    finally:
        child.close()
        ending = reap(pid, killer)
    return ending


def reap(pid: int, killer: Killer = Killer.NOBODY) -> Ending:
    """Kill a child where it still lives, and return how it ended."""
    os.kill(pid, signal.SIGKILL)
    _, status, usage = os.wait4(pid, 0)
    return Ending(os.waitstatus_to_exitcode(status), killer, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
