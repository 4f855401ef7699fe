"""The page shared with a child: header, operation counts, solutions, the source; in a memfd of sealed size.

The child writes it, so the parent takes one private copy after the child has been reaped, decodes fixed fields only
and checks the range of each. The source stands behind the solutions, so that no other message carries text.
"""

import fcntl
import mmap
import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import accumulate

import numpy as np

from evaluators.outcome import MESSAGE_BYTES, Facts, Failure, FailureKind
from problems import Solution, SolutionShape

HEADER = struct.Struct("<IIiI32sQQQI")
"""State, kind, instance, message length, digest, size, compile ns, run ns, whether the first answer repeats."""
COUNT = struct.Struct("<q")
HEADER_BYTES = 128
COUNTS_AT = HEADER_BYTES + MESSAGE_BYTES
KINDS = tuple(kind for kind in FailureKind if kind is not FailureKind.TWIN)
"""What a child may report of its candidate: only the search reports that it duplicates another one."""

LONGEST = 86400 * 10**9
MOST = 2**53


class ChildState(IntEnum):
    """How far the child came; a child that ends before it writes DONE or FAILED ended without a result."""

    STARTED = 0
    DONE = 1
    FAILED = 2


def solution_bytes(shapes: Sequence[SolutionShape]) -> int:
    """Return the bytes that the solutions take."""
    return sum(shape.nbytes for shape in shapes)


def solutions_start(shapes: Sequence[SolutionShape]) -> int:
    """Return where the solutions begin: behind a count of operations (int64) for each."""
    return COUNTS_AT + 8 * len(shapes)


def create(shapes: Sequence[SolutionShape], source: bytes) -> int:
    """Return the descriptor of a new page that holds `source`; its size can never change."""
    start = solutions_start(shapes) + solution_bytes(shapes)
    descriptor = os.memfd_create("job", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(descriptor, start + len(source))
    written = 0
    while written < len(source):
        written += os.pwrite(descriptor, source[written:], start + written)
    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
    return descriptor


def position(descriptor: int) -> int:
    """Return the index of the instance that a child says it is at, the first while it has not begun; perhaps false."""
    instance: int = HEADER.unpack(os.pread(descriptor, HEADER.size, 0))[2]
    return max(0, instance)


class SharedPage:
    """The child's view of the shared page."""

    def __init__(self, descriptor: int, shapes: Sequence[SolutionShape]) -> None:
        self.shapes = shapes
        self._starts = list(accumulate((shape.nbytes for shape in shapes), initial=solutions_start(shapes)))
        self.memory = mmap.mmap(descriptor, 0)
        self.instance = -1
        self.facts = Facts("", 0)
        self.compile_ns = self.run_ns = 0
        self.repeats = True

    def source(self) -> bytes:
        """Return the candidate's text, not decoded."""
        return self.memory[self._starts[-1] :]

    def write(self, state: ChildState, kind: int = 0, message: bytes = b"") -> None:
        """Write the header; the message comes first, so that a finished header is complete."""
        kept = message[:MESSAGE_BYTES]
        self.memory[HEADER_BYTES : HEADER_BYTES + len(kept)] = kept
        facts = (bytes.fromhex(self.facts.digest), self.facts.size)
        fields = (state, kind, self.instance, len(kept), *facts, self.compile_ns, self.run_ns, self.repeats)
        self.memory[: HEADER.size] = HEADER.pack(*fields)

    def enter(self, instance: int) -> None:
        """Write which instance is being solved, for the message if this process is killed."""
        self.instance = instance
        self.write(ChildState.STARTED)

    def fail(self, kind: FailureKind, message: str) -> None:
        """Write a failure."""
        self.write(ChildState.FAILED, KINDS.index(kind), message[:MESSAGE_BYTES].encode("utf-8", "replace"))

    def store(self, index: int, solution: Solution, operations: int = 0) -> None:
        """Write one solution, which has the shape and type promised, and the operations that it took."""
        COUNT.pack_into(self.memory, COUNTS_AT + 8 * index, operations)
        start = self._starts[index]
        self.memory[start : start + solution.nbytes] = solution.tobytes()

    def solution(self, index: int) -> Solution:
        """Return a solution that was stored."""
        start, shape = self._starts[index], self.shapes[index]
        return _solution(self.memory[start : start + shape.nbytes], shape)


@dataclass(frozen=True, slots=True)
class ChildResult:
    """What a child wrote, as the parent reads it: well-formed and in range, but perhaps false; None: never written."""

    state: ChildState
    failure: Failure | None
    instance: int | None
    facts: Facts | None
    solutions: tuple[Solution, ...]
    operations: tuple[int, ...]
    compile_seconds: float
    run_seconds: float
    repeats: bool


def decode(descriptor: int, shapes: Sequence[SolutionShape], names: Sequence[str]) -> ChildResult:
    """Take one private copy of the page and decode it; whatever is out of range counts as never written."""
    copy = os.pread(descriptor, solutions_start(shapes) + solution_bytes(shapes), 0)
    state, kind, instance, length, digest, size, compile_ns, run_ns, repeats = HEADER.unpack_from(copy)
    position = instance if 0 <= instance < len(names) else None
    failure = None
    if state == ChildState.FAILED and kind < len(KINDS) and length <= MESSAGE_BYTES:
        message = copy[HEADER_BYTES : HEADER_BYTES + length].decode("utf-8", "replace")
        failure = Failure(KINDS[kind], message, None if position is None else names[position])
    return ChildResult(
        state=ChildState.DONE if state == ChildState.DONE else ChildState.FAILED if failure else ChildState.STARTED,
        failure=failure,
        instance=position,
        facts=Facts(digest.hex(), min(size, 2**31)) if any(digest) else None,
        solutions=tuple(_solutions(copy, shapes)) if state == ChildState.DONE else (),
        operations=tuple(_counts(copy, len(shapes))) if state == ChildState.DONE else (),
        compile_seconds=min(compile_ns, LONGEST) * 1e-9,
        run_seconds=min(run_ns, LONGEST) * 1e-9,
        repeats=bool(repeats),
    )


def _counts(copy: bytes, instances: int) -> list[int]:
    counts = (COUNT.unpack_from(copy, COUNTS_AT + 8 * index)[0] for index in range(instances))
    return [min(max(0, count), MOST) for count in counts]


def _solutions(copy: bytes, shapes: Sequence[SolutionShape]) -> list[Solution]:
    start = solutions_start(shapes)
    solutions: list[Solution] = []
    for shape in shapes:
        solutions.append(_solution(copy[start : start + shape.nbytes], shape))
        start += shape.nbytes
    return solutions


def _solution(raw: bytes, shape: SolutionShape) -> Solution:
    if shape.integral:
        return np.frombuffer(raw, np.int64).reshape(shape.shape).copy()
    return np.frombuffer(raw, np.float64).reshape(shape.shape).copy()
