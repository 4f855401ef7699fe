"""The exact methods under one interface: the decomposition, and the mixed-integer model."""

from collections.abc import Mapping

import llvmlite
import numba
import numpy as np

from problems.contract import Instance, Reference
from problems.smtt import exact, mip
from problems.solving import Solved, Solver

LONGEST = 1e6  # seconds; waits of the operating system know no infinity


def solved_exactly(instance: Instance, time_limit: float) -> Solved:
    """Solve by price-bounded decomposition within so many CPU seconds."""
    proof = exact.solve(*instance.arrays, time_limit=time_limit)
    method = "exact: price-bounded decomposition" if proof.proven else "best known: descent, bounded by prices"
    versions = f"numba {numba.__version__}, llvmlite {llvmlite.__version__}, numpy {np.__version__}"
    reference = Reference(float(proof.value), float(proof.bound), proof.proven, method, proof.seconds, versions)
    return Solved(reference, proof.sequence)


def solved_by_mip(instance: Instance, time_limit: float) -> Solved:
    """Solve the mixed-integer model that measured best by HiGHS within so many wall seconds."""
    found = mip.solve_mip(*instance.arrays, time_limit=min(time_limit, LONGEST))
    method = f"mip: {mip.best_model(instance.arrays[0])}, HiGHS: {found.verdict}"
    reference = Reference(float(found.value), float(found.bound), found.proven, method, found.seconds, found.versions)
    return Solved(reference, found.sequence)


SOLVERS: Mapping[str, Solver] = {"exact": solved_exactly, "mip": solved_by_mip}
