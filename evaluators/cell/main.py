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
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import NoReturn

from . import program
from .libc import die_with_parent
from .lockdown import DESCRIPTORS, Confinement, confinement
from .page import MESSAGE_BYTES, Page, PageLayout, PageState, ProgramFault
from .proof import lock_and_prove, pack_probe
from .solutions import as_returned
from .watch import pack_ending, reap

leave = os._exit  # bound now: a program may replace it later
LONGEST = 65536
HERE = b"H"
"""What a program's process says first: the kernel adds its id, as the receiver's namespace counts."""
END = b"E"
RESERVE = 4 * 2**20
"""Bytes kept free while foreign code runs, so that its error can be described when its memory was full."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What all programs share: importable modules, those to load ahead, MiB above the warm process.

    `cpu_seconds` bound the longest of them where nobody watches any more.
    """

    modules: Sequence[str]
    ahead: Sequence[str]
    memory_mib: int
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class Begin:
    """A program: the function that is called, the random seed of its top level, how its page is laid out."""

    function: str
    seed: int
    layout: PageLayout


def pack_begin(begin: Begin) -> bytes:
    """Return the message that has a program begin; its page travels with it."""
    return json.dumps(asdict(begin)).encode()


def unpack_begin(frame: bytes) -> Begin:
    """Return a program that is to begin."""
    fields = json.loads(frame)
    return Begin(fields["function"], fields["seed"], PageLayout(**fields["layout"]))


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
    """Let programs begin and end, one at a time; what happens in between is between driver and program."""
    while True:
        frame, descriptors, _, _ = socket.recv_fds(line, LONGEST, 1)
        if not frame:
            return
        begin, page = unpack_begin(frame), descriptors[0]
        pid = os.fork()
        if not pid:
            confined = replace(confined, address_space=confined.address_space + begin.layout.size)
            perform(line, begin, page, terms, confined)
        os.close(page)
        wanted = line.recv(LONGEST)
        ending = reap(pid)
        if not wanted:
            return
        line.send(pack_ending(ending))


def perform(line: socket.socket, begin: Begin, descriptor: int, terms: Terms, confined: Confinement) -> NoReturn:
    """Lock in, run the program's top level, then answer call after call: never returns."""
    try:
        line.send(HERE)
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
        page.fail(ProgramFault.VIOLATION, message)
        leave(0)

    code = program.compiled(page.source().decode("utf-8"))  # compile() of bytes would honour a coding cookie
    program.prepare(terms.modules, violated)
    program.reseed(begin.seed)
    function = program.load(code, begin.function, terms.modules)
    state = PageState.READY
    while True:
        call = page.next_call(state)
        program.reseed(call.seed)
        page.store(as_returned(function(*call.arguments), call.promise))
        del call
        state = PageState.DONE
