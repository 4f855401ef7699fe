"""What a schedule is like, apart from how good it is: the behavioural measures (kernel)."""

import numpy as np
from numpy.typing import NDArray

from problems.contract import Array
from problems.kernels import compiled
from problems.sequences import ordered_share

MEASURES = {  # the first ones tell good rules apart best
    "spt_likeness": "share of job pairs in the order of their processing times, 0 to 1 (SPT)",
    "tardy_share": "share of jobs that are tardy, 0 to 1",
    "tail": "largest tardiness over the sum of processing times, capped, 0 to 1",
    "edd_likeness": "share of job pairs in the order of their due dates, 0 to 1 (EDD)",
    "evenness": "share of jobs that would be tardy were the tardiness spread equally among them, 0 to 1",
}


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
