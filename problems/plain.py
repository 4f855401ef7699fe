"""Plain values (numbers, truth values, texts, lists, dicts) as arrays of int64: the bytes of their JSON text."""

import json
import math
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from problems.contract import Array, Infeasible

WORD = 8
"""Bytes of one int64."""


def as_words(value: object) -> NDArray[np.int64]:
    """Return a value as an array, filled up with blanks.

    Raises:
        ValueError: it holds something else, or a number that is not finite.
    """
    try:
        text = json.dumps(value, allow_nan=False).encode()
        same = json.loads(text) == _with_lists(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"Expected numbers, texts, lists and dicts alone: {error}.") from error
    if not same:
        raise ValueError("Expected dicts with texts as keys.")
    return np.frombuffer(text.ljust(-(-len(text) // WORD) * WORD), np.int64).copy()


def plain_value(words: Array) -> object:
    """Return the value in an array that is not trusted.

    Raises:
        Infeasible: it holds none.
    """
    try:
        return json.loads(words.tobytes().decode("ascii"), parse_constant=_refused, parse_float=_finite)
    except (ValueError, RecursionError):
        raise Infeasible("The result is no plain value.") from None


def _finite(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise ValueError(text)
    return number


def _refused(constant: str) -> NoReturn:
    raise ValueError(constant)


def _with_lists(value: object) -> object:
    match value:
        case list() | tuple():
            return [_with_lists(one) for one in value]
        case dict():
            return {key: _with_lists(one) for key, one in value.items()}
    return value
