"""The fittest candidates, of a run and of all runs of its problem."""

from collections.abc import Sequence
from operator import itemgetter
from pathlib import Path

from evo.analysis.candidates import header
from evo.analysis.gap_levels import LOWER_GAPS, less_empty, lower_gaps_of
from evo.analysis.instances import unproven_note
from evo.analysis.runs import opened, same_problem
from evo.analysis.select import Value, select
from evo.analysis.table import Column, DataTable, Unit
from evo.store import RunStore
from evo.store.fitness_sql import LOWER_LEVELS, fittest_first, level
from problems import Split

BEST = f"""
SELECT c.ordinal, e.gap_scaled, e.gap_ratio, e.lower_fitness, v.gap_scaled AS validation, c.size, c.operator, c.model,
       substr(c.digest, 1, 8) AS digest, c.island
FROM evaluations e JOIN candidates c ON c.ordinal = e.candidate
LEFT JOIN evaluations v ON v.candidate = e.candidate AND v.split = 'validation'
WHERE e.split = :split ORDER BY {fittest_first("e")}, c.size, c.ordinal LIMIT :count
"""
INSTANCES = "SELECT position, digest, reference FROM instances WHERE split = :split ORDER BY position"
LEVELS = f"""
SELECT {", ".join(["e.fitness", *(level("e", number) for number in range(LOWER_LEVELS))])} FROM evaluations e
WHERE e.candidate = :ordinal AND e.split = :split
"""
COLUMNS = (
    Column("candidate"),
    Column("gap", Unit.SHARE),
    Column("ratio_of_sums", Unit.SHARE, spare=1),
    LOWER_GAPS,
    Column("validation_gap", Unit.SHARE),
    Column("size"),
    Column("operator"),
    Column("model"),
    Column("digest", spare=2),
    Column("island", spare=2),
)
Row = tuple[Value, ...]


def best(store: RunStore, count: int, split: Split) -> DataTable:
    """Return the fittest on a split, repeats left out; equal gaps: the smaller, then the earlier one first."""
    picked = header(store).best
    notes = [f"gap: mean gap on {split}", *unproven_note(store, split)]
    notes += [] if picked is None else [f"`best` everywhere else: {picked}, picked by validation"]
    return less_empty(
        DataTable(f"fittest on {split}", COLUMNS, tuple(_fittest(store, count, split)), notes=tuple(notes))
    )


def best_of_all(store: RunStore, runs: Path, count: int, split: Split) -> DataTable:
    """Return the fittest of all runs of the same problem on the same instances and references of the split."""
    folders, unread = same_problem(store, runs)
    instances = select(store, INSTANCES, split=split).rows
    ranked = _ranked(store, count, split)
    others = []
    for folder in folders:
        with opened(folder) as other:
            if select(other, INSTANCES, split=split).rows == instances:
                ranked += _ranked(other, count, split)
            else:
                others.append(folder.name)
    ranked.sort(key=itemgetter(0))
    rows = tuple(row for _, row in ranked[:count])
    notes = [f"gap: mean gap on {split}, on the same {len(instances)} instances in all runs"]
    notes += unproven_note(store, split)
    notes += [f"left out, for other instances or references: {', '.join(others)}"] if others else []
    notes += [f"left out: {one.why}" for one in unread]
    title = f"fittest on {split}, all runs of {header(store).problem}"
    return less_empty(DataTable(title, (Column("run"), *COLUMNS), rows, notes=tuple(notes)))


def _fittest(store: RunStore, count: int, split: Split) -> list[Row]:
    rows = select(store, BEST, split=split, count=count).rows
    return [(*row[:3], lower_gaps_of(row[3]), *row[4:]) for row in rows]


def _ranked(store: RunStore, count: int, split: Split) -> list[tuple[tuple[float, ...], Row]]:
    """Return the fittest with what orders them among those of other runs: the smaller, the better."""
    run = store.path.parent.name
    return [(_order(store, row, split), (run, *row)) for row in _fittest(store, count, split)]


def _order(store: RunStore, row: Sequence[Value], split: Split) -> tuple[float, ...]:
    levels = select(store, LEVELS, ordinal=row[0], split=split).rows[0]
    return (*(-float(str(one)) for one in levels), float(str(row[5])))
