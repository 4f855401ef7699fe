"""One call of a candidate's function in the sandbox, with arguments of the caller's own."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluators.cell.solutions import as_solution
from evaluators.outcome import Failure, Isolation
from evaluators.sandbox import Limits, Worker
from problems import Array, Instance, Kind, Rule, Signature, Solution, SolutionShape, Split
from problems.plain import plain_value

ROOM = 1 << 17
"""How many int64 the JSON text of a program's result may have: 1 MiB."""


class CallFailed(Exception):  # noqa: N818 - the candidate's failure, told in one line
    """The call brought no result; the message says why, with the line of the source."""


@dataclass(frozen=True, slots=True)
class OneCall:
    """What the sandbox needs of a problem, for one call: no instances of a split, no objective, no reference.

    An algorithm is called with arrays, the last of which it fills; a program with any arguments.
    """

    kind: Kind
    signatures: tuple[Signature, ...]
    given: tuple[Any, ...]

    @property
    def baselines(self) -> Mapping[str, str]:
        """An algorithm that does nothing: the compiler has files to read before any candidate is there."""
        if self.kind is Kind.PROGRAM:
            return {}
        out = self.signatures[0].parameters[-1].name
        return {"nothing": self.signatures[0].definition("Fill nothing.", [f"{out}[:] = 0"])}

    def instance(self) -> Instance:
        """Return what stands for the arguments where limits and types are looked up."""
        arrays: tuple[Array, ...] = self.given[:-1] if self.kind is Kind.ALGORITHM else ()
        return Instance("call", "", tuple(array.copy() for array in arrays), 1.0)

    def solution_shape(self, instance: Instance) -> SolutionShape:  # noqa: ARG002 there is one
        """Return the shape of the array that an algorithm fills; a program returns a plain value."""
        if self.kind is Kind.ALGORITHM:
            out = self.given[-1]
            return SolutionShape(out.shape, out.dtype == np.int64)
        return SolutionShape((ROOM,), plain=True)

    def construct(self, functions: Sequence[Rule], instance: Instance) -> Solution:
        """Make the call."""
        (function,) = functions
        if self.kind is Kind.PROGRAM:
            return np.asarray(function(*self.given))
        out: Array = self.given[-1].copy()
        function(*instance.arrays, out)
        return out


def call_once(
    kind: Kind,
    signature: Signature,
    source: str,
    arguments: Sequence[object],
    limits: Limits,
    isolation: Isolation = Isolation.C,
) -> object:
    """Call a program or an algorithm once, in a process of the sandbox that ends with it.

    A program's result comes back as plain values, arrays as lists; an algorithm's is the array that it filled.

    Raises:
        CallFailed: it failed or broke a limit.
        TypeError: an argument cannot be given to it.
        SandboxError: the sandbox does not work.
    """
    call = OneCall(kind, (signature,), _checked(kind, signature, arguments))
    return asyncio.run(_called(call, source, limits, isolation))


def _checked(kind: Kind, signature: Signature, arguments: Sequence[object]) -> tuple[object, ...]:
    if kind is Kind.PROGRAM:
        return tuple(arguments)
    arrays = tuple(np.asarray(argument) for argument in arguments)
    for parameter, array in zip(signature.parameters, arrays, strict=True):
        if array.dtype not in (np.int64, np.float64):
            raise TypeError(f"Expected an array of int64 or float64 as {parameter.name}, got {array.dtype}.")
    return arrays


async def _called(call: OneCall, source: str, limits: Limits, isolation: Isolation) -> object:
    instance = call.instance()
    worker = Worker(call, {Split.TRAIN: (instance,)}, limits, (), isolation)
    await worker.start()
    try:
        report = await worker.run(source, Split.TRAIN)
    finally:
        await worker.close()
    if isinstance(report.failure, Failure):
        raise CallFailed(f"{report.failure.kind}: {report.failure.message}")
    shape = call.solution_shape(instance)
    solution = as_solution(report.solutions[0], shape)
    return plain_value(solution) if shape.plain else solution
