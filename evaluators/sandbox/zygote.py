"""The warm process that forks a confined child for every job: `main` is the program of a fresh interpreter.

It imports and compiles everything first, then locks itself in; it never touches a candidate's text. Exceptions here
are bugs or a broken problem: their last line reaches the parent by way of stderr.
"""

import gc
import importlib
import os
import resource
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import partial

from evaluators import algorithms, rules
from evaluators.sandbox import child, messages, program, shared_memory
from evaluators.sandbox.contract import Job, Setup
from evaluators.sandbox.libc import die_with_parent
from evaluators.sandbox.lockdown import DESCRIPTORS, Confinement, confinement
from evaluators.sandbox.probes import lock_and_prove
from evaluators.sandbox.solutions import as_solution
from evaluators.sandbox.solvers import Solver, algorithm_solver, program_solver, rule_solver
from evaluators.sandbox.watch import ParentGone, watch
from evaluators.source import PROGRAM_MODULES
from problems import Instance, Kind, kernels

PARSER = ("unicodedata",)
"""What the parser imports when it first meets a letter beyond ASCII in a name."""

LAZY = (
    "encodings.ascii", "encodings.latin_1", "encodings.utf_16", "encodings.idna", "traceback", "linecache", "warnings",
    "numpy.ma", "numpy.fft", "numpy.polynomial", "numpy.char", "numpy.rec", "numpy.linalg", "numpy.random",
)  # fmt: skip
"""Modules that the standard library and numpy import on first use, which is too late in a child."""


def main(descriptor: int) -> None:
    """Serve the parent at the other end of the socket until it hangs up."""
    die_with_parent()
    resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))
    kernels.warm()  # while the parent still reads its settings
    with socket.socket(fileno=descriptor) as line:
        _, (setup_page,), _, _ = socket.recv_fds(line, 1, 1)
        setup = messages.unpack_setup(setup_page)
        warm(setup)
        probe, size = lock_and_prove()
        os.environ.clear()
        gc.collect()
        gc.freeze()
        line.send(messages.pack_probe(probe))
        works = {layer.name: layer.works for layer in probe.layers}
        confinements = {
            job: confinement(
                setup.limits if job is Job.READ else setup.most_limits(),
                executable=job is not Job.READ and setup.problem.kind is not Kind.PROGRAM,
                seccomp=works["seccomp"],
                size=size,
            )
            for job in Job
        }
        with suppress(ParentGone):
            serve(line, setup, confinements)
    os._exit(0)


def warm(setup: Setup) -> None:
    """Import and compile whatever a child will need: there is no file left to read later."""
    kind = setup.problem.kind
    # What only a program can import is left out: the smaller the process, the cheaper its forks.
    for name in (*PARSER, *LAZY, *PROGRAM_MODULES) if kind is Kind.PROGRAM else PARSER:
        importlib.import_module(name)
    if kind is Kind.RULE:
        rules.warm()
    elif kind is Kind.ALGORITHM:
        algorithms.warm()
        os.getcwd = root  # numba asks whenever it words an error, as it does in passing; the kernel would refuse
    else:
        time.localtime()
    for source in list(setup.problem.baselines.values())[:1]:
        for instances in setup.instances.values():
            for instance in instances[:1]:
                result = warm_solver(setup, source, instance)(instance)
                as_solution(result.solution, setup.problem.solution_shape(instance))


def root() -> str:
    """Return the folder that a confined process is in."""
    return "/"


def warm_solver(setup: Setup, source: str, like: Instance) -> Solver:
    """Return a baseline as a child would run it."""
    match setup.problem.kind:
        case Kind.RULE:
            return rule_solver(setup.problem, source)
        case Kind.ALGORITHM:
            return algorithm_solver(setup.problem, source, like)
        case Kind.PROGRAM:
            return program_solver(setup.problem, program.compiled(source), 0)


def allowed_seconds(setup: Setup, task: child.ChildTask) -> tuple[float, float]:
    """Return the CPU and wall seconds that a job may have used at the instance that it reports to be at.

    A child can write a false instance into its page: that gains it no more than the limits of the whole job.
    """
    limits = setup.limits_at(task.job, task.split, shared_memory.position(task.page))
    return limits.cpu_seconds, limits.wall_seconds


def serve(line: socket.socket, setup: Setup, confinements: Mapping[Job, Confinement]) -> None:
    """Answer jobs, one at a time; raises ParentGone when the parent is gone in the middle of one."""
    while True:
        frame, descriptors, _, _ = socket.recv_fds(line, messages.JOB.size, 1)
        if not frame:
            return
        job, split, seed = messages.unpack_job(frame)
        task = child.ChildTask(job, split, seed, descriptors[0])
        shapes = setup.shapes(job, split)
        pid = os.fork()
        if not pid:
            child.perform(setup, task, confinements[job], shapes)
        ending = watch(pid, partial(allowed_seconds, setup, task), line.fileno())
        os.close(task.page)
        line.send(messages.pack_ending(ending))
