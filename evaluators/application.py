"""A candidate applied to instances: its solutions, made in the sandbox and verified outside; no reference is needed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluators.outcome import Failure, Isolation
from evaluators.sandbox import Limits, Worker
from evaluators.scoring import verified_values
from problems import Instance, Problem, Solution, Split

PLACE = Split.TEST
"""A worker knows instances by their split alone."""


@dataclass(frozen=True, slots=True)
class Application:
    """Feasible solutions with their objectives of shape (instances,), and the isolation that the sandbox proved."""

    solutions: tuple[Solution, ...]
    values: NDArray[np.float64]
    isolation: Isolation


async def apply(
    problem: Problem,
    source: str,
    instances: Sequence[Instance],
    limits: Limits,
    folders: Sequence[str] = (),
    required: Isolation = Isolation.C,
) -> Application | Failure:
    """Return a candidate's solutions of all instances, or the failure that ended it.

    Raises:
        SandboxError, BaselineError: the sandbox or a baseline of the problem does not work.
    """
    worker = Worker(problem, {PLACE: instances}, limits, folders, required)
    try:
        isolation = await worker.start()
        report = await worker.run(source, PLACE)
    finally:
        await worker.close()
    if report.failure is not None:
        return report.failure
    values = verified_values(problem, instances, report.solutions)
    return values if isinstance(values, Failure) else Application(report.solutions, values, isolation)
