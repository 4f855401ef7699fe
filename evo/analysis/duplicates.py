"""Candidates that were written again: in this run, and in others of the same problem."""

from collections import defaultdict
from pathlib import Path

from evo.analysis.gap_levels import LOWER_GAPS, gap_values, gaps_of, less_empty
from evo.analysis.runs import same_problem
from evo.analysis.select import Value, select
from evo.analysis.table import Column, DataTable, Unit
from evo.store import RunStore

SHOWN = 5
"""So many repeats or runs are named."""

COLUMNS = (
    Column("candidate"),
    Column("repeats"),
    Column("other_runs"),
    Column("gap", Unit.SHARE),
    LOWER_GAPS,
    Column("operator"),
    Column("repeated_as", Unit.WORDS),
    Column("elsewhere", Unit.WORDS),
    Column("model", spare=1),
    Column("digest", spare=2),
)
REPEATS = "SELECT repeat_of, ordinal FROM candidates WHERE repeat_of IS NOT NULL ORDER BY ordinal"
ORIGINALS = """
SELECT c.ordinal, c.digest, c.operator, c.model, f.fitness, f.lower_fitness FROM candidates c
LEFT JOIN candidate_fitness f ON f.ordinal = c.ordinal AND f.split = 'train'
WHERE c.repeat_of IS NULL AND c.digest IS NOT NULL ORDER BY c.ordinal
"""
DIGESTS = """
SELECT digest, min(ordinal) FROM candidates
WHERE repeat_of IS NULL AND digest IS NOT NULL AND operator <> 'seed' GROUP BY digest
"""


def duplicates(store: RunStore, runs: Path, count: int) -> DataTable:
    """Return the candidates whose syntax was written more than once, in this run or in others of its problem.

    Seeds are in all runs: that another has them is no repeat.
    """
    repeats: defaultdict[Value, list[Value]] = defaultdict(list)
    for original, ordinal in select(store, REPEATS):
        repeats[original].append(ordinal)
    elsewhere, others = _elsewhere(store, runs)
    rows = []
    for ordinal, digest, operator, model, fitness, lower in select(store, ORIGINALS):
        again, places = repeats[ordinal], elsewhere[digest]
        if again or places:
            counts = (len(again), len(places))
            gaps = gap_values(gaps_of(fitness, lower))
            named = (_named([str(one) for one in again]), _named(places))
            rows.append((ordinal, *counts, *gaps, operator, *named, model, str(digest)[:8]))
    rows.sort(key=lambda row: (-row[1], -row[2]))
    edges = tuple((row[0], again) for row in rows[:count] for again in repeats[row[0]])
    written_again = sum(map(len, repeats.values()))
    notes = [
        f"{written_again} candidates repeat an earlier one of this run; {len(rows)} were written again, "
        f"{min(count, len(rows))} shown; compared with {others} other runs of the problem",
        "the same: equal syntax but for names and layout (its digest); gap: mean gap on train",
    ]
    return less_empty(DataTable("written more than once", COLUMNS, tuple(rows[:count]), edges, tuple(notes)))


def _elsewhere(store: RunStore, runs: Path) -> tuple[defaultdict[Value, list[str]], int]:
    """Return where else each digest is, as `run #ordinal`, and how many runs were looked at."""
    places: defaultdict[Value, list[str]] = defaultdict(list)
    folders, _ = same_problem(store, runs)
    for folder in folders:
        with RunStore.open_folder(folder) as other:
            for digest, ordinal in select(other, DIGESTS):
                places[digest].append(f"{folder.name} #{ordinal}")
    return places, len(folders)


def _named(names: list[str]) -> str | None:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more or None
