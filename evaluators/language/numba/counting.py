"""The count of an algorithm's work: one cell of the process, which compiled code and plain Python change alike.

The functions here are what counting puts into a tree. CPython runs them as they stand; `numba_counting.py` tells
numba the same in machine code. The cell lies in the memory of the confined child, which reports the count; only the
whitelist of the language keeps an algorithm from writing there.
"""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from evaluators.work import DEAR

V = TypeVar("V")

CELL = np.zeros(2, dtype=np.int64)
"""Operations left before the limit, and the first line of the block that runs."""

BOUNDLESS = 2**62


class OverBudgetError(Exception):
    """The algorithm has used up its operations."""


def reset(most: int | None) -> None:
    """Begin to count: after `most` operations the algorithm fails."""
    CELL[0] = BOUNDLESS if most is None else most
    CELL[1] = 0


def used(most: int | None) -> int:
    """Return the operations counted since `reset(most)`."""
    return (BOUNDLESS if most is None else most) - int(CELL[0])


def line() -> int:
    """Return the first line of the block that ran last."""
    return int(CELL[1])


def tally(operations: int, line: int) -> None:
    """Charge a block that is about to run."""
    CELL[0] -= operations
    CELL[1] = line


def tick(operations: int, line: int) -> None:
    """Charge a pass of a loop, and end an algorithm that is over its limit."""
    tally(operations, line)
    spend(0)


def spend(operations: int) -> None:
    """Charge operations that only the run can tell, and end an algorithm that is over its limit."""
    CELL[0] -= operations
    if CELL[0] < 0:
        raise OverBudgetError


def elements(value: V) -> V:
    """Charge the elements of an array, 1 for a number; return it."""
    spend(value.size if isinstance(value, np.ndarray) else 1)
    return value


def powers(value: V) -> V:
    """Charge 10 for each element of an array of powers, and for a number; return it."""
    spend(DEAR * (value.size if isinstance(value, np.ndarray) else 1))
    return value


def sorting(array: NDArray[np.generic]) -> NDArray[np.generic]:
    """Charge n·ceil(log2 n) for the sort of an array of n elements; return it."""
    spend(array.size * max(0, array.size - 1).bit_length())
    return array


def length(count: int) -> int:
    """Charge the elements of an array before it is made; return how many."""
    spend(max(0, count))
    return count
