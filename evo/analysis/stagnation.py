"""How long nothing got better, island by island, and how the archives filled."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from evo.analysis.gap_levels import UNSCORED, gaps_of
from evo.analysis.select import Value, select
from evo.analysis.table import Column, DataTable, Unit
from evo.store import RunStore

WINDOWS = 10
TURNS = "SELECT ordinal, island FROM candidates WHERE state = 'placed' ORDER BY ordinal"
TAKEN = """
SELECT p.step, p.candidate, p.island, p.status, f.fitness, f.lower_fitness
FROM placements p JOIN candidate_fitness f ON f.ordinal = p.candidate AND f.split = 'train'
WHERE p.status <> 'rejected' ORDER BY p.seq
"""
COLUMNS = (
    Column("island"),
    Column("candidates"),
    Column("gap", Unit.SHARE),
    Column("candidates_since"),
    Column("cells"),
    Column("cells_over_time"),
    Column("best"),
    Column("improved_at"),
)


@dataclass(slots=True)
class _Course:
    """What became of one island, or of the run: its best, when that came, and the steps that filled a cell.

    `gaps` are those of the best, of all levels: the smallest is the fittest.
    """

    best: int | None = None
    gaps: tuple[float, ...] = UNSCORED
    improved_at: int | None = None
    filled: list[int] = field(default_factory=list)

    def take(self, step: int, candidate: int, gaps: tuple[float, ...], new: bool) -> None:
        if gaps < self.gaps:
            self.best, self.gaps, self.improved_at = candidate, gaps, step
        if new:
            self.filled.append(step)


def stagnation(store: RunStore) -> DataTable:
    """Return for each island and the run when their best last changed, and the cells filled at the end of ten windows.

    A window is a tenth of the run's candidates so far.
    """
    turns = {int(ordinal or 0): int(island or 0) for ordinal, island in select(store, TURNS)}
    courses = _courses(select(store, TAKEN), sorted(set(turns.values())))
    rows = tuple(
        _row(name, course, [turn for turn, island in turns.items() if name in ("run", island)], list(turns))
        for name, course in courses.items()
    )
    last = max(turns, default=0)
    notes = (
        f"up to candidate {last}; candidates since: of that island, since its best changed (improved at: then)",
        "cells over time: how many were filled after each tenth of the run; a migrant counts as the island's own",
    )
    return DataTable("stagnation", COLUMNS, rows, notes=notes)


def _courses(taken: Sequence[tuple[Value, ...]], islands: Sequence[int]) -> dict[int | str, _Course]:
    courses: dict[int | str, _Course] = {**{island: _Course() for island in islands}, "run": _Course()}
    for step, candidate, island, status, fitness, lower in taken:
        gaps = gaps_of(fitness, lower)
        for name in (int(island or 0), "run"):
            courses.setdefault(name, _Course()).take(int(step or 0), int(candidate or 0), gaps, status == "new")
    return courses


def _row(name: int | str, course: _Course, own: Sequence[int], turns: Sequence[int]) -> tuple[Value, ...]:
    improved = course.improved_at
    since = None if improved is None else sum(turn > improved for turn in own)
    gap = None if course.best is None else course.gaps[0]
    cells = course.filled
    return name, len(own), gap, since, len(cells), _over_time(cells, turns), course.best, improved


def _over_time(filled: Sequence[int], turns: Sequence[int]) -> str:
    ends = [turns[max(len(turns) * window // WINDOWS - 1, 0)] for window in range(1, WINDOWS + 1)] if turns else []
    return " ".join(str(sum(step <= end for step in filled)) for end in ends)
