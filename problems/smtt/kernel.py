"""The kernels of single machine total tardiness: dispatching by a rule, the objective, and the behavioural measures.

Symbols: p processing time, d due date, t the time at which the machine is free; all in time units.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from problems.contract import Array, Rule
from problems.kernels import compiled
from problems.sequences import JobSequence, first_fault, ordered_share

MEASURES = {  # the first ones tell good rules apart best
    "spt_likeness": "share of job pairs in the order of their processing times, 0 to 1 (SPT)",
    "tardy_share": "share of jobs that are tardy, 0 to 1",
    "tail": "largest tardiness over the sum of processing times, capped, 0 to 1",
    "edd_likeness": "share of job pairs in the order of their due dates, 0 to 1 (EDD)",
    "evenness": "share of jobs that would be tardy were the tardiness spread equally among them, 0 to 1",
}


def spt_order(p: Array, d: Array) -> JobSequence:
    """Return the jobs by processing time, then due date, then index."""
    return np.lexsort((d, p)).astype(np.int64)


@compiled
def dispatch(rule: Rule, p: Array, d: Array, order: JobSequence, out: JobSequence) -> None:
    """Write into `out` the schedule that starts, whenever the machine is free, the waiting job of smallest value.

    Waiting jobs are asked in the order given (`spt_order`) and the first smallest wins: this is the tie rule. Where
    no value is below infinity (a rule that failed returns NaN), the first waiting job is taken.
    """
    waiting = order.copy()
    processing, due = p[order], d[order]
    by_due = np.argsort(due, kind="mergesort")  # stable: EDD with SPT ties
    edd, edd_processing, edd_due = waiting[by_due], processing[by_due], due[by_due]
    tardy = np.zeros(order.size, dtype=np.bool_)
    t, work, due_sum = 0.0, float(processing.sum()), float(due.sum())
    for left in range(order.size, 0, -1):
        p_mean, p_max, d_mean = work / left, float(processing[left - 1]), due_sum / left
        late_share = mark_tardy(edd, edd_processing, edd_due, left, t, tardy) / left
        chosen, smallest, w_late = 0, np.inf, 0.0
        for k in range(left):
            own_p, own_d = float(processing[k]), float(due[k])
            value = rule(own_p, own_d, t, float(left), p_mean, p_max, w_late, d_mean, late_share)
            if value < smallest:
                chosen, smallest = k, value
            if tardy[waiting[k]]:
                w_late += own_p
        out[order.size - left] = waiting[chosen]
        t += float(processing[chosen])
        work -= float(processing[chosen])
        due_sum -= float(due[chosen])
        close_gap(edd, edd_processing, edd_due, position(edd, waiting[chosen]), left)
        close_gap(waiting, processing, due, chosen, left)


def dispatched(rule: Rule, p: Array, d: Array, *, kernel: Callable[..., None] = dispatch) -> JobSequence:
    """Return the sequence of job indices that the rule dispatches."""
    out = np.zeros(p.size, dtype=np.int64)
    kernel(rule, p, d, spt_order(p, d), out)
    return out


@compiled
def mark_tardy(jobs: JobSequence, processing: Array, due: Array, left: int, t: float, tardy: NDArray[np.bool_]) -> int:
    """Mark which of the first `left` jobs are tardy when they run in the order given from time t; return how many."""
    count = 0
    for k in range(left):
        t += processing[k]
        tardy[jobs[k]] = t > due[k]
        count += t > due[k]
    return count


@compiled
def position(jobs: JobSequence, job: int) -> int:
    """Return where a job that is among the jobs stands."""
    k = 0
    while jobs[k] != job:
        k += 1
    return k


@compiled
def close_gap(waiting: JobSequence, processing: Array, due: Array, chosen: int, left: int) -> None:
    """Take the entry `chosen` out of the first `left` entries of each array, keeping their order."""
    for k in range(chosen, left - 1):
        waiting[k] = waiting[k + 1]
        processing[k] = processing[k + 1]
        due[k] = due[k + 1]


@compiled
def verified_tardiness(sequence: Array, p: Array, d: Array) -> int:
    """Return the total tardiness of an untrusted sequence of the right length, -1 unless it is a permutation."""
    return total_tardiness(sequence, p, d) if first_fault(sequence) < 0 else -1


@compiled
def total_tardiness(sequence: Array, p: Array, d: Array) -> int:
    """Return the sum of max(0, C - d) of a permutation of the jobs, in time units."""
    t = total = 0
    for job in sequence:
        t += p[job]
        total += max(0, t - d[job])
    return total


@compiled
def measured(sequence: Array, p: Array, d: Array) -> NDArray[np.float64]:
    """Return the measures of a permutation of the jobs, in the order of `MEASURES`."""
    t = tardy = largest = total = squares = 0
    for job in sequence:
        t += p[job]
        tardiness = max(0, t - d[job])
        tardy += tardiness > 0
        largest = max(largest, tardiness)
        total += tardiness
        squares += tardiness * tardiness
    # The effective number of tardy jobs, (Σ T)² / Σ T²; without tardiness there is nothing uneven.
    evenness = total * (total / squares) / sequence.size if squares > 0 else 1.0
    spt, edd = ordered_share(p, sequence), ordered_share(d, sequence)
    return np.array([spt, tardy / sequence.size, min(1.0, largest / t), edd, min(1.0, evenness)])
