"""A grid archive (MAP-Elites, Mouret & Clune 2015): each cell of the behaviour space keeps its fittest elite."""

import math
from bisect import insort
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

import numpy as np

from islands.axis import Axis

C = TypeVar("C")
Cell = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Elite(Generic[C]):
    """A candidate with what an archive compares: fitness (higher is better), source length, measures.

    `lower` is the fitness of further levels, which decide in turn among the equally fit; all elites of an archive have
    as many. Elites of the same `behaviour` are twins (empty: nobody's twin).
    """

    candidate: C
    fitness: float
    length: int
    measures: Mapping[str, float]
    lower: tuple[float, ...] = ()
    behaviour: str = ""

    @property
    def rank(self) -> tuple[float, ...]:
        """Fitness of all levels and then the source length, negated where more is better: smaller is better."""
        return (-self.fitness, *(-level for level in self.lower), self.length)

    def beats(self, other: "Elite[C]") -> bool:
        """Whether this one takes the other's cell: fitter, or as fit and shorter."""
        return self.rank < other.rank


class Status(StrEnum):
    """What became of an elite offered to an archive."""

    NEW = "new"
    IMPROVED = "improved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Placement(Generic[C]):
    """The result of `add`: the elite's cell, and the elite that it displaced there."""

    status: Status
    cell: Cell
    displaced: Elite[C] | None = None


@dataclass(frozen=True, slots=True)
class Stats:
    """How full and how good an archive is; `qd_score` is the sum over elites of fitness less a floor."""

    elites: int
    cells: int
    coverage: float
    qd_score: float
    best: float | None


class GridArchive(Generic[C]):
    """A grid with one elite a cell; what it holds depends on the order of additions, never on hashing."""

    def __init__(self, axes: Sequence[Axis]) -> None:
        self.axes = tuple(axes)
        if not self.axes:
            raise ValueError("Expected at least one axis.")
        self._elites: dict[Cell, Elite[C]] = {}
        self._cells: list[Cell] = []  # sorted: a draw is one index, iteration needs no sort
        self._best: Cell | None = None
        self._ranked: tuple[Elite[C], ...] | None = None  # kept until the next addition

    def __len__(self) -> int:
        return len(self._cells)

    def __iter__(self) -> Iterator[Elite[C]]:
        return (self._elites[cell] for cell in self._cells)

    @property
    def best(self) -> Elite[C] | None:
        """The fittest elite, None when empty; ties go to the shorter, then to the smaller cell."""
        return None if self._best is None else self._elites[self._best]

    def cell_of(self, measures: Mapping[str, float]) -> Cell:
        """Return the cell of these measures."""
        return tuple(axis.bin(measures[axis.measure]) for axis in self.axes)

    def add(self, elite: Elite[C]) -> Placement[C]:
        """Offer an elite to its cell.

        Raises:
            ValueError: its fitness is not finite, or a measure is NaN.
        """
        if not all(map(math.isfinite, (elite.fitness, *elite.lower))):
            raise ValueError(f"Expected a finite fitness, got {elite.fitness} {elite.lower or ''}".rstrip() + ".")
        cell = self.cell_of(elite.measures)
        current = self._elites.get(cell)
        if current is not None and not elite.beats(current):
            return Placement(Status.REJECTED, cell)
        if current is None:
            insort(self._cells, cell)
        self._elites[cell] = elite
        self._ranked = None
        if self._best is None or self._rank(cell) < self._rank(self._best):
            self._best = cell
        return Placement(Status.NEW if current is None else Status.IMPROVED, cell, current)

    def sample(self, rng: np.random.Generator, count: int, tournament: int = 1) -> tuple[Elite[C], ...]:
        """Draw elites of distinct cells while there are enough, each the fittest of `tournament` uniform draws.

        Raises:
            ValueError: the archive is empty, or a number is out of range.
        """
        if count < 0 or tournament < 1:
            raise ValueError(f"Expected count >= 0 and tournament >= 1, got {count} and {tournament}.")
        if count and not self._cells:
            raise ValueError("Expected an archive with elites.")
        chosen: list[Cell] = []
        for _ in range(count):
            used = chosen[len(chosen) // len(self) * len(self) :]
            chosen.append(min((self._draw(rng, used) for _ in range(tournament)), key=self._rank))
        return tuple(self._elites[cell] for cell in chosen)

    def ranked(self) -> tuple[Elite[C], ...]:
        """Return the elites from the fittest on, the best one of twins alone; ties go to the smaller cell."""
        if self._ranked is None:
            best_of_twins: dict[str, Elite[C]] = {}
            for cell in sorted(self._cells, key=self._rank):
                elite = self._elites[cell]
                best_of_twins.setdefault(elite.behaviour or str(cell), elite)
            self._ranked = tuple(best_of_twins.values())
        return self._ranked

    def frontier(self) -> tuple[tuple[Cell, Elite[C]], ...]:
        """Return the empty cells one bin beside an elite, in order, each with the fittest of those elites."""
        fittest: dict[Cell, Cell] = {}
        for cell in self._cells:
            for empty in self._neighbours(cell):
                if empty in self._elites:
                    continue
                if empty not in fittest or self._rank(cell) < self._rank(fittest[empty]):
                    fittest[empty] = cell
        return tuple((empty, self._elites[cell]) for empty, cell in sorted(fittest.items()))

    def ranges(self, cell: Cell) -> dict[str, tuple[float, float]]:
        """Return the lowest and the highest value of each measure in a cell."""
        return {axis.measure: axis.range(place) for axis, place in zip(self.axes, cell, strict=True)}

    def stats(self, floor: float) -> Stats:
        """Return coverage and quality; `floor` is the fitness that counts as nothing in the QD score."""
        cells = math.prod(axis.bins for axis in self.axes)
        return Stats(
            elites=len(self),
            cells=cells,
            coverage=len(self) / cells,
            qd_score=math.fsum(elite.fitness - floor for elite in self),
            best=None if self.best is None else self.best.fitness,
        )

    def _draw(self, rng: np.random.Generator, used: Sequence[Cell]) -> Cell:
        """Draw a cell that is not used: at least one is free. Refusing used ones costs no copy of the cells."""
        while True:
            cell = self._cells[rng.integers(len(self._cells))]
            if cell not in used:
                return cell

    def _neighbours(self, cell: Cell) -> Iterator[Cell]:
        for position, axis in enumerate(self.axes):
            for place in (cell[position] - 1, cell[position] + 1):
                if 0 <= place < axis.bins:
                    yield (*cell[:position], place, *cell[position + 1 :])

    def _rank(self, cell: Cell) -> tuple[tuple[float, ...], Cell]:
        """Order cells by their elites: the smaller the better, never equal."""
        return (self._elites[cell].rank, cell)
