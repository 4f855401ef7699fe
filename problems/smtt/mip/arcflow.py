"""The time-indexed model in network form, on the arcs that are left."""

from collections import defaultdict

import numpy as np
import pulp

from problems.contract import Array
from problems.sequences import JobSequence
from problems.smtt.mip.arcs import arcs
from problems.smtt.mip.formulation import Formulation, choice, fixed


def arc_flow(p: Array, d: Array, sequence: JobSequence) -> Formulation:
    """Each job is an arc of a path over time, from its start to its end: Sousa and Wolsey (1992) as a flow.

    Costs are reduced by Lagrangian prices: no path's cost changes, and the first simplex basis has the Lagrangian
    bound. Jobs of no work stand first, where they cost least; as arcs they would close on themselves.
    """
    idle, busy = np.flatnonzero(p == 0), np.flatnonzero(p)
    left = arcs(p[busy], d[busy], np.argsort(np.argsort(sequence)[busy]))
    problem = pulp.LpProblem("smtt")
    places = [
        (choice(problem, f"x_{j}_{t}", bool(known)), j, t)
        for j, t, known in zip(busy[left.job].tolist(), left.start.tolist(), left.known, strict=True)
    ]
    constant = left.bound + int(np.maximum(0, -d[idle]).sum())
    costs = pulp.lpDot(left.cost.tolist(), [arc for arc, _, _ in places])
    problem += pulp.lpSum([*fixed(problem, constant), costs])
    into, out, of = defaultdict(list), defaultdict(list), defaultdict(list)
    for arc, j, t in places:
        of[j].append(arc)
        out[t].append(arc)
        into[t + int(p[j])].append(arc)
    for choices in of.values():
        problem += pulp.lpSum(choices) == 1
    last = int(p.sum())
    for t in sorted({*into, *out}):
        problem += pulp.lpSum(out[t]) - pulp.lpSum(into[t]) == (t == 0) - (t == last)
    return Formulation(problem, places)
