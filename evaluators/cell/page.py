"""The page that a program's process shares with its driver: header, message, answer, source, call; of sealed size.

The process writes it, so all that is read back is of fixed size and checked. A call (the arguments of one instance) is
written into it after the top level has run and after the instance before was answered: no later instance is in the
process, and none is ever in the memory of the interpreter that it was forked from.
"""

import ctypes
import fcntl
import json
import math
import mmap
import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .libc import Futex

MESSAGE_BYTES = 4096
HEADER = struct.Struct("<IIII")  # state, fault, message length, unused
STATE = struct.Struct("<I")
LENGTH = struct.Struct("<Q")
ALIGNED = 8  # bytes
MESSAGE_AT = HEADER.size
ANSWER_AT = HEADER.size + MESSAGE_BYTES


class PageState(IntEnum):
    """How far a program's process came; GO is what its driver writes when a call is there."""

    STARTED = 0
    READY = 1
    GO = 2
    DONE = 3
    FAILED = 4


class ProgramFault(IntEnum):
    """What a program's process may report of its program."""

    COMPILE_ERROR = 0
    RUNTIME_ERROR = 1
    MEMORY = 2
    VIOLATION = 3
    INVALID_RESULT = 4


@dataclass(frozen=True, slots=True)
class PageLayout:
    """The bytes that answer and call may take, and those of the source."""

    answer: int
    source: int
    call: int

    @property
    def source_at(self) -> int:
        """Where the source begins."""
        return ANSWER_AT + self.answer

    @property
    def call_at(self) -> int:
        """Where the call begins."""
        return self.source_at + self.source

    @property
    def size(self) -> int:
        """The bytes of the whole page."""
        return self.call_at + self.call


@dataclass(frozen=True, slots=True)
class Promise:
    """The shape of an answer, whether it holds integers, and whether these are the bytes of a plain value's JSON."""

    shape: tuple[int, ...]
    integral: bool
    plain: bool = False

    @property
    def nbytes(self) -> int:
        """The bytes of the answer."""
        return ALIGNED * math.prod(self.shape)


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """What a program's function is called for once: a random seed, what it is called with, what it must return."""

    seed: int
    promise: Promise
    arguments: Sequence[Any]  # arrays, numbers, texts, lists, tuples and dicts of them


def sealed(name: str, size: int, *parts: tuple[int, bytes]) -> int:
    """Return the descriptor of new memory whose size never changes, with texts at their places."""
    descriptor = os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(descriptor, size)
    for place, text in parts:
        write_at(descriptor, place, text)
    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
    return descriptor


def write_at(descriptor: int, place: int, text: bytes) -> None:
    """Write a whole text at a place."""
    left = memoryview(text)
    while left:
        written = os.pwrite(descriptor, left, place)
        left, place = left[written:], place + written


def padded(text: bytes, filling: bytes) -> bytes:
    """Return the text made longer to a multiple of 8 bytes, so that every array lies where its type may."""
    return text + filling * (-len(text) % ALIGNED)


def pack_call(call: FunctionCall) -> bytes:
    """Return a call as bytes.

    Raises:
        TypeError: an argument is no array of numbers, number, text, or list, tuple or dict of them.
    """
    arrays: list[NDArray[Any]] = []
    told = [_described(one, arrays) for one in call.arguments]
    promise = [list(call.promise.shape), call.promise.integral, call.promise.plain]
    fields = [call.seed, promise, told]
    head = padded(json.dumps(fields).encode(), b" ")
    raw = [padded(array.tobytes(), b"\0") for array in arrays]
    whole = 2 * LENGTH.size + len(head) + sum(map(len, raw))
    return b"".join((LENGTH.pack(whole), LENGTH.pack(len(head)), head, *raw))


def _described(value: object, arrays: list[NDArray[Any]]) -> dict[str, object]:
    """Describe an argument in JSON; the arrays in it are appended to `arrays`."""
    match value:
        case np.ndarray() | np.generic() if not value.dtype.hasobject and value.dtype.fields is None:
            arrays.append(np.ascontiguousarray(value))
            return {"dtype": value.dtype.str, "shape": list(value.shape), "single": isinstance(value, np.generic)}
        case None | bool() | int() | float() | str():
            return {"value": value}
        case list() | tuple():
            return {type(value).__name__: [_described(one, arrays) for one in value]}
        case dict():
            return {"dict": [[_described(one, arrays) for one in item] for item in value.items()]}
    raise TypeError(
        f"Expected arrays of numbers, numbers, texts, or lists, tuples and dicts of them for a program, got "
        f"{type(value).__name__}."
    )


