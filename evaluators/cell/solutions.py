"""What a candidate returned, as the array that was promised: types are checked before anything is narrowed."""

import json
import math
from typing import Any, Protocol, TypeGuard

import numpy as np
from numpy.typing import NDArray

Solution = NDArray[Any]  # int64 or float64

DTYPES = {True: np.dtype(np.int64), False: np.dtype(np.float64)}
"""What an array holds that needs no look at each of its numbers: by whether integers are promised."""

INTEGERS = frozenset(
    map(id, (int, np.int8, np.int16, np.int32, np.int64, np.longlong, np.uint8, np.uint16, np.uint32, np.uint64,
             np.ulonglong))
)  # fmt: skip
REALS = INTEGERS | frozenset(map(id, (float, np.float16, np.float32, np.float64)))
"""Types by identity: a metaclass may make its class equal to any of them."""

BYTES = 8
"""Of one entry of an array."""

NAME_OF = vars(type)["__name__"].__get__
"""Reads a class's name past any property of its metaclass."""


class Promised(Protocol):
    """The shape of a solution, and whether it holds integers."""

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of its axes."""

    @property
    def integral(self) -> bool:
        """Whether it holds int64, else float64."""

    @property
    def plain(self) -> bool:
        """Whether the int64 are the bytes of a plain value's JSON text."""


class InvalidResult(Exception):  # noqa: N818 - names the failure kind
    """The result is no solution; the message says what was expected and what came."""


def as_solution(result: object, promised: Promised) -> Solution:
    """Return the result as int64 or float64 in the promised shape.

    Lists, tuples and arrays are accepted, nested in any mixture; booleans, numbers in text, reals where integers are
    promised, subclasses and NaN or infinities are not.

    Raises:
        InvalidResult: anything else came.
    """
    if type(result) is np.ndarray and result.dtype is DTYPES[promised.integral] and result.shape == promised.shape:
        return _finite(result.copy())
    leaves = _flatten(result, promised.shape, "the result")
    try:
        return _integers(leaves, promised) if promised.integral else _reals(leaves, promised)
    except OverflowError:
        raise InvalidResult("the result holds a number beyond 64 bits") from None


def as_returned(result: object, promised: Promised) -> Solution:
    """Return what a program returned as the array that was promised; of a plain value this is its JSON text.

    Raises:
        InvalidResult: it is none.
    """
    if not promised.plain:
        return as_solution(result, promised)
    try:
        text = json.dumps(_plain(result), allow_nan=False, separators=(",", ":")).encode()
    except ValueError:
        raise InvalidResult("the result must hold finite numbers, got NaN, infinity, or a list within itself") from None
    except RecursionError:
        raise InvalidResult("the result is nested too deeply") from None
    room = BYTES * math.prod(promised.shape)
    if len(text) > room:
        raise InvalidResult(f"the result is too long: its JSON text may have {room:,} bytes, got {len(text):,}")
    return np.frombuffer(text.ljust(room), np.int64).reshape(promised.shape).copy()


def _plain(value: object) -> object:
    """Return a value of Python's own numbers, texts, lists and dicts."""
    match value:
        case np.ndarray() | np.generic():
            return _plain(value.tolist())
        case None | bool() | int() | float() | str():
            return value
        case list() | tuple():
            return [_plain(one) for one in value]
        case dict() if all(type(key) is str for key in value):
            return {key: _plain(one) for key, one in value.items()}
        case dict():
            raise InvalidResult("a dict in the result must have texts as keys")
    raise InvalidResult(
        f"the result must hold numbers, truth values, texts, lists and dicts alone, got {class_name(type(value))}"
    )


def _flatten(value: object, shape: tuple[int, ...], where: str) -> list[object]:
    if not shape:
        return [value[()] if type(value) is np.ndarray and value.shape == () else value]
    if type(value) is np.ndarray:
        if value.shape != shape:
            raise InvalidResult(f"{where} must have shape {shape}, got {value.shape}")
        return list(value.ravel())
    if type(value) is not list and type(value) is not tuple:
        raise InvalidResult(f"{where} must be a list or an array of shape {shape}, got {class_name(type(value))}")
    if len(value) != shape[0]:
        raise InvalidResult(f"{where} must have {shape[0]} entries, got {len(value)}")
    if len(shape) == 1:
        return list(value)
    rows = (_flatten(row, shape[1:], f"{where}[{index}]") for index, row in enumerate(value))
    return [leaf for row in rows for leaf in row]


def _integers(leaves: list[object], promised: Promised) -> Solution:
    if not _all_integers(leaves):
        raise InvalidResult(f"the result must hold integers, got {_wrong_type(leaves, INTEGERS)}")
    return np.array([int(leaf) for leaf in leaves], dtype=np.int64).reshape(promised.shape)


def _reals(leaves: list[object], promised: Promised) -> Solution:
    if not _all_reals(leaves):
        raise InvalidResult(f"the result must hold real numbers, got {_wrong_type(leaves, REALS)}")
    return _finite(np.array([float(leaf) for leaf in leaves], dtype=np.float64).reshape(promised.shape))


def _finite(solution: Solution) -> Solution:
    if solution.dtype.kind == "f" and not np.isfinite(solution).all():
        raise InvalidResult("the result must hold finite numbers, got NaN or infinity")
    return solution


def _all_integers(leaves: list[object]) -> TypeGuard[list[int]]:
    return INTEGERS.issuperset(map(id, map(type, leaves)))


def _all_reals(leaves: list[object]) -> TypeGuard[list[float]]:
    return REALS.issuperset(map(id, map(type, leaves)))


def _wrong_type(leaves: list[object], accepted: frozenset[int]) -> str:
    return next(class_name(kind) for kind in map(type, leaves) if id(kind) not in accepted)


def class_name(kind: type) -> str:
    """Return the first 100 letters of a class's own name, whatever its metaclass says."""
    return str.__getitem__(NAME_OF(kind), slice(100))
