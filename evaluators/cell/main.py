"""The warm process that forks a confined one for every foreign program; `main` is an interpreter's program.

It imports what programs may use, locks itself in, and never touches a program's text, an instance or an answer: those
are in pages of which it holds descriptors alone.
"""

import gc
import importlib
import json
import mmap
import os
import resource
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, NoReturn

from . import program
from .libc import die_with_parent
from .lockdown import DESCRIPTORS, Confinement, confinement
from .page import HEADER, MESSAGE_BYTES, Fault, Layout, Page, SharedState, State
from .proof import lock_and_prove, pack_probe
from .solutions import as_solution
from .watch import Allowed, Child, Clocks, Ending, Killer

leave = os._exit  # bound now: a program may replace it later
LONGEST = 65536
SHORTLY = 1e-3  # seconds
RESERVE = 4 * 2**20
"""Bytes kept free while foreign code runs, so that its error can be described when its memory was full."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What all programs share: importable modules, those to load ahead, MiB above the warm process, bytes printed.

    `cpu_seconds` bound the longest of them where nobody watches any more.
    """

    modules: Sequence[str]
    ahead: Sequence[str]
    memory_mib: int
    output_bytes: int
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class Begin:
    """A program: the function that is called, random seed and limits of its top level, how its page is laid out."""

    function: str
    seed: int
    allowed: Allowed
    layout: Layout


@dataclass(frozen=True, slots=True)
class Step:
    """How far a program came: the CPU seconds that this step took, and how its process ended, None where it waits."""

    cpu_seconds: float
    ending: Ending | None


def pack(message: Begin | Allowed | Step | None) -> bytes:
    """Return a message as JSON; a task's message says what it may take, the last one is None."""
    return json.dumps(None if message is None else asdict(message)).encode()


def unpack_begin(fields: Mapping[str, Any]) -> Begin:
    """Return a program that is to begin."""
    return Begin(fields["function"], fields["seed"], Allowed(**fields["allowed"]), Layout(**fields["layout"]))


def unpack_step(frame: bytes) -> Step:
    """Return how far a program came."""
    fields = json.loads(frame)
    ending = fields["ending"]
    return Step(
        fields["cpu_seconds"], None if ending is None else Ending(**{**ending, "killer": Killer(ending["killer"])})
    )


def main() -> None:
    """Serve calls until the other end of the socket hangs up."""
    die_with_parent()
    resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))
    terms = Terms(**json.loads(sys.argv[1]))
    for name in (*terms.ahead, *terms.modules):
        importlib.import_module(name)
    time.localtime()
    descriptor = int(sys.argv[2])
    for known in (sys.path, sys.argv, sys.orig_argv):
        known.clear()
    sys.path_importer_cache.clear()
    with socket.socket(fileno=descriptor) as line:
        probe, size = lock_and_prove()
        os.environ.clear()
        gc.collect()
        gc.freeze()
        line.send(pack_probe(probe))
        works = {layer.name: layer.works for layer in probe.layers}
        confined = confinement(terms.cpu_seconds, terms.memory_mib, False, works["seccomp"], size)
        serve(line, terms, confined)
    leave(0)


def serve(line: socket.socket, terms: Terms, confined: Confinement) -> None:
    """Let programs begin, give each its tasks, end it; one at a time."""
    while True:
        frame, descriptors, _, _ = socket.recv_fds(line, LONGEST, 1)
        if not frame:
            return
        begin = unpack_begin(json.loads(frame))
        page = descriptors[0]
        pid = os.fork()
        if not pid:
            perform(begin, page, terms, replace(confined, address_space=confined.address_space + begin.layout.size))
        watched = Watched(pid, page)
        step = watched.step(begin.allowed, State.STARTED)
        line.send(pack(step))
        while step.ending is None:
            frame = line.recv(LONGEST)
            if not frame:
                leave(0)
            allowed = json.loads(frame)
            step = watched.end(Killer.NOBODY) if allowed is None else watched.answer(Allowed(**allowed))
            line.send(pack(step))
        watched.close()


class Watched:
    """A program's process from outside: it waits between its tasks, and its clock is read before and after each."""

    def __init__(self, pid: int, page: int) -> None:
        self._child = Child(pid)
        self._used = self._child.cpu_seconds()
        self._clocks = Clocks(self._used)
        self._page = page
        self._header = mmap.mmap(page, HEADER.size)
        self._state = SharedState(self._header)

    def step(self, allowed: Allowed, state: State) -> Step:
        """Wait until it is in another state, or has ended or must.

        The step begins where the one before ended: there is no time between two tasks that nobody counts.
        """
        began = self._used

        def ready(seconds: float) -> bool:
            self._state.wait_while(state, seconds)
            if self._state.value not in (state, State.READY, State.DONE):  # it is ending, or writes what it likes
                time.sleep(min(seconds, SHORTLY))
            return self._state.value in (State.READY, State.DONE)

        until = Allowed(began + allowed.cpu_seconds, allowed.wall_seconds)
        killer = self._child.wait_for(ready, until, self._clocks)
        self._used = self._child.cpu_seconds()
        self._clocks.pause()
        used = self._used - began
        if killer is None and used <= allowed.cpu_seconds:
            return Step(used, None)
        return replace(self.end(Killer.CPU if killer is None else killer), cpu_seconds=used)

    def answer(self, allowed: Allowed) -> Step:
        """Tell that a task is there, and wait for the answer."""
        self._state.set(State.GO)
        self._clocks.go_on()
        return self.step(allowed, State.GO)

    def end(self, killer: Killer) -> Step:
        """End it where it still lives."""
        return Step(0.0, self._child.reap(killer))

    def close(self) -> None:
        """Let go of its page."""
        self._state.close()
        self._header.close()
        os.close(self._page)


def perform(begin: Begin, descriptor: int, terms: Terms, confined: Confinement) -> NoReturn:
    """Lock in, run the program's top level, then answer task after task: never returns."""
    try:
        page = Page(descriptor, begin.layout)
        reserve = mmap.mmap(-1, RESERVE)
        confined.enter()
        error = program.run_foreign(lambda: answer_all(begin, page, terms))
        reserve.close()
        if error is not None:
            page.fail(*program.fault_and_message(error, MESSAGE_BYTES))
    finally:
        leave(0)


def answer_all(begin: Begin, page: Page, terms: Terms) -> NoReturn:
    """Run the program and store its answers, until this process is killed."""

    def violated(message: str) -> NoReturn:
        page.fail(Fault.VIOLATION, message)
        leave(0)

    code = program.compiled(page.source().decode("utf-8"))  # compile() of bytes would honour a coding cookie
    program.prepare(terms.modules, terms.output_bytes, violated)
    program.reseed(begin.seed)
    function = program.load(code, begin.function, terms.modules)
    state = State.READY
    while True:
        task = page.next_task(state)
        program.reseed(task.seed)
        page.store(as_solution(function(*task.arguments), task.promise))
        del task
        state = State.DONE