def unpack_call(packed: bytes) -> FunctionCall:
    """Return the call; its arrays are read-only."""
    (length,) = LENGTH.unpack_from(packed, LENGTH.size)
    place = 2 * LENGTH.size + length

    def given(told: dict[str, Any]) -> Any:  # an argument may be of any kind
        nonlocal place
        if "value" in told:
            return told["value"]
        for kind in (list, tuple):
            if kind.__name__ in told:
                return kind(given(one) for one in told[kind.__name__])
        if "dict" in told:
            return {given(key): given(one) for key, one in told["dict"]}
        shape = told["shape"]
        array: NDArray[Any] = np.frombuffer(packed, np.dtype(told["dtype"]), math.prod(shape), place).reshape(shape)
        place += -(-array.nbytes // ALIGNED) * ALIGNED
        return array[()] if told["single"] else array

    seed, (answer, integral, plain), told = json.loads(packed[2 * LENGTH.size : place])
    return FunctionCall(seed, Promise(tuple(answer), integral, plain), [given(one) for one in told])


class SharedState:
    """The state in a page, on which its two processes wait for each other."""

    def __init__(self, memory: mmap.mmap) -> None:
        self._word = ctypes.c_uint32.from_buffer(memory)
        self._futex = Futex(self._word)

    @property
    def value(self) -> int:
        """The state that was written last."""
        return self._word.value

    def set(self, state: PageState) -> None:
        """Write a state and wake who waits for it."""
        self._word.value = state
        self._futex.wake()

    def wait_while(self, state: PageState, seconds: float) -> None:
        """Return when the state is another one, at the latest after so many seconds, or earlier for no reason."""
        self._futex.wait(state, seconds)

    def close(self) -> None:
        """Let go of the memory."""
        del self._word


class Page:
    """The page as the program's process sees it."""

    def __init__(self, descriptor: int, layout: PageLayout) -> None:
        self.layout = layout
        self.memory = mmap.mmap(descriptor, layout.size)
        self.state = SharedState(self.memory)

    def source(self) -> bytes:
        """Return the program's text, not decoded."""
        return self.memory[self.layout.source_at : self.layout.call_at]

    def next_call(self, after: PageState) -> FunctionCall:
        """Tell the driver how far this process is, wait for a call and return it."""
        self.state.set(after)
        while self.state.value == after:
            self.state.wait_while(after, 1.0)
        start = self.layout.call_at
        end = start + LENGTH.unpack_from(self.memory, start)[0]
        packed = self.memory[start:end]
        np.frombuffer(self.memory, np.uint8)[start:end] = 0
        return unpack_call(packed)

    def fail(self, fault: ProgramFault, message: str) -> None:
        """Write a failure."""
        text = message[:MESSAGE_BYTES].encode("utf-8", "replace")[:MESSAGE_BYTES]
        self.memory[MESSAGE_AT : MESSAGE_AT + len(text)] = text
        self.memory[STATE.size : HEADER.size] = HEADER.pack(0, fault, len(text), 0)[STATE.size :]
        self.state.set(PageState.FAILED)

    def store(self, answer: NDArray[Any]) -> None:
        """Write the answer, which has the shape and type promised."""
        self.memory[ANSWER_AT : ANSWER_AT + answer.nbytes] = answer.tobytes()


@dataclass(frozen=True, slots=True)
class Said:
    """What a program's process wrote: well-formed, but perhaps false; the answer is None unless it is done."""

    fault: ProgramFault | None
    message: str
    answer: NDArray[Any] | None


def said(descriptor: int, promise: Promise) -> Said:
    """Read header, message and answer back, once; what is out of range counts as never written."""
    copy = os.pread(descriptor, ANSWER_AT + promise.nbytes, 0)
    state, fault, length, _ = HEADER.unpack_from(copy)
    if state == PageState.FAILED and fault < len(ProgramFault) and length <= MESSAGE_BYTES:
        return Said(ProgramFault(fault), copy[MESSAGE_AT : MESSAGE_AT + length].decode("utf-8", "replace"), None)
    if state != PageState.DONE:
        return Said(None, "", None)
    kind = np.int64 if promise.integral else np.float64
    return Said(None, "", np.frombuffer(copy[ANSWER_AT:], kind).reshape(promise.shape).copy())
