"""The mixed-integer models in PuLP: jobs assigned to positions, with and without big-M, and a flow over time.

Symbols: p processing time, d due date, C completion time, T tardiness, in time units; u_jk: job j has position k.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pulp

from problems.contract import Array
from problems.sequences import JobSequence
from problems.smtt.kernel import total_tardiness
from problems.smtt.mip.arcs import arcs, canonical, dominance, starts_by_position


@dataclass(frozen=True, slots=True)
class Formulation:
    """A model; `places` are its choices, each a binary variable with a job and the position or time it has there."""

    problem: pulp.LpProblem
    places: Sequence[tuple[pulp.LpVariable, int, int]]


def real(problem: pulp.LpProblem, name: str, start: float) -> pulp.LpVariable:
    """Add a variable from 0 up with its value in the start."""
    variable = problem.add_variable(name, 0)
    variable.setInitialValue(start)
    return variable


def choice(problem: pulp.LpProblem, name: str, start: bool) -> pulp.LpVariable:
    """Add a binary variable with its value in the start."""
    variable = problem.add_variable(name, cat=pulp.LpBinary)
    variable.setInitialValue(int(start))
    return variable


def fixed(problem: pulp.LpProblem, constant: float) -> list[pulp.LpAffineExpression]:
    """Return the terms of an objective that make a constant: PuLP hands HiGHS none, so it is a variable's."""
    if not constant:
        return []
    one = problem.add_variable("one", 1, 1)
    one.setInitialValue(1)
    return [constant * one]


@dataclass(frozen=True, slots=True)
class Assignment:
    """Jobs assigned to positions: u[j][k], and ends[k], the completion time at position k."""

    problem: pulp.LpProblem
    u: Sequence[Sequence[pulp.LpVariable]]
    ends: Sequence[pulp.LpVariable]

    def formulation(self) -> Formulation:
        """Return the model with its choices named."""
        return Formulation(self.problem, [(u, j, k) for j, row in enumerate(self.u) for k, u in enumerate(row)])


def assigned(p: Array, sequence: JobSequence) -> Assignment:
    """Return the part that positional models share; objective and tardiness are still to come."""
    problem, jobs = pulp.LpProblem("smtt"), range(p.size)
    u = [[choice(problem, f"u_{j}_{k}", bool(sequence[k] == j)) for k in jobs] for j in jobs]
    ends = [real(problem, f"end_{k}", int(end)) for k, end in enumerate(p[sequence].cumsum())]
    for k in jobs:
        problem += pulp.lpSum(u[k]) == 1
        problem += pulp.lpSum(u[j][k] for j in jobs) == 1
        problem += ends[k] == pulp.lpSum([*ends[max(0, k - 1) : k], *(int(p[j]) * u[j][k] for j in jobs)])
    return Assignment(problem, u, ends)


def positional(p: Array, d: Array, sequence: JobSequence) -> Formulation:
    """Tardiness by position, no big-M: T_k >= C_k - Σ_j d_j u_jk."""
    shared = assigned(p, sequence)
    by_position(shared, p, d, sequence)
    return shared.formulation()


def by_position(
    shared: Assignment, p: Array, d: Array, sequence: JobSequence, constant: int = 0
) -> Sequence[pulp.LpVariable]:
    """Add T_k, the tardiness at each position, and minimise their sum, `constant` added."""
    problem = shared.problem
    late = np.maximum(0, p[sequence].cumsum() - d[sequence])
    tardiness = [real(problem, f"T_{k}", int(late[k])) for k in range(p.size)]
    problem += pulp.lpSum([*tardiness, *fixed(problem, constant)])
    for k, end in enumerate(shared.ends):
        problem += tardiness[k] >= end - pulp.lpSum(int(d[j]) * shared.u[j][k] for j in range(p.size))
    return tardiness


