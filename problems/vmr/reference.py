"""References: the mixed-integer model's plan where an order of its moves is found, else the best other moves."""

import math
import time

import numpy as np

from problems.contract import Reference, Solved
from problems.vmr.beam import beam_search, continued
from problems.vmr.cluster import BLOCK, Cluster, as_solution
from problems.vmr.move_order import ordered
from problems.vmr.moves import replayed

WIDTH = 8


def reference_of(given: Cluster, nodes: int) -> Reference:
    """Return the best FR at hand with the model's bound; proven where they meet."""
    return solved(given, nodes).reference


def solved(given: Cluster, nodes: int, seconds: float = math.inf) -> Solved:
    """Return the best moves at hand; HiGHS explores at most so many nodes, in at most so many wall seconds."""
    # HiGHS takes half a second to load: those that only reschedule do without.
    from problems import highs
    from problems.vmr import mip

    began = time.process_time()
    plan = mip.plan(given, nodes, seconds)
    least = max(0, int(given.free().sum()) - BLOCK * plan.most_blocks)
    state = ordered(given, plan.leaving, plan.arriving)
    tries = [("mip, its moves in a feasible order", as_solution(given, state.moves))]
    if replayed(given, tries[0][1]).fragments > least:
        rest = continued(given, state, given.limit - len(state.moves), WIDTH)
        tries += [("some moves of mip, then beam search", as_solution(given, rest.moves))]
        tries += [("beam search", beam_search(given, WIDTH))]
    reached = [(replayed(given, moves).fragments, name, moves) for name, moves in tries]
    fragments, name, best = min(reached, key=lambda each: each[0])
    method = f"{name}; HiGHS: {plan.status}"
    versions = f"{highs.VERSIONS}, numpy {np.__version__}"
    value, bound = given.rate(fragments), given.rate(least)
    reference = Reference(value, bound, fragments == least, method, time.process_time() - began, versions)
    return Solved(reference, best)
