"""The fittest candidates."""

from evo.questions.answer import Answer, Column, Unit
from evo.store import RunStore
from evo.store.levels import fittest_first
from evo.store.select import select
from problems import Split

BEST = f"""
SELECT c.ordinal, substr(c.digest, 1, 8) AS digest, e.gap_scaled, e.gap_ratio, v.gap_scaled AS validation, c.size,
       c.island, c.operator, c.model
FROM evaluations e JOIN candidates c ON c.ordinal = e.candidate
LEFT JOIN evaluations v ON v.candidate = e.candidate AND v.split = 'validation'
WHERE e.split = :split ORDER BY {fittest_first("e")}, c.size, c.ordinal LIMIT :count
"""
COLUMNS = (
    Column("candidate"),
    Column("digest"),
    Column("gap", Unit.SHARE),
    Column("ratio_of_sums", Unit.SHARE),
    Column("validation_gap", Unit.SHARE),
    Column("size"),
    Column("island"),
    Column("operator"),
    Column("model"),
)


def best(store: RunStore, count: int, split: Split) -> Answer:
    """Return the fittest on a split, repeats left out; equal fitness: the smaller, then the earlier one first."""
    rows = select(store, BEST, split=split, count=count).rows
    return Answer(f"fittest on {split}", COLUMNS, rows, notes=(f"gap: mean gap on {split}",))