def ordered(p: Array, d: Array, sequence: JobSequence) -> Formulation:
    """`positional`, and a job that another dominates is not before it in any prefix: Σ_{l<=k} u_jl <= Σ_{l<k} u_il."""
    before = dominance(p, d)
    model = positional(p, d, canonical(sequence, before))
    problem = model.problem
    u = [[variable for variable, job, _ in model.places if job == j] for j in range(p.size)]
    implied = before.astype(np.int64) @ before > 0
    for i, j in np.argwhere(before & ~implied):
        for k in range(p.size):
            problem += pulp.lpSum(u[j][: k + 1]) <= pulp.lpSum(u[i][:k])
    return model


def priced(p: Array, d: Array, sequence: JobSequence) -> Formulation:
    """`positional`, cut by the Lagrangian prices of `arcs`: when may a job start that has position k?

    From the earliest and the latest such start e_jk and l_jk: no u_jk without any; Σ_j (e_jk + p_j) u_jk <= C_k <=
    Σ_j (l_jk + p_j) u_jk; T_k >= Σ_j max(0, e_jk + p_j - d_j) u_jk. Jobs of no work stand first, where they cost least.
    """
    idle, busy = np.flatnonzero(p == 0), np.flatnonzero(p)
    constant = int(np.maximum(0, -d[idle]).sum())
    p, d, sequence = p[busy], d[busy], np.argsort(np.argsort(sequence)[busy])
    sequence = canonical(sequence, dominance(p, d))
    starts = starts_by_position(p, arcs(p, d, sequence), sequence, total_tardiness(sequence, p, d))
    shared = assigned(p, sequence)
    problem, tardiness = shared.problem, by_position(shared, p, d, sequence, constant)
    earliest, latest = starts.earliest + p[:, None], starts.latest + p[:, None]
    least = np.maximum(0, earliest - d[:, None])
    for k, end in enumerate(shared.ends):
        may = np.flatnonzero(starts.some[:, k])
        for j in set(range(p.size)).difference(may.tolist()):
            shared.u[j][k].upBound = 0
        at = [shared.u[j][k] for j in may.tolist()]
        first, last, late = (times[may, k].tolist() for times in (earliest, latest, least))
        problem += end >= pulp.lpDot(first, at)
        problem += end <= pulp.lpDot(last, at)
        problem += tardiness[k] >= pulp.lpDot(late, at)
    return Formulation(shared.problem, [(u, int(busy[j]), k) for u, j, k in shared.formulation().places])


def keha(p: Array, d: Array, sequence: JobSequence) -> Formulation:
    """Completion times of jobs and positions, linked by M = Σp: Keha, Khowala and Fowler (2009)."""
    return linked(p, d, sequence, inequalities=False)


def keha_with_inequalities(p: Array, d: Array, sequence: JobSequence) -> Formulation:
    """The same with C_j >= p_j + Σ_k π_jk u_jk, π_jk the least work before position k: Cetinkaya et al. (2025)."""
    return linked(p, d, sequence, inequalities=True)


def linked(p: Array, d: Array, sequence: JobSequence, *, inequalities: bool) -> Formulation:
    """Return `keha`, with or without the valid inequalities."""
    shared, work = assigned(p, sequence), int(p.sum())
    completion = np.zeros_like(p)
    completion[sequence] = p[sequence].cumsum()
    problem = shared.problem
    tardiness = [real(problem, f"T_{j}", max(0, int(completion[j] - d[j]))) for j in range(p.size)]
    problem += pulp.lpSum(tardiness)
    for j, u in enumerate(shared.u):
        c = real(problem, f"C_{j}", int(completion[j]))
        problem += tardiness[j] >= c - int(d[j])
        for k, end in enumerate(shared.ends):
            problem += c >= end - work * (1 - u[k])
        if inequalities:
            problem += c >= int(p[j]) + pulp.lpSum(int(pi) * u[k] for k, pi in enumerate(least_work_before(p, j)))
    return shared.formulation()


def least_work_before(p: Array, job: int) -> JobSequence:
    """Return π_jk: the sum of the k shortest other jobs, for each position k counted from 0."""
    return np.concatenate(([0], np.sort(np.delete(p, job)).cumsum()))


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
