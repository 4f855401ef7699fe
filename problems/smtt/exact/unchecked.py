"""Kernels without bounds checks: the search and its prices take twice the time with them."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from numba import njit

P = ParamSpec("P")
T = TypeVar("T")


def unchecked(function: Callable[P, T]) -> Callable[P, T]:
    """Compile a kernel at its first call and keep the machine code on disk; NUMBA_BOUNDSCHECK=1 checks indices."""
    kernel: Callable[P, T] = njit(cache=True)(function)
    return kernel
