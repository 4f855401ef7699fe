"""The fittest candidates, of a run and of all runs of its problem."""

from operator import itemgetter
from pathlib import Path

from evo.analysis.candidates import header
from evo.analysis.gap_levels import LOWER_GAPS, gap_values, gaps_of, less_empty
from evo.analysis.instances import unproven_note
from evo.analysis.runs import same_problem
from evo.analysis.select import Value, select
from evo.analysis.table import Column, DataTable, Unit
from evo.store import RunStore
from evo.store.fitness_sql import fittest_first
from problems import Split

BEST = f"""
SELECT c.ordinal, e.fitness, e.gap_ratio, e.lower_fitness, v.gap_scaled AS validation, c.size, c.operator, c.model,
       substr(c.digest, 1, 8) AS digest, c.island
FROM evaluations e JOIN candidates c ON c.ordinal = e.candidate
LEFT JOIN evaluations v ON v.candidate = e.candidate AND v.split = 'validation'
WHERE e.split = :split ORDER BY {fittest_first("e")}, c.size, c.ordinal LIMIT :count
"""
INSTANCES = "SELECT position, digest, reference FROM instances WHERE split = :split ORDER BY position"
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
Order = tuple[tuple[float, ...], int]
"""The gaps of all levels, then the size."""


def best(store: RunStore, count: int, split: Split) -> DataTable:
    """Return the fittest on a split, repeats left out; equal gaps: the smaller, then the earlier one first."""
    picked = header(store).best
    notes = [f"gap: mean gap on {split}", *unproven_note(store, split)]
    notes += [] if picked is None else [f"`best` everywhere else: {picked}, picked by validation"]
    rows = tuple(row for _, row in _ranked(store, count, split))
    return less_empty(DataTable(f"fittest on {split}", COLUMNS, rows, notes=tuple(notes)))


def best_of_all(store: RunStore, runs: Path, count: int, split: Split) -> DataTable:
    """Return the fittest of all runs of the same problem on the same instances and references of the split."""
    folders, unread = same_problem(store, runs)
    instances = select(store, INSTANCES, split=split)
    ranked = [(store.path.parent.name, *one) for one in _ranked(store, count, split)]
    others = []
    for folder in folders:
        with RunStore.open_folder(folder) as other:
            if select(other, INSTANCES, split=split) == instances:
                ranked += [(folder.name, *one) for one in _ranked(other, count, split)]
            else:
                others.append(folder.name)
    ranked.sort(key=itemgetter(1))
    rows = tuple((run, *row) for run, _, row in ranked[:count])
    notes = [f"gap: mean gap on {split}, on the same {len(instances)} instances in all runs"]
    notes += unproven_note(store, split)
    notes += [f"left out, for other instances or references: {', '.join(others)}"] if others else []
    notes += [f"left out: {one.why}" for one in unread]
    title = f"fittest on {split}, all runs of {header(store).problem}"
    return less_empty(DataTable(title, (Column("run"), *COLUMNS), rows, notes=tuple(notes)))


def _ranked(store: RunStore, count: int, split: Split) -> list[tuple[Order, Row]]:
    """Return the fittest, each with what orders it among those of other runs: the smaller, the better."""
    ranked: list[tuple[Order, Row]] = []
    for ordinal, fitness, ratio, lower, validation, size, *rest in select(store, BEST, split=split, count=count):
        gaps = gaps_of(fitness, lower)
        gap, lower_gaps = gap_values(gaps)
        ranked.append(((gaps, int(size or 0)), (ordinal, gap, ratio, lower_gaps, validation, size, *rest)))
    return ranked
