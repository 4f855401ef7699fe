"""The history of one cell of the archives: who held it from when until when."""

import json
import re
from itertools import pairwise

from evo.analysis.gap_levels import LOWER_GAPS, gap_values, gaps_of, less_empty
from evo.analysis.select import Value, select
from evo.analysis.table import Column, DataTable, Unit
from evo.core.errors import UserError
from evo.store import RunStore

NEAR = 5
"""So many cells are named when a wrong one was asked for."""

COLUMNS = (
    Column("candidate"),
    Column("island"),
    Column("since"),
    Column("until"),
    Column("gap", Unit.SHARE),
    LOWER_GAPS,
    Column("displaced_by"),
    Column("came_from_island", spare=1),
    Column("size", spare=1),
    Column("operator"),
    Column("model", spare=2),
)
HOLDERS = """
SELECT p.candidate, p.island, p.step AS since, lead(p.step) OVER held AS until, f.fitness, f.lower_fitness,
       lead(p.candidate) OVER held AS displaced_by, p.source_island, c.size, c.operator, c.model
FROM placements p JOIN candidates c ON c.ordinal = p.candidate
LEFT JOIN candidate_fitness f ON f.ordinal = p.candidate AND f.split = 'train'
WHERE p.cell = :cell AND p.status <> 'rejected' AND p.island = coalesce(:island, p.island)
WINDOW held AS (PARTITION BY p.island ORDER BY p.seq) ORDER BY p.island, p.seq
"""
REFUSED = """
SELECT count(*) FROM placements p
WHERE p.cell = :cell AND p.status = 'rejected' AND p.island = coalesce(:island, p.island)
"""
HELD = "SELECT DISTINCT cell FROM placements WHERE status <> 'rejected' AND island = coalesce(:island, island)"


def cell(store: RunStore, name: str, island: int | None = None) -> DataTable:
    """Return who held a cell, such as `3,4`, from which step until which, on one island or on all.

    Raises:
        UserError: nobody ever held it; the message names near ones.
    """
    place = _place(name)
    stored = json.dumps(place)
    holders = select(store, HOLDERS, cell=stored, island=island)
    if not holders:
        raise UserError(_unheld(store, place, name, island))
    rows = tuple((*row[:4], *gap_values(gaps_of(*row[4:6])), *row[6:]) for row in holders)
    refused = select(store, REFUSED, cell=stored, island=island)[0][0]
    edges = tuple((one[0], other[0]) for one, other in pairwise(rows) if one[1] == other[1])
    notes = (
        f"since, until: the candidate whose turn it was; {refused} more were offered and did not beat the holder",
        "edges: from a holder to the one that displaced it; gap: mean gap on train",
    )
    return less_empty(DataTable(f"cell {','.join(map(str, place))}", COLUMNS, rows, edges, notes))


def _place(name: str) -> list[int]:
    if not re.fullmatch(r"[\[(]?\s*\d{1,9}(\s*[,x ]\s*\d{1,9})*\s*[\])]?", name):
        raise UserError(f"Cell {name!r}: expected whole numbers, one for each axis, such as 3,4.")
    return [int(number) for number in re.findall(r"\d+", name)]


def _unheld(store: RunStore, place: list[int], name: str, island: int | None) -> str:
    """Say which cells are held, the nearest first."""
    held = [_of(row[0]) for row in select(store, HELD, island=island)]
    where = "" if island is None else f" on island {island}"
    if not held:
        return f"Nobody holds a cell{where}: the run has placed none there."
    lengths = sorted({len(one) for one in held})
    if len(place) not in lengths:
        return f"Cell {name!r}: expected {' or '.join(map(str, lengths))} numbers, got {len(place)}."
    held = [one for one in held if len(one) == len(place)]
    held.sort(key=lambda one: (sum(abs(a - b) for a, b in zip(one, place, strict=True)), one))
    nearest = "; ".join(",".join(map(str, one)) for one in held[:NEAR])
    return f"Nobody ever held cell {name!r}{where}; nearest: {nearest}."


def _of(stored: Value) -> list[int]:
    return [int(number) for number in json.loads(str(stored))]
