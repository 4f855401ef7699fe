"""The confined child: one job, from locking itself in to its end. The only code of ours near foreign code."""

import mmap
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from evaluators.cell.lockdown import Confinement
from evaluators.cell.program import run_foreign
from evaluators.cell.solutions import InvalidResult, as_solution
from evaluators.language import RuleError
from evaluators.outcome import MESSAGE_BYTES, FailureKind
from evaluators.sandbox.contract import Job, Setup
from evaluators.sandbox.shared_memory import ChildState, SharedPage
from evaluators.sandbox.solvers import Solver, algorithm_solver, rule_solver
from evaluators.source import Refused, read
from evaluators.work import RunError
from problems import Instance, Kind, Literals, SolutionShape, Split

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
        os._exit(0)


def kind_and_message(error: BaseException) -> tuple[FailureKind, str]:
    """Return the kind and a message of any error."""
    if isinstance(error, Refused | RunError):
        return error.kind, str(error)
    if isinstance(error, RuleError):
        return FailureKind.RUNTIME_ERROR, str(error)
    if isinstance(error, InvalidResult):
        return FailureKind.INVALID_RESULT, str(error)
    kind = FailureKind.MEMORY if isinstance(error, MemoryError) else FailureKind.RUNTIME_ERROR
    return kind, ": ".join(text for text in (type(error).__name__, str(error)[:MESSAGE_BYTES]) if text)


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
    solve = _solver(setup, page, instances)
    compiled = time.perf_counter_ns()
    page.compile_ns = compiled - started
    for index, instance in enumerate(instances):
        page.enter(index)
        result = solve(instance)
        page.store(index, as_solution(result.solution, page.shapes[index]), result.operations)
    page.run_ns = time.perf_counter_ns() - compiled
    page.write(ChildState.DONE)


def _solver(setup: Setup, page: SharedPage, instances: Sequence[Instance]) -> Solver:
    match setup.problem.kind:
        case Kind.RULE:
            return rule_solver(setup.problem, _decoded(page))
        case Kind.ALGORITHM:
            return algorithm_solver(setup.problem, _decoded(page), instances[0])
        case Kind.PROGRAM:
            raise AssertionError("a program runs in a process that was never ours")
