"""Compiled kernels that keep their Python types, and their slow twins."""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import ParamSpec, TypeVar

import llvmlite
import numba
import numpy as np
from numba import njit
from numba.core.registry import cpu_target
from numba.core.types import WrapperAddressProtocol

from problems.contract import Rule

VERSIONS = f"numba {numba.__version__}, llvmlite {llvmlite.__version__}, numpy {np.__version__}"
SETTINGS = vars(numba.config)
P = ParamSpec("P")
T = TypeVar("T")


def compiled(function: Callable[P, T]) -> Callable[P, T]:
    """Compile a kernel at its first call and keep the machine code on disk; indices are checked."""
    return _kept(function, boundscheck=True)


def unchecked(function: Callable[P, T]) -> Callable[P, T]:
    """Compile a kernel at its first call, without bounds checks, where it would take twice the time with them.

    NUMBA_BOUNDSCHECK=1 checks indices all the same.
    """
    return _kept(function)


def cache_folder(kernel: Callable[P, T]) -> str:
    """Return where the machine code of a kernel is kept, empty where no folder can be written."""
    stats = getattr(kernel, "stats", None)
    return "" if stats is None else stats.cache_path or ""


def _kept(function: Callable[P, T], boundscheck: bool | None = None) -> Callable[P, T]:
    """Compile, with the machine code kept in the first folder that can be written, or nowhere."""
    kernel: Callable[P, T] = njit(boundscheck=boundscheck)(function)
    for folder in _cache_folders():
        SETTINGS["CACHE_DIR"] = folder
        with suppress(RuntimeError):  # numba cannot write there
            kernel = njit(cache=True, boundscheck=boundscheck)(function)
            break
    return kernel


def _cache_folders() -> Iterator[str]:
    """Yield what numba would take by itself (empty: beside the module, or below the user's home), then one of ours.

    For a user without a home numba would make a folder `~` where the process stands.
    """
    if SETTINGS["CACHE_DIR"] or Path(os.path.expanduser("~")).is_absolute():  # noqa: PTH111 - pathlib's raises
        yield SETTINGS["CACHE_DIR"]
    folder = Path(os.environ.get("TMPDIR", "/tmp")) / f"evo-kernels-{os.getuid()}"
    if _is_ours(folder):
        yield str(folder)


def _is_ours(folder: Path) -> bool:
    """Say whether a folder, made where it is not there, can be written by this user and by nobody else."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return False
    is_private = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077
    return is_private and os.access(folder, os.W_OK)


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
