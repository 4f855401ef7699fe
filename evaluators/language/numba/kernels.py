"""Functions that stand for those of the language: compiled code and CPython run the same ones.

Each is a kernel whose machine code is kept on disk, since numba takes a second to prepare a sort, and its slow twin.
Nothing is counted in those kernels: the address of the count differs between processes. Sums of reals go from left to
right (numpy adds them pairwise), and the functions of math fail where CPython's do.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numba import types
from numba.extending import overload, register_jitable
from numpy.typing import NDArray

from evaluators.language.numba.counting import spend
from problems.kernels import compiled

RANGE = 2.0**63
LENGTHS = "an array changes in place by a number or by an array of its length"
INDEX = "an index is out of bounds"
MASK = "a mask has as many entries as the array that it is applied to"
CAST = "the result does not fit the type of the array that changes in place: write a = a / b, or use astype"
Numbers = NDArray[Any]
Function = Callable[..., object]


@compiled
def argsort(array: Numbers) -> NDArray[np.int64]:
    """np.argsort that keeps the order of equals."""
    return np.argsort(array, kind="mergesort")


@compiled
def sort(array: Numbers) -> Numbers:
    """np.sort."""
    return np.sort(array)


@compiled
def cumsum(array: Numbers) -> Numbers:
    """np.cumsum."""
    return np.cumsum(array)


@compiled
def where(condition: NDArray[np.bool_], one: Numbers | float, other: Numbers | float) -> Numbers:
    """np.where."""
    return np.where(condition, one, other)


@compiled
def flatnonzero(array: Numbers) -> NDArray[np.int64]:
    """np.flatnonzero."""
    return np.flatnonzero(array)


@compiled
def searchsorted(array: Numbers, value: Numbers | float) -> NDArray[np.int64] | int:
    """np.searchsorted."""
    return np.searchsorted(array, value)


@register_jitable
def charged_search(array: Numbers, value: Numbers | float) -> Any:
    """np.searchsorted; each value costs the bits of the array's length, and 1."""
    bits = 1
    size = array.size
    while size > 0:
        size //= 2
        bits += 1
    spend(np.size(value) * bits)
    return searchsorted(array, value)


def entries(array: Any, chosen: Any) -> Any:
    """Return array[chosen]; machine code by itself looks neither at a mask's length nor at the indices of an array."""
    if isinstance(chosen, np.ndarray) and chosen.dtype == np.bool_ and chosen.size != array.size:
        raise IndexError(MASK)
    return array[chosen]


@overload(entries, strict=False)
def entries_by_type(array: types.Type, chosen: types.Type) -> Function | None:
    """Return `entries` for the types."""
    if not isinstance(array, types.Array):
        return None
    if not isinstance(chosen, types.Array):
        return lambda array, chosen: array[chosen]
    if chosen.dtype is not types.boolean:

        def indexed(array: Numbers, chosen: NDArray[np.int64]) -> Numbers:
            for k in range(chosen.size):
                if not -array.size <= chosen[k] < array.size:
                    raise IndexError(INDEX)
            return array[chosen]

        return indexed

    def masked(array: Numbers, chosen: NDArray[np.bool_]) -> Numbers:
        if chosen.size != array.size:
            raise IndexError(MASK)
        return array[chosen]

    return masked


@compiled
def chosen_entries(array: Numbers, chosen: NDArray[Any]) -> Numbers:
    """array[chosen] for an array of indices or a mask."""
    result: Numbers = entries(array, chosen)
    return result


@compiled
def fill_slice(part: Numbers, value: Numbers | float) -> None:
    """a[i:j] = value."""
    part[:] = value


@compiled
def broadcastable(array: Numbers | float, value: Numbers | float) -> Numbers | float:
    """Return b of `a += b`; machine code would not look whether each entry of a has one of b."""
    if np.size(value) != 1 and np.size(value) != np.size(array):
        raise ValueError(LENGTHS)
    return value


def assigned(array: Any, result: Any) -> Any:
    """Write what `a + b` gave into a, as numpy does for `a += b`; a number is replaced."""
    if not isinstance(array, np.ndarray):
        return result
    if not np.can_cast(result.dtype, array.dtype, "same_kind"):
        raise ValueError(CAST)
    if result.size != array.size:
        raise ValueError(LENGTHS)
    array[:] = result
    return array


