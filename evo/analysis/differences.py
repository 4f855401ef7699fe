"""What changed in the source from one candidate to another."""

from collections.abc import Iterator
from difflib import SequenceMatcher

from evo.analysis.gap_levels import gaps_of
from evo.analysis.select import Value, select
from evo.analysis.table import Column, DataTable, Unit
from evo.core.errors import UserError
from evo.store import RunStore
from evo.store.fitness_sql import fittest_first

CONTEXT = 3
"""So many lines that both have are shown around a change."""
COLUMNS = (Column("line"), Column("kind"), Column("text", Unit.WORDS))

FITTEST_PARENT = f"""
SELECT p.parent FROM parents p LEFT JOIN candidate_fitness f ON f.ordinal = p.parent AND f.split = 'train'
WHERE p.child = :ordinal ORDER BY {fittest_first("f")}, p.position LIMIT 1
"""
SOURCE = """
SELECT b.content, c.reason, f.fitness, f.lower_fitness FROM candidates c LEFT JOIN blobs b ON b.sha256 = c.source
LEFT JOIN candidate_fitness f ON f.ordinal = c.ordinal AND f.split = 'train' WHERE c.ordinal = :ordinal
"""


def diff(store: RunStore, ordinal: int, parent: int | None = None) -> DataTable:
    """Return what changed from a parent, by default the fittest, or from any other candidate.

    A row is a line of the difference, numbered; its kind: removed, added, kept, or the place where lines begin.

    Raises:
        UserError: there is no parent, or one of the two has no source.
    """
    origin = _fittest_parent(store, ordinal) if parent is None else parent
    (old, old_gap), (new, new_gap) = _source(store, origin), _source(store, ordinal)
    lines = _lines(old.splitlines(), new.splitlines())
    rows: tuple[tuple[Value, ...], ...] = tuple((number, kind, words) for number, (kind, words) in enumerate(lines, 1))
    same = () if rows else ("the sources are the same",)
    title = f"from {origin} ({old_gap}) to {ordinal} ({new_gap})"
    return DataTable(title, COLUMNS, rows, notes=("- removed, + added; gaps: mean gap on train", *same))


def _fittest_parent(store: RunStore, ordinal: int) -> int:
    rows = select(store, FITTEST_PARENT, ordinal=ordinal)
    if not rows:
        raise UserError(f"Candidate {ordinal} has no parent: name another candidate to compare it with.")
    return int(str(rows[0][0]))


def _source(store: RunStore, ordinal: int) -> tuple[str, str]:
    """Return the source and the gap, as words."""
    content, reason, *levels = select(store, SOURCE, ordinal=ordinal)[0]
    if content is None:
        raise UserError(f"Candidate {ordinal} has no source{f': {reason}' if reason else ' yet'}.")
    gaps = gaps_of(*levels)
    return str(content), f"gap {gaps[0]:.3%}" if gaps else "no score"


def _lines(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(CONTEXT):
        (_, one, _, other, _), (_, _, one_end, _, other_end) = group[0], group[-1]
        yield "place", f"@ -{one + 1},{one_end - one} +{other + 1},{other_end - other} @@"
        for tag, i, j, k, m in group:
            if tag == "equal":
                yield from (("kept", line) for line in old[i:j])
                continue
            yield from (("removed", line) for line in old[i:j])
            yield from (("added", line) for line in new[k:m])
