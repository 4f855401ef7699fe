"""The warm process that forks a confined child for every job: `main` is the program of a fresh interpreter.

It imports and compiles everything first, then locks itself in; it never touches a candidate's text. A baseline that
fails is told to the parent; other exceptions are bugs, their last line reaches it by way of stderr.
"""

import gc
import importlib
import os
import resource
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial

from evaluators.cell.libc import die_with_parent
from evaluators.cell.lockdown import DESCRIPTORS, Confinement, confinement
from evaluators.cell.program import run_foreign
from evaluators.cell.proof import Probe, lock_and_prove, pack_probe
from evaluators.cell.solutions import as_solution
from evaluators.cell.watch import Allowed, Ending, Killer, ParentGone, pack_ending, watch
from evaluators.language import warm_algorithms, warm_rules
from evaluators.outcome import Isolation
from evaluators.sandbox import child, messages
from evaluators.sandbox.contract import BaselineError, Job, Setup
from evaluators.sandbox.foreign import CleanInterpreter, InterpreterGone, Program
from evaluators.sandbox.shared_memory import ChildState, SharedPage
from evaluators.sandbox.solvers import Solver, algorithm_solver, rule_solver
from problems import Instance, Kind, SolutionShape, Split, Timed, kernels

PARSER = ("unicodedata",)
"""What the parser imports when it first meets a letter beyond ASCII in a name."""

LEVELS = tuple(Isolation)


def main(descriptor: int) -> None:
    """Serve the parent at the other end of the socket until it hangs up."""
    die_with_parent()
    resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))
    kernels.warm()  # while the parent still reads its settings
    with socket.socket(fileno=descriptor) as line:
        _, (setup_page,), _, _ = socket.recv_fds(line, 1, 1)
        setup = messages.unpack_setup(setup_page)
        try:
            start(line, setup)
        except BaselineError as error:
            line.send(messages.pack_fault(str(error)))
    os._exit(0)


def start(line: socket.socket, setup: Setup) -> None:
    """Get ready, say what was proved, and serve; raises BaselineError where a baseline fails."""
    warm(setup)
    interpreter = CleanInterpreter(setup) if setup.problem.kind is Kind.PROGRAM else None
    probe, size = lock_and_prove(interpreter.start) if interpreter else lock_and_prove()
    os.environ.clear()
    gc.collect()
    gc.freeze()
    if interpreter is not None:
        probe = max(probe, interpreter.prepare(), key=lambda one: LEVELS.index(one.level))
        try_programs(setup, interpreter)
    line.send(pack_probe(probe))
    with suppress(ParentGone):
        serve(line, setup, confinements(setup, probe, size), interpreter)


def confinements(setup: Setup, probe: Probe, size: int) -> Mapping[Job, Confinement]:
    """Return how the child of each kind of job is locked in, where this process has `size` bytes."""
    works = {layer.name: layer.works for layer in probe.layers}
    found = {}
    for job in Job:
        limits = setup.limits if job is Job.READ else setup.most_limits()
        executable = job is not Job.READ
        found[job] = confinement(limits.cpu_seconds, limits.memory_mib, executable, works["seccomp"], size)
    return found


def warm(setup: Setup) -> None:
    """Import and compile whatever a child will need: there is no file left to read later."""
    for name in PARSER:
        importlib.import_module(name)
    match setup.problem.kind:
        case Kind.RULE:
            warm_rules()
        case Kind.ALGORITHM:
            warm_algorithms()
            os.getcwd = root  # numba asks whenever it words an error, as it does in passing; the kernel would refuse
        case Kind.PROGRAM:
            return
    for name, source in list(setup.problem.baselines.items())[:1]:
        for instance in first_instances(setup):
            try_baseline(name, instance, partial(solve_once, setup, source, instance))


