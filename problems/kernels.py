"""Compiled kernels that keep their Python types, and their slow twins."""

from collections.abc import Callable, Sequence
from typing import ParamSpec, TypeVar

import llvmlite
import numba
import numpy as np
from numba import njit
from numba.core.registry import cpu_target
from numba.core.types import WrapperAddressProtocol

from problems.contract import Rule

VERSIONS = f"numba {numba.__version__}, llvmlite {llvmlite.__version__}, numpy {np.__version__}"
P = ParamSpec("P")
T = TypeVar("T")


def compiled(function: Callable[P, T]) -> Callable[P, T]:
    """Compile a kernel at its first call and keep the machine code on disk; indices are checked."""
    kernel: Callable[P, T] = njit(cache=True, boundscheck=True)(function)
    return kernel


def unchecked(function: Callable[P, T]) -> Callable[P, T]:
    """Compile a kernel at its first call, without bounds checks, where it would take twice the time with them.

    NUMBA_BOUNDSCHECK=1 checks indices all the same.
    """
    kernel: Callable[P, T] = njit(cache=True)(function)
    return kernel


def warm() -> None:
    """Let numba import and register what it otherwise does when a process calls its first kernel: 0.3 s."""
    cpu_target.typing_context.refresh()
    cpu_target.target_context.refresh()


def plain(kernel: Callable[P, T]) -> Callable[P, T]:
    """Return the Python function that a kernel was compiled from: its slow twin."""
    twin: Callable[P, T] = getattr(kernel, "py_func", kernel)
    return twin


def kernel_for(rules: Sequence[Rule], kernel: Callable[P, T]) -> Callable[P, T]:
    """Return the kernel when compiled code can call every rule by address, else its slow twin."""
    return kernel if all(isinstance(rule, WrapperAddressProtocol) for rule in rules) else plain(kernel)
