"""Mixed-integer models of 1||ΣTj, solved by PuLP and HiGHS in a process of their own."""

import json
import math
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

import numpy as np

from problems.contract import Array, SolverError
from problems.sequences import JobSequence, permutation
from problems.smtt.exact.jobs import checked_jobs
from problems.smtt.kernel import total_tardiness
from problems.smtt.local_search import descend, iterate, starts

__all__ = ["Mip", "MipModel", "best_model", "solve_mip"]
MOST_ARCS = 10_000_000  # jobs · Σp: pricing more takes longer than the time limits that people set
GRACE = 30.0  # seconds above the time limit, to start, to write, and for HiGHS to see the clock
MEMORY = 8 << 30  # bytes of address space
KICKS = 100
OPTIMAL = "Optimal"
TOLERANCE = 1e-6  # of HiGHS, relative; a bound is an integer only from there


class MipModel(StrEnum):
    """The models by name."""

    KEHA = "keha"
    KEHA_VI = "keha+vi"
    POSITIONAL = "positional"
    ORDERED = "positional+order"
    PRICED = "positional+prices"
    ARC_FLOW = "arcflow"


@dataclass(frozen=True, slots=True)
class MipRequest:
    """An instance (time units), a sequence that is known, the model, and the seconds to build and solve it.

    `start` says whether HiGHS gets the known sequence as its first solution.
    """

    p: Sequence[int]
    d: Sequence[int]
    known: Sequence[int]
    model: MipModel
    time_limit: float
    start: bool


@dataclass(frozen=True, slots=True)
class MipReply:
    """What HiGHS says of its model: status, objective of its best solution, dual bound, nodes; and that sequence.

    Without a solution the objective is infinite and the sequence is empty. `seconds` are of processor time, for
    building and solving.
    """

    status: str
    objective: float
    bound: float
    sequence: Sequence[int]
    nodes: int
    seconds: float
    versions: str


@dataclass(frozen=True, slots=True)
class Mip:
    """A sequence, its total tardiness, and what HiGHS proved: a lower bound; `proven` where the two meet.

    `status` is HiGHS's own word. `seconds` are the solving process's CPU seconds to build and solve the model; `nodes`
    those of its branch and bound.
    """

    value: int
    sequence: JobSequence
    bound: int
    proven: bool
    status: str
    nodes: int
    seconds: float
    versions: str

    @property
    def verdict(self) -> str:
        """HiGHS's word, and where it says optimal of what is not proven, why that is so."""
        if self.proven or self.status != OPTIMAL:
            return self.status
        return f"{OPTIMAL} to a relative {TOLERANCE:g} only, which leaves totals from {self.bound} to {self.value}"


def solve_mip(
    p: Array, d: Array, *, model: str = "best", time_limit: float = 60.0, start: bool = True, memory: int = MEMORY
) -> Mip:
    """Solve an instance by one of the models (`MipModel`, or "best": the one that measured best).

    `time_limit` is in wall seconds, to build and to solve. HiGHS starts from descents from MDD unless `start` is false;
    the better of its sequence and theirs is returned, re-scored here. A solver that is stopped, by HiGHS at the limit
    or from outside some time after it, leaves that sequence and the bound so far, at least 0.

    Raises:
        ValueError: the instance, the model or the limit is none.
        SolverError: the solving process died, or HiGHS contradicts itself.
    """
    p, d = checked_jobs(p, d)
    if not time_limit > 0:
        raise ValueError(f"Expected time_limit > 0, got {time_limit}.")
    if model not in ("best", *MipModel):
        raise ValueError(f"Expected model best, {', '.join(MipModel)}, got {model}.")
    chosen = best_model(p) if model == "best" else MipModel(model)
    known = heuristic(p, d)
    # No job ends before p or after Σp, so that due dates beyond add a constant or nothing.
    constant = int(np.maximum(0, p - d).sum())
    due = np.clip(d, p, p.sum())
    reply = solve_in_process(MipRequest(p.tolist(), due.tolist(), known.tolist(), chosen, time_limit, start), memory)
    sequences = [known, *([permutation(np.array(reply.sequence), p.size)] if reply.sequence else [])]
    sequence = min(sequences, key=lambda jobs: total_tardiness(jobs, p, d))
    value, bound = total_tardiness(sequence, p, d), constant + rounded_up(reply.bound)
    if bound > value:
        raise SolverError(f"HiGHS claims the bound {reply.bound} + {constant} above a total of {value}.")
    return Mip(value, sequence, bound, bound == value, reply.status, reply.nodes, reply.seconds, reply.versions)


def best_model(p: Array) -> MipModel:
    """Return the model that measured best: cut by the prices of arcs, where those are few enough to be priced."""
    return MipModel.PRICED if p.size * int(p.sum()) <= MOST_ARCS else MipModel.ORDERED


def heuristic(p: Array, d: Array) -> JobSequence:
    """Return the best sequence of descents from MDD, then of an iterated local search."""
    if p.size < 2:
        return np.arange(p.size)
    sequences = starts(p, d)
    for sequence in sequences:
        descend(sequence, p, d)
    best = min(sequences, key=lambda sequence: total_tardiness(sequence, p, d))
    iterate(best, p, d, KICKS, p.size // 2, 0)
    return best


def rounded_up(bound: float) -> int:
    """Return the least total that a dual bound leaves possible: totals are integers from 0 up."""
    return max(0, math.ceil(bound - TOLERANCE * max(1.0, bound))) if math.isfinite(bound) else 0


def solve_in_process(request: MipRequest, memory: int = MEMORY, grace: float = GRACE) -> MipReply:
    """Return the answer of a process of its own, or that it was ended, `grace` seconds after the time limit."""
    code = f"import sys; sys.path[:] = {sys.path!r}; from problems.smtt.mip.solver import main; main({memory})"
    try:
        solver = subprocess.run(  # ends the process whatever happens here, Ctrl-C included
            [sys.executable, "-s", "-P", "-c", code],
            input=json.dumps(asdict(request)),
            capture_output=True,
            text=True,
            timeout=request.time_limit + grace,
        )
    except subprocess.TimeoutExpired:
        return MipReply("Ended after the time limit", math.inf, -math.inf, (), 0, request.time_limit, "")
    if solver.returncode:
        last = (solver.stderr.splitlines() or ["no message"])[-1]
        raise SolverError(f"The MIP solver's process ended with status {solver.returncode}: {last}")
    return MipReply(**json.loads(solver.stdout))
