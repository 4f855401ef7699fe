"""Who descends from whom in a whole run, read at once: for questions about all candidates together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from evo.analysis.gap_levels import UNSCORED, gaps_of
from evo.store import RunStore

CANDIDATES = "SELECT ordinal, island FROM candidates ORDER BY ordinal"
PARENTS = "SELECT child, parent FROM parents ORDER BY child, position"
FITNESS = "SELECT ordinal, fitness, lower_fitness FROM candidate_fitness WHERE split = 'train'"
# SQLite takes the candidate from the row that holds the maximum.
ELITES = """
SELECT island, cell, candidate, max(seq) FROM placements WHERE status <> 'rejected' GROUP BY island, cell
"""
MIGRATIONS = """
SELECT candidate, source_island, island, step FROM placements WHERE source_island IS NOT NULL AND status <> 'rejected'
ORDER BY seq
"""


@dataclass(frozen=True, slots=True)
class RecordedMigration:
    """A candidate that came to another island and took a cell there, at the turn of candidate `step`."""

    candidate: int
    source: int
    target: int
    step: int


@dataclass(frozen=True, slots=True)
class DescentGraph:
    """The candidates of a run: their parents, their gaps on train by level, and who holds cells now.

    `elites` has the island and the candidate of each cell that is held. Parents have smaller ordinals than children.
    """

    candidates: Mapping[int, int]
    """The island that each was made on."""
    parents: Mapping[int, Sequence[int]]
    gaps: Mapping[int, tuple[float, ...]]
    elites: tuple[tuple[int, int], ...]
    migrations: tuple[RecordedMigration, ...]

    def rank(self, ordinal: int) -> tuple[float, ...]:
        """Return the gaps of all levels, comparable: the smallest is the fittest."""
        return self.gaps.get(ordinal, UNSCORED)

    def gap(self, ordinal: int) -> float | None:
        """Return the mean gap on train."""
        return self.gaps[ordinal][0] if ordinal in self.gaps else None

    def fittest(self, ordinals: Sequence[int]) -> int:
        """Return the fittest, the first of equals."""
        return min(ordinals, key=self.rank)


def read_graph(store: RunStore) -> DescentGraph:
    """Read one view of the run."""
    with store.snapshot() as connection:
        candidates = {row.ordinal: row.island for row in connection.exec_driver_sql(CANDIDATES)}
        parents = _parents(connection.exec_driver_sql(PARENTS))
        gaps = {ordinal: gaps_of(*levels) for ordinal, *levels in connection.exec_driver_sql(FITNESS)}
        elites = tuple((row.island, row.candidate) for row in connection.exec_driver_sql(ELITES))
        migrations = tuple(RecordedMigration(*row) for row in connection.exec_driver_sql(MIGRATIONS))
    return DescentGraph(candidates, parents, gaps, elites, migrations)


def read_parents(store: RunStore) -> Mapping[int, Sequence[int]]:
    """Return the parents of all candidates that have some."""
    with store.snapshot() as connection:
        return _parents(connection.exec_driver_sql(PARENTS))


def _parents(pairs: Iterable[Sequence[int]]) -> dict[int, list[int]]:
    parents: defaultdict[int, list[int]] = defaultdict(list)
    for child, parent in pairs:
        parents[child].append(parent)
    return dict(parents)
