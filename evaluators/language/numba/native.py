"""An algorithm as machine code: numba compiles the counted tree, all its functions into one library.

A helper of a library of its own would be optimised and made executable by itself, at a quarter more time.
"""

import re
from collections.abc import Sequence

import numpy as np
from numba import typeof, types
from numba.core import errors
from numpy.typing import NDArray

from evaluators.cell.program import FILE
from evaluators.language.charging import with_counting
from evaluators.language.cpython.algorithms import INJECTED, RunnableAlgorithm, function_of, namespace
from evaluators.language.numba import kernels
from evaluators.language.numba.internals import HelperFunction, compiled, new_library, without_disk
from evaluators.language.reading import read_algorithm
from evaluators.outcome import FailureKind
from evaluators.syntax import Refused
from problems import Parameter, Signature

COLOURS = re.compile(r"\x1b\[[0-9;]*m")
"""What numba puts into its messages."""


def compile_algorithm(source: str, signature: Signature, arrays: Sequence[NDArray[np.generic]]) -> RunnableAlgorithm:
    """Compile an algorithm for arguments like the arrays.

    Raises:
        Refused: the source is no Python or not in the language, or types do not fit (COMPILE_ERROR).
    """
    counted = with_counting(read_algorithm(source, signature), INJECTED)
    names = namespace(counted)
    home = new_library()
    for name in counted.helpers:
        names[name] = HelperFunction(function_of(names, name), home)
    arguments = tuple(typeof(np.zeros_like(array)) for array in arrays)
    try:
        result = compiled(function_of(names, counted.promised), arguments, types.void, home)
    except errors.NumbaError as error:
        raise Refused(FailureKind.COMPILE_ERROR, compile_message(str(error))) from None
    return RunnableAlgorithm(result.entry_point, counted)


def compile_message(message: str) -> str:
    """Return numba's complaint on one line, the innermost line of the source first."""
    place = re.search(rf"File \"{FILE}\", line (\d+)|{FILE} \((\d+)\)", message)
    line = place[1] or place[2] if place else "1"
    lines = [each.strip() for each in COLOURS.sub("", message).splitlines()]
    complaints = [
        each for each in lines if each and not each.startswith(("Failed in nopython", "During:", "File", "There are"))
    ]
    reason = complaints[0] if complaints else "numba cannot compile this"
    if reason.endswith("signature:") and len(complaints) > 1:
        reason = f"types do not fit: {complaints[1].lstrip('> ')}"
    return f"line {line}: {reason}"


WARMING = """
import math
import numpy as np


def numbers(n, x):
    y = math.sqrt(x + 1.0) + math.exp(-x) + math.log(x + 1.0) + x ** 0.5 + round(x) + int(x) + math.floor(x) + abs(x)
    return float(n) + max(y, 1.0) + min(n, 2), x > 1.0


def solve(p, d, out):
    n = len(p)
    order = np.argsort(d, kind="mergesort")
    by_work = np.argsort(p / (1.0 + np.abs(d)), kind="mergesort")
    work = np.cumsum(p[order])
    real = np.zeros(n, dtype=np.float64) + p * 0.5
    whole = np.zeros(n + 1, dtype=np.int64)
    whole[0] = max(p[0], d[0]) - min(p[0], d[0]) + max(0, n) - min(0, n)
    flags = np.full(n, True, dtype=np.bool_)
    flags[0] = False
    late = np.maximum(0, work - d[order])
    late += np.where(late > 2, late, np.minimum(late, p))
    late[0:n] = late
    late[0:1] = 0
    real += late
    real += real
    real[0:n] = late
    real[0:1] = 1.0
    total, _ = numbers(n, 1.5)
    total += late.sum() + np.sum(real) + real.mean() + p.min() + d.max() + np.argmin(real) + np.argmax(late)
    total += np.dot(p, d) + np.searchsorted(work, n) + real[flags].size + late[flags].size
    total += np.ones(n).size + np.full(n, p.max()).size
    if np.any(flags) or np.all(late >= 0):
        total += np.flatnonzero(flags).size + np.sort(p)[0] + np.sort(real)[0] + work.astype(np.float64)[0]
    for k in range(n):
        out[k] = by_work.copy()[k] + np.arange(n)[0] * np.arange(0, n)[0] * (n % 2) * (n // 2) * int(total)
"""
"""An algorithm that uses what algorithms use: numba prepares a function of numpy when it first meets it."""


def warm() -> None:
    """Compile the above, so that no candidate is the first; the zygote calls this once."""
    names = [Parameter(name, "an array") for name in ("p", "d", "out")]
    jobs = np.arange(1, 4)
    algorithm = compile_algorithm(WARMING, Signature("solve", tuple(names), "nothing"), (jobs, jobs, jobs))
    algorithm.run(None, (jobs, jobs), jobs * 0)
    without_disk(tuple(kernels.FUNCTIONS.values()))  # what is not ready now a child compiles where it is needed