def solve_once(setup: Setup, source: str, instance: Instance) -> None:
    """Solve an instance by a rule or an algorithm."""
    result = warm_solver(setup, source, instance)(instance)
    as_solution(result.solution, setup.problem.solution_shape(instance))


def try_baseline(name: str, instance: Instance, solve: Callable[[], object]) -> None:
    """Solve an instance by a baseline; raises BaselineError where that fails."""
    error = run_foreign(solve)
    if isinstance(error, InterpreterGone):
        raise error
    if error is not None:
        kind, message = child.kind_and_message(error)
        raise BaselineError(f"baseline {name} fails ({kind}) on {instance.name}: {message}") from error


def first_instances(setup: Setup) -> list[Instance]:
    """Return the first instance of each split."""
    return [instances[0] for instances in setup.instances.values() if instances]


def try_programs(setup: Setup, interpreter: CleanInterpreter) -> None:
    """Run all baselines of a problem of programs, the first one alone where each instance may take long."""
    timed = isinstance(setup.problem, Timed)
    for name, source in list(setup.problem.baselines.items())[: 1 if timed else None]:
        program = Program(setup, interpreter, source.encode(), 0)
        for instance in first_instances(setup):
            try_baseline(name, instance, partial(program.solution, instance))
        program.end()


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
            raise AssertionError("a program runs in a process that was never ours")


def run_program(
    setup: Setup, interpreter: CleanInterpreter, task: child.ChildTask, shapes: Sequence[SolutionShape]
) -> Ending:
    """Let a program solve the instances of a job; what is written into the page is of this process."""
    page = SharedPage(task.page, shapes)
    program = Program(setup, interpreter, page.source(), task.seed)
    error: Exception | None = None
    try:
        solve_all(program, setup.instances_of(task.job, task.split), page)
    except InterpreterGone:
        raise
    except Exception as raised:  # noqa: BLE001 - the problem's own code may raise anything at a strange answer
        error = raised
    page.compile_ns, page.run_ns = round(program.start * 1e9), round(program.solve * 1e9)
    took = Ending(0, Killer.NOBODY, program.start + program.solve, program.peak_kib)
    if error is None:
        instances = setup.instances_of(task.job, task.split)
        finalist = task.split is not Split.TRAIN  # a process more takes as long as a fast program's whole evaluation
        page.repeats = not instances or program.answers_again(instances[0], page.solution(0), anew=finalist)
        page.write(ChildState.DONE)
    else:
        page.fail(*child.kind_and_message(error))
    program.end()
    return took


def solve_all(program: Program, instances: Sequence[Instance], page: SharedPage) -> None:
    """Write the solution of each instance into the page."""
    for index, instance in enumerate(instances):
        page.enter(index)
        page.store(index, program.solution(instance))


def serve(
    line: socket.socket, setup: Setup, confined: Mapping[Job, Confinement], interpreter: CleanInterpreter | None
) -> None:
    """Answer jobs, one at a time; raises ParentGone when the parent is gone in the middle of one."""
    while True:
        frame, descriptors, _, _ = socket.recv_fds(line, messages.JOB.size, 1)
        if not frame:
            return
        job, split, seed = messages.unpack_job(frame)
        task = child.ChildTask(job, split, seed, descriptors[0])
        shapes = setup.shapes(job, split)
        if interpreter is not None and job is not Job.READ:
            ending = run_program(setup, interpreter, task, shapes)
        else:
            ending = run_child(line, setup, task, confined[job], shapes)
        os.close(task.page)
        line.send(pack_ending(ending))


def run_child(
    line: socket.socket, setup: Setup, task: child.ChildTask, confined: Confinement, shapes: Sequence[SolutionShape]
) -> Ending:
    """Do a job in a fork of this process, locked in and watched."""
    pid = os.fork()
    if not pid:
        child.perform(setup, task, confined, shapes)
    return watch(pid, Allowed(setup.limits.cpu_seconds, setup.limits.wall_seconds), line.fileno())
