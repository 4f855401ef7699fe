"""What this machine really confines, proved by trying: every layer alone, then escapes from all of them together."""

import json
import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass

from . import landlock, namespaces
from .libc import forget_privileges
from .lockdown import Confinement, Isolation, address_space, confinement, isolation_level, restrict_process
from .seccomp import Filter
from .watch import Allowed, Ending, Killer, watch

ESCAPED, REFUSED, BROKEN = 42, 43, 44
ALLOWED = Allowed(cpu_seconds=0.05, wall_seconds=5)
MEMORY_MIB = 32


@dataclass(frozen=True, slots=True)
class Check:
    """One thing proved by trying: a layer that works, or an attempt that failed as it must; else the reason."""

    name: str
    works: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Probe:
    """The isolation that this machine gives, proved layer by layer and attempt by attempt."""

    level: Isolation
    layers: tuple[Check, ...]
    attempts: tuple[Check, ...]

    @property
    def missing(self) -> str:
        """What does not work and why, on one line; empty at level A."""
        return "; ".join(f"{check.name}: {check.reason}" for check in self.layers + self.attempts if not check.works)


def pack_probe(probe: Probe) -> bytes:
    """Return the message that says what was proved."""
    return json.dumps(asdict(probe)).encode()


def unpack_probe(frame: bytes) -> Probe:
    """Return what was proved."""
    fields = json.loads(frame)
    layers, attempts = (tuple(Check(**check) for check in fields[name]) for name in ("layers", "attempts"))
    return Probe(Isolation(fields["level"]), layers, attempts)


def lock_and_prove(beside: Callable[[], None] = lambda: None) -> tuple[Probe, int]:
    """Lock this process in as a zygote does, and prove each layer, then all together; return the bytes mapped too.

    `beside` starts what this process must see as a process and which needs files: it is called once the former holds
    and as long as the latter is true.
    """
    size = address_space()
    entered = _entered(beside)
    namespaces.drop_privileges()
    layers = (
        _layer("seccomp", Filter, seccomp_alone, open_socket, lambda ending: ending.code == -signal.SIGSYS),
        _layer("Landlock", landlock.version, landlock_alone, open_root, lambda ending: ending.code == REFUSED),
        entered,
    )
    level = isolation_level(*(layer.works for layer in layers))
    restrict_process(restricted=layers[1].works)
    confined = confinement(ALLOWED.cpu_seconds, MEMORY_MIB, True, layers[0].works, size)
    attempts = tuple(_attempt(name, action, confined) for name, action in ESCAPES.items())
    confined_all = all(check.works for check in attempts)
    return Probe(level if confined_all else Isolation.NONE, layers, attempts), size


def _entered(beside: Callable[[], None]) -> Check:
    refused = _refused(namespaces.own_processes)
    beside()
    refused = refused or _refused(namespaces.own_rest)
    if refused:
        return Check("namespaces", False, refused)
    seen = os.getpid(), os.listdir("/"), [name for _, name in socket.if_nameindex()]  # noqa: PTH208
    works = seen == (1, [], ["lo"]) or seen == (1, [], [])
    return Check("namespaces", works, "" if works else f"still visible: {seen}")


def _refused(enter: Callable[[], None]) -> str:
    try:
        enter()
    except OSError as error:
        return str(error)
    return ""


def _layer(
    name: str,
    available: Callable[[], object],
    enter: Callable[[], None],
    action: Callable[[], None],
    confined: Callable[[Ending], bool],
) -> Check:
    try:
        available()
    except OSError as error:
        return Check(name, False, str(error))
    ending = trial(enter, action)
    works = confined(ending)
    return Check(name, works, "" if works else _ending_text(ending))


def _attempt(name: str, action: Callable[[], None], confined: Confinement) -> Check:
    ending = trial(confined.enter, action)
    if name == "loop":
        works = ending.killer is Killer.CPU
    else:
        works = ending.killer is Killer.NOBODY and ending.code in (REFUSED, -signal.SIGSYS)
    return Check(name, works, "" if works else f"not confined, {_ending_text(ending)}")


def _ending_text(ending: Ending) -> str:
    return {ESCAPED: "the attempt succeeded", BROKEN: "could not be entered"}.get(
        ending.code, f"ended with {ending.code}"
    )


def trial(enter: Callable[[], None], action: Callable[[], None]) -> Ending:
    """Fork a child that enters a confinement and tries `action`; its exit code tells whether that was refused."""
    pid = os.fork()
    if pid:
        return watch(pid, ALLOWED)
    code = BROKEN
    try:
        enter()
        code = REFUSED
        with suppress(OSError, MemoryError):
            action()
            code = ESCAPED
    finally:
        os._exit(code)


def seccomp_alone() -> None:
    """Install the filter and nothing else."""
    Filter().install(os.getpid())


def landlock_alone() -> None:
    """Restrict this process and nothing else."""
    attributes = landlock.ruleset_attributes(landlock.version())
    forget_privileges()
    landlock.restrict(attributes)


def open_root() -> None:
    """Open the one directory that is always there."""
    os.close(os.open("/", os.O_RDONLY))


def open_socket() -> None:
    """Make a socket."""
    socket.socket().close()


def fork() -> None:
    """Make a process."""
    os.fork()


def signal_parent() -> None:
    """Ask whether the parent could be killed."""
    os.kill(os.getppid(), 0)


def allocate() -> None:
    """Take twice the memory that is granted."""
    bytearray(MEMORY_MIB * 2**21)


def loop() -> None:
    """Never end."""
    while True:
        pass


ESCAPES: dict[str, Callable[[], None]] = {
    "open": open_root,
    "socket": open_socket,
    "fork": fork,
    "kill": signal_parent,
    "memory": allocate,
    "loop": loop,
}
