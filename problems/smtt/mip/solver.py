"""The process that solves: reads a request from its input, has HiGHS solve it through PuLP, writes the reply."""

import ctypes
import json
import math
import resource
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict

import highspy
import numpy as np

from problems.contract import Array
from problems.highs import VERSIONS, found_solution, loaded
from problems.sequences import JobSequence
from problems.smtt.mip import MipModel, MipReply, MipRequest
from problems.smtt.mip.models import Formulation, arc_flow, keha, keha_with_inequalities, ordered, positional, priced

MODELS: Mapping[MipModel, Callable[[Array, Array, JobSequence], Formulation]] = {
    MipModel.KEHA: keha,
    MipModel.KEHA_VI: keha_with_inequalities,
    MipModel.POSITIONAL: positional,
    MipModel.ORDERED: ordered,
    MipModel.PRICED: priced,
    MipModel.ARC_FLOW: arc_flow,
}
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG: who sent the request may be killed


def solve(request: MipRequest) -> MipReply:
    """Build the model, solve it on one thread, and return what HiGHS itself says (PuLP calls a time-out optimal)."""
    began, spent = time.monotonic(), time.process_time()
    p, d, known = (np.array(values, dtype=np.int64) for values in (request.p, request.d, request.known))
    model = MODELS[request.model](p, d, known)
    left = request.time_limit - (time.monotonic() - began)
    highs = loaded(model.problem, seconds=max(0.0, left))
    if request.start:
        give_start(highs, model)
    highs.run()
    info = highs.getInfo()
    solved = found_solution(highs)
    return MipReply(
        status=highs.modelStatusToString(highs.getModelStatus()),
        objective=info.objective_function_value if solved else math.inf,
        bound=info.mip_dual_bound,
        sequence=sequence(highs, model, p) if solved else (),
        nodes=max(0, info.mip_node_count),
        seconds=time.process_time() - spent,
        versions=VERSIONS,
    )


def give_start(highs: highspy.Highs, model: Formulation) -> None:
    """Hand HiGHS the values that the variables hold as its first solution; PuLP's own interface drops them."""
    variables = model.problem.variables()
    indices = np.array([variable.index for variable in variables], dtype=np.int32)
    values = np.array([variable.varValue for variable in variables], dtype=np.float64)
    highs.setSolution(len(variables), indices, values)


def sequence(highs: highspy.Highs, model: Formulation, p: Array) -> tuple[int, ...]:
    """Return the jobs by their places in the solution; at one time those of no work come first."""
    values = highs.getSolution().col_value
    place = np.zeros(p.size, dtype=np.int64)
    for variable, job, where in model.places:
        place[job] += where * round(values[variable.index])
    return tuple(np.lexsort((p, place)).tolist())


def main(memory: int) -> None:
    """Reply to one request within so many bytes of memory; Ctrl-C is left to the process that sent it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    request = MipRequest(**json.load(sys.stdin))
    one = np.ones(1, dtype=np.int64)
    MODELS[request.model](one, one, one - 1)  # loads the kernels before the clock starts
    json.dump(asdict(solve(request)), sys.stdout)
