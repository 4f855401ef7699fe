"""How a child is locked in: what it gives up, layer by layer, before it reads a foreign source."""

import os
import resource
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from pathlib import Path

from . import landlock
from .libc import die_with_parent, forget_privileges
from .seccomp import Filter

DESCRIPTORS = 256
"""A zygote never holds more open descriptors than this, so that closing them all is one short call."""


class Isolation(StrEnum):
    """How foreign code is confined: A seccomp + Landlock + namespaces, B seccomp and one of them, C seccomp alone."""

    A = "A"
    B = "B"
    C = "C"
    NONE = "none"


def isolation_level(seccomp: bool, restricted: bool, namespaces: bool) -> Isolation:
    """Return the published level; without seccomp the other layers count for nothing."""
    if not seccomp:
        return Isolation.NONE
    return (Isolation.C, Isolation.B, Isolation.A)[restricted + namespaces]


def restrict_process(restricted: bool) -> None:
    """Give up for ever what neither a zygote nor its children need: files (by Landlock), core dumps, queues.

    Done once in the zygote and inherited by every fork: so it costs nothing per candidate.
    """
    forget_privileges()
    if restricted:
        landlock.restrict(landlock.ruleset_attributes(landlock.version()))
    for kind in (resource.RLIMIT_CORE, resource.RLIMIT_MEMLOCK, resource.RLIMIT_MSGQUEUE):
        resource.setrlimit(kind, (0, 0))


@dataclass(frozen=True, slots=True)
class Confinement:
    """What a child of a settled zygote needs to lock itself in; the filter is None where the machine lacks seccomp.

    `address_space` is in bytes and counts what the zygote has mapped already.
    """

    filter: Filter | None
    address_space: int
    cpu_seconds: float

    def enter(self) -> None:
        """Lock this process in for ever; raises OSError when a layer that was proved before fails now."""
        die_with_parent()
        os.closerange(0, DESCRIPTORS)
        pid = os.getpid()
        self._limit_resources()
        if self.filter is not None:
            self.filter.install(pid)

    def _limit_resources(self) -> None:
        # The clock is watched from outside: this bound of whole seconds only serves when the watcher is gone.
        seconds = ceil(self.cpu_seconds) + 1
        for kind, most in (
            (resource.RLIMIT_CPU, seconds),
            (resource.RLIMIT_AS, self.address_space),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_NOFILE, 0),
            (resource.RLIMIT_NPROC, 0),
        ):
            resource.setrlimit(kind, (most, most))


def confinement(cpu_seconds: float, memory_mib: int, executable: bool, seccomp: bool, size: int) -> Confinement:
    """Return the confinement for children of a process of `size` bytes; a compiler needs `executable` memory."""
    return Confinement(Filter(executable) if seccomp else None, size + memory_mib * 2**20, cpu_seconds)


def address_space() -> int:
    """Return the bytes this process has mapped; reads /proc, hence before the root is emptied."""
    return int(Path("/proc/self/statm").read_bytes().split()[0]) * resource.getpagesize()
