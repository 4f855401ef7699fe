"""What the emitters were worth: the policies that drew the parents of candidates."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from evo.analysis.progress import Point, progress
from evo.analysis.select import Value, named_rows
from evo.analysis.table import Column, DataTable, Unit
from evo.store import RunStore

# A repeat has an outcome, its original's: it is valid, though nothing new.
DRAWN = """
WITH kept AS (
    SELECT DISTINCT candidate FROM placements WHERE source_island IS NULL AND status <> 'rejected'
)
SELECT c.ordinal, CASE WHEN c.emitter <> '' THEN c.emitter WHEN c.operator = 'seed' THEN 'seed' ELSE 'operator' END
       AS emitter, e.candidate IS NOT NULL AS valid, kept.candidate IS NOT NULL AS accepted
FROM candidates c
LEFT JOIN evaluations e ON e.candidate = coalesce(c.repeat_of, c.ordinal) AND e.split = 'train'
LEFT JOIN kept ON kept.candidate = c.ordinal
WHERE c.state = 'placed' ORDER BY c.ordinal
"""
SEED = "seed"
COLUMNS = (
    Column("emitter"),
    Column("draws"),
    Column("valid_share", Unit.SHARE),
    Column("accepted"),
    Column("new_bests"),
    Column("lowering", Unit.SHARE),
    Column("share_of_lowering", Unit.SHARE),
)
NOTES = (
    "accepted: took a cell of its island; new bests: candidates that lowered the best mean gap on train",
    "lowering: by how much they did, from the best seed's gap on; seeds have no parents",
    "opening: the fittest seed and one feature; constants: tries for the numbers of new forms; operator: one that "
    "chooses parents itself (repair, explore), or a run of an earlier version, which did not record emitters",
)


def emitters(store: RunStore) -> DataTable:
    """Return what came of the parents that each emitter drew, the one that lowered the best gap most first."""
    drawn = named_rows(store, DRAWN)
    by = {row.ordinal: row.emitter for row in drawn}
    counts = Counter(row.emitter for row in drawn)
    valid = Counter(row.emitter for row in drawn if row.valid)
    accepted = Counter(row.emitter for row in drawn if row.accepted)
    bests, lowering = _improvements(progress(store), by)
    whole = sum(lowering.values())
    rows: list[tuple[Value, ...]] = []
    for emitter in sorted(counts, key=lambda name: (-lowering[name], -counts[name], name)):
        share = lowering[emitter] / whole if whole > 0 else None
        gains = (None, None, None) if emitter == SEED else (bests[emitter], lowering[emitter], share)
        rows.append((emitter, counts[emitter], valid[emitter] / counts[emitter], accepted[emitter], *gains))
    return DataTable("emitters", COLUMNS, tuple(rows), notes=NOTES)


def _improvements(points: Sequence[Point], by: Mapping[int, str]) -> tuple[Counter[str], dict[str, float]]:
    """Return how often each emitter's candidate became the best, and by how much that lowered the best gap in all."""
    bests: Counter[str] = Counter()
    lowering = dict.fromkeys(by.values(), 0.0)
    for before, now in pairwise(points):
        emitter = by[now.ordinal]
        if now.ordinal != before.ordinal and emitter != SEED:  # the last point tells the end, not a new best
            bests[emitter] += 1
            lowering[emitter] += before.gap - now.gap
    return bests, lowering
