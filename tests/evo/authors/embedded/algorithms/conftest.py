"""Short algorithms that the tests vary."""

import pytest

from evo.authors.embedded.algorithms.subject import Entry, Subject
from evo.authors.embedded.algorithms.types import INT, ArrayOf

ENTRY = Entry("solve", (ArrayOf(INT),) * 3)

MDD = '''\
import numpy as np


def solve(p, d, out):
    """Modified due date."""
    waiting = np.argsort(p, kind="mergesort")
    t = 0
    for left in range(p.size, 0, -1):
        chosen = 0
        least = max(t + p[waiting[0]], d[waiting[0]])
        for k in range(1, left):
            job = waiting[k]
            value = max(t + p[job], d[job])
            if value < least:
                chosen, least = k, value
        job = waiting[chosen]
        for k in range(chosen, left - 1):
            waiting[k] = waiting[k + 1]
        out[p.size - left] = job
        t += p[job]
'''

EXCHANGES = '''\
import numpy as np


def late(end, due):
    """Return the tardiness of one job."""
    return max(0, end - due)


def total(p, d, sequence):
    """Return the total tardiness."""
    t = 0
    found = 0
    for k in range(sequence.size):
        t += p[sequence[k]]
        found += late(t, d[sequence[k]])
    return found


def start(p, d, out):
    """Earliest due date."""
    out[:] = np.argsort(d, kind="mergesort")


def descend(p, d, out):
    """Exchange neighbours while it helps."""
    moved = True
    while moved:
        moved = False
        for k in range(out.size - 1):
            before = total(p, d, out)
            out[k], out[k + 1] = out[k + 1], out[k]
            if total(p, d, out) < before:
                moved = True
            else:
                out[k], out[k + 1] = out[k + 1], out[k]


def solve(p, d, out):
    """Start and descend."""
    start(p, d, out)
    descend(p, d, out)
'''


@pytest.fixture
def mdd() -> Subject:
    return Subject(MDD, ENTRY)


@pytest.fixture
def exchanges() -> Subject:
    return Subject(EXCHANGES, ENTRY)