@overload(assigned, strict=False)  # not strict: the names of the parameters are compared, their annotations not
def assigned_by_type(array: types.Type, result: Any) -> Function:
    """Return `assigned` for the types."""
    if not isinstance(array, types.Array):
        return lambda array, result: result  # noqa: ARG005 - numba compares the names
    if not np.can_cast(str(result.dtype), str(array.dtype), "same_kind"):

        def refuse(array: Numbers, result: Numbers) -> Numbers:
            if result.size >= 0:  # always: numba wants to know what else comes back
                raise ValueError(CAST)
            return array

        return refuse

    def assign(array: Numbers, result: Numbers) -> Numbers:
        if result.size != array.size:
            raise ValueError(LENGTHS)
        array[:] = result
        return array

    return assign


@compiled
def change_in_place(array: Numbers | float, result: Numbers | float) -> Any:
    """a += b, once a + b is computed, so that b may be a part of a."""
    return assigned(array, result)


@compiled
def minimum(array: Numbers) -> Any:
    """np.min."""
    return array.min()


@compiled
def maximum(array: Numbers) -> Any:
    """np.max."""
    return array.max()


@compiled
def argmin(array: Numbers) -> int:
    """np.argmin: the first of equals."""
    return int(array.argmin())


@compiled
def argmax(array: Numbers) -> int:
    """np.argmax: the first of equals."""
    return int(array.argmax())


@compiled
def sum_of(array: Numbers) -> Any:
    """np.sum."""
    result = array[:0].sum()  # zero of the right type
    for k in range(array.size):
        result += array[k]
    return result


@compiled
def mean(array: Numbers) -> float:
    """np.mean; of nothing it has no value."""
    result = 0.0
    for k in range(array.size):
        result += array[k]
    return float(result / array.size)


@compiled
def dot(left: Numbers, right: Numbers) -> Any:
    """np.dot."""
    if left.size != right.size:
        raise ValueError("np.dot() of arrays of different lengths")
    result = (left[:0] * right[:0]).sum()
    for k in range(left.size):
        result += left[k] * right[k]
    return result


@register_jitable
def valid_result(y: float, x: float) -> float:
    """Return y, computed from x, unless it is no number or too large where x is neither."""
    if (math.isnan(y) and not math.isnan(x)) or (math.isinf(y) and not math.isinf(x)):
        raise ValueError("math domain error, or a result too large")
    return y


@compiled
def power(x: float, y: float) -> float:
    """x ** y of numbers."""
    return valid_result(x**y, x)


@compiled
def remainder(x: float, y: float) -> float:
    """math.fmod: the sign is the dividend's."""
    if y == 0:
        raise ValueError("math domain error")
    return math.copysign(abs(x) % abs(y), x)


@register_jitable
def in_int64_range(x: float) -> float:
    """Return a number that fits 64 bits as a whole one."""
    if not -RANGE <= x < RANGE:
        raise OverflowError("no whole number of 64 bits")
    return x


@compiled
def truncated(x: float) -> int:
    """int(x)."""
    return int(in_int64_range(x))


@compiled
def rounded(x: float) -> int:
    """round(x), halves to the even number."""
    return int(in_int64_range(np.rint(x)))


@compiled
def floor(x: float) -> int:
    """math.floor."""
    return int(in_int64_range(np.floor(x)))


@compiled
def ceil(x: float) -> int:
    """math.ceil."""
    return int(in_int64_range(np.ceil(x)))


def with_domain_check(function: Callable[[float], float]) -> Function:
    """Return a function of math that fails where it has no value; machine code gives NaN or infinity there."""

    @register_jitable
    def checked(x: float) -> float:
        return valid_result(function(x), x)

    result: Function = checked
    return result


WITH_DOMAIN = (
    "exp", "expm1", "log1p", "log2", "log10", "sqrt", "sin", "cos", "tan", "asin", "acos", "sinh", "cosh",
    "acosh", "atanh",
)  # fmt: skip
FUNCTIONS: Mapping[str, Function] = {
    **{name: with_domain_check(getattr(math, name)) for name in WITH_DOMAIN},
    "ln": with_domain_check(math.log),
    "pow": power,
    "fmod": remainder,
    "floor": floor,
    "ceil": ceil,
    "trunc": truncated,
    "int": truncated,
    "round": rounded,
    "np.argsort": argsort,
    "np.sort": sort,
    "np.where": where,
    "np.flatnonzero": flatnonzero,
    "np.searchsorted": charged_search,
    "np.dot": dot,
    "np.cumsum": cumsum,
    "np.sum": sum_of,
    "np.mean": mean,
    "np.min": minimum,
    "np.max": maximum,
    "np.argmin": argmin,
    "np.argmax": argmax,
    "**": power,
    "a[chosen]": chosen_entries,
    "[:]=": fill_slice,
    "b of +=": broadcastable,
    "+=": change_in_place,
}
"""What stands for a function of the language; the last five are operators."""
