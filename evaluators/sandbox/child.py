"""The confined child: one job, from locking itself in to its end. The only code of ours near foreign code."""

import mmap
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from evaluators.outcome import MESSAGE_BYTES, FailureKind
from evaluators.rules import RuleError
from evaluators.sandbox import program
from evaluators.sandbox.contract import Job, Setup
from evaluators.sandbox.lockdown import Confinement
from evaluators.sandbox.shared_memory import ChildState, SharedPage
from evaluators.sandbox.solutions import InvalidResult, as_solution, class_name
from evaluators.sandbox.solvers import Solver, algorithm_solver, program_solver, rule_solver, run_foreign
from evaluators.source import PROGRAM_MODULES, Refused, read
from evaluators.work import RunError
from problems import Instance, Kind, Literals, SolutionShape, Split

leave = os._exit  # bound now: a program may replace it later
traceback_of = vars(BaseException)["__traceback__"].__get__  # past any property of the error's own class
RESERVE = 4 * 2**20
"""Bytes kept free while foreign code runs, so that its error can be described when its memory was full."""


@dataclass(frozen=True, slots=True)
class ChildTask:
    """One job as the zygote hands it on; `page` is the descriptor of the shared page."""

    job: Job
    split: Split
    seed: int
    page: int


def perform(setup: Setup, task: ChildTask, confinement: Confinement, shapes: Sequence[SolutionShape]) -> NoReturn:
    """Lock in, do the job, end: never returns."""
    try:
        page = SharedPage(task.page, shapes)
        reserve = mmap.mmap(-1, RESERVE)
        confinement.enter()
        work = _read if task.job is Job.READ else _run
        error = run_foreign(lambda: work(setup, task, page))
        reserve.close()
        if error is not None:
            page.fail(*kind_and_message(error))
    finally:
        leave(0)


def kind_and_message(error: BaseException) -> tuple[FailureKind, str]:
    """Return the kind and a message of any error, even of one that cannot be described."""
    descriptions = [(FailureKind.RUNTIME_ERROR, "raised an error that cannot be shown")]
    run_foreign(lambda: descriptions.append(describe(error)))
    return descriptions[-1]


def describe(error: BaseException) -> tuple[FailureKind, str]:
    """Return the kind and a message of an error that foreign code may have made up.

    An error that came through the candidate's code is the candidate's own, even if its class is one of ours.
    """
    line = program.candidate_line(traceback_of(error))
    if line is None:
        if isinstance(error, Refused):
            return error.kind, str(error)
        if isinstance(error, InvalidResult):
            return FailureKind.INVALID_RESULT, str(error)
        if isinstance(error, RunError):
            return error.kind, str(error)
        if isinstance(error, RuleError):
            return FailureKind.RUNTIME_ERROR, str(error)
    where = "" if line is None else f"line {line}: "
    texts = [class_name(type(error))]
    run_foreign(lambda: texts.append(str.__getitem__(str(error), slice(MESSAGE_BYTES))))
    return kind_of(type(error)), where + ": ".join(text for text in texts if text)


def kind_of(raised: type[BaseException]) -> FailureKind:
    """Return the kind that an error of the candidate's own amounts to."""
    if issubclass(raised, MemoryError):
        return FailureKind.MEMORY
    if issubclass(raised, FileNotFoundError | PermissionError):  # what libraries raise when the kernel refuses a file
        return FailureKind.VIOLATION
    return FailureKind.RUNTIME_ERROR


def _decoded(page: SharedPage) -> str:
    # Decoded here: compile() of bytes would honour a coding cookie.
    return page.source().decode("utf-8")


def _read(setup: Setup, _: ChildTask, page: SharedPage) -> None:
    _note_facts(setup, page)
    page.write(ChildState.DONE)


def _note_facts(setup: Setup, page: SharedPage) -> None:
    problem = setup.problem
    literals = problem.literal_limits if isinstance(problem, Literals) else None
    page.facts = read(_decoded(page), problem.kind, problem.signatures, literals)


def _run(setup: Setup, task: ChildTask, page: SharedPage) -> None:
    if setup.reads_where_it_runs:
        _note_facts(setup, page)
    started = time.perf_counter_ns()
    instances = setup.instances_of(task.job, task.split)
    solve = _solver(setup, task, page, instances)
    compiled = time.perf_counter_ns()
    page.compile_ns = compiled - started
    for index, instance in enumerate(instances):
        page.enter(index)
        result = solve(instance)
        page.store(index, as_solution(result.solution, page.shapes[index]), result.operations)
    page.run_ns = time.perf_counter_ns() - compiled
    page.write(ChildState.DONE)


def _solver(setup: Setup, task: ChildTask, page: SharedPage, instances: Sequence[Instance]) -> Solver:
    match setup.problem.kind:
        case Kind.RULE:
            return rule_solver(setup.problem, _decoded(page))
        case Kind.ALGORITHM:
            return algorithm_solver(setup.problem, _decoded(page), instances[0])
        case Kind.PROGRAM:
            return _program_solver(setup, task, page)


def _program_solver(setup: Setup, task: ChildTask, page: SharedPage) -> Solver:
    def violated(message: str) -> NoReturn:
        page.fail(FailureKind.VIOLATION, message)
        leave(0)

    code = program.compiled(_decoded(page))
    program.prepare(PROGRAM_MODULES, setup.limits.output_bytes, violated)
    return program_solver(setup.problem, code, task.seed)
