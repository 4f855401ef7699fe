"""What the tests of heuristics share: plain totals and moves, a heuristic run by CPython or compiled from its text."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numba import njit

from problems.smtt.heuristics import ALGORITHMS, SOLVERS

Solve = Callable[[str, Sequence[tuple[int, int]]], list[int]]


def arrays(jobs: Sequence[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    p, d = np.array(jobs, dtype=np.int64).reshape(-1, 2).T.copy()
    p.flags.writeable = d.flags.writeable = False
    return p, d


class Plain:
    """Jobs (p, d) and the obvious: totals by a loop, a sequence with one move made; integers only."""

    def __init__(self, jobs: Sequence[tuple[int, int]]) -> None:
        self.p = [p for p, _ in jobs]
        self.d = [d for _, d in jobs]
        self.jobs = range(len(jobs))

    def total(self, sequence: Sequence[int], t: int = 0) -> int:
        tardiness = 0
        for job in sequence:
            t += self.p[job]
            tardiness += max(0, t - self.d[job])
        return tardiness

    def edd(self) -> list[int]:
        return sorted(self.jobs, key=lambda job: (self.d[job], self.p[job]))

    def spt(self) -> list[int]:
        return sorted(self.jobs, key=lambda job: (self.p[job], self.d[job]))

    def mdd(self, waiting: Sequence[int] | None = None, t: int = 0) -> list[int]:
        """Ties go to the first in `waiting`."""
        left, sequence = list(self.spt() if waiting is None else waiting), []
        while left:
            job = min(left, key=lambda job: max(t + self.p[job], self.d[job]))
            left.remove(job)
            sequence.append(job)
            t += self.p[job]
        return sequence

    @staticmethod
    def inserted(sequence: Sequence[int], i: int, j: int) -> list[int]:
        rest = [*sequence[:i], *sequence[i + 1 :]]
        return [*rest[:j], sequence[i], *rest[j:]]

    def insertion_pass(self, sequence: list[int]) -> list[int]:
        """The job at each position to its best place, the nearest of equals, earlier ones first."""
        i = 0
        while i < len(sequence):
            places = [*range(i, -1, -1), *range(i + 1, len(sequence))]
            moved = min((self.inserted(sequence, i, j) for j in places), key=self.total)
            i += moved == sequence
            sequence = moved
        return sequence

    @staticmethod
    def swapped(sequence: Sequence[int], i: int, j: int) -> list[int]:
        moved = list(sequence)
        moved[i], moved[j] = moved[j], moved[i]
        return moved


@pytest.fixture(scope="session")
def plain() -> type[Plain]:
    return Plain


@pytest.fixture(scope="session")
def solve() -> Solve:
    """Run a heuristic as the Python function it is."""

    def run(name: str, jobs: Sequence[tuple[int, int]]) -> list[int]:
        p, d = arrays(jobs)
        out = np.zeros(p.size, dtype=np.int64)
        assert SOLVERS[name](p, d, out) is None
        return out.tolist()

    return run


@pytest.fixture(scope="session")
def solve_text() -> Solve:
    """Run a heuristic from its text, compiled."""
    made = {}

    def run(name: str, jobs: Sequence[tuple[int, int]]) -> list[int]:
        if name not in made:
            names: dict[str, object] = {}
            exec(ALGORITHMS[name], names)
            names |= {key: njit(part, boundscheck=True) for key, part in names.items() if hasattr(part, "__code__")}
            made[name] = names["solve"]
        p, d = arrays(jobs)
        out = np.zeros(p.size, dtype=np.int64)
        made[name](p, d, out)
        return out.tolist()

    return run
