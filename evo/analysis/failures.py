"""Why candidates have no score: failures of one kind and one wording together."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evaluators import FailureKind
from evo.analysis.select import Value, named_rows, select
from evo.analysis.table import Column, DataTable, Unit
from evo.store import RunStore

FAILURES = """
SELECT c.ordinal, f.kind, f.message, f.instance, c.operator
FROM candidates c JOIN failures f ON f.candidate = coalesce(c.repeat_of, c.ordinal) AND f.split = 'train'
ORDER BY c.ordinal
"""
# SQLite takes the message from the row that holds the minimum.
KINDS = """
SELECT f.kind, count(*) AS count, min(c.ordinal) AS example, f.message
FROM candidates c JOIN failures f ON f.candidate = coalesce(c.repeat_of, c.ordinal) AND f.split = 'train'
GROUP BY f.kind ORDER BY count(*) DESC, f.kind
"""
PLACED = "SELECT count(*) FROM candidates WHERE state = 'placed'"
# What differs between two failures of the same cause: quoted names, and numbers that are no part of a name.
VARYING = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`|(?<![\w.])[-+]?\d[\d_,]*(?:\.\d+)?(?:[eE][-+]?\d+)?")
COLUMNS = (
    Column("example"),
    Column("kind"),
    Column("count"),
    Column("share", Unit.SHARE),
    Column("message", Unit.WORDS),
    Column("pattern", Unit.WORDS),
    Column("instance", Unit.WORDS),
    Column("operator"),
)


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """How many candidates failed on train in one way, repeats included, and the first of them."""

    kind: FailureKind
    count: int
    example: int
    message: str


def failures(store: RunStore, count: int) -> DataTable:
    """Return the most frequent ways to fail on train, each with its first candidate, and whose operator that was."""
    placed = int(select(store, PLACED)[0][0] or 0)
    rows = select(store, FAILURES)
    grouped = tuple(_groups(rows, placed))
    failed = len(rows)
    notes = [f"{failed} of {placed} candidates failed on train; share: of all candidates; …: what varies"]
    if len(grouped) > count:
        left = sum(int(row[2] or 0) for row in grouped[count:])
        notes.append(f"left out: {len(grouped) - count} rarer patterns, {left} candidates")
    return DataTable("failures", COLUMNS, grouped[:count], notes=tuple(notes))


def pattern(message: str) -> str:
    """Return a message with … for its numbers and quoted names; the first line alone."""
    first = message.strip().split("\n", 1)[0]
    return VARYING.sub("…", first)


def _groups(rows: Sequence[tuple[Value, ...]], placed: int) -> Iterator[tuple[Value, ...]]:
    """Give a row for each kind and pattern, the most frequent and then the earliest first."""
    counts: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], tuple[Value, ...]] = {}
    for row in rows:
        key = (str(row[1]), pattern(str(row[2])))
        counts[key] += 1
        first.setdefault(key, row)
    for (kind, wording), number in counts.most_common():
        ordinal, _, message, instance, operator = first[kind, wording]
        yield ordinal, kind, number, number / max(placed, 1), message, wording, instance, operator


def failure_groups(store: RunStore) -> tuple[FailureGroup, ...]:
    """Return the failures on train by kind, the most frequent first."""
    rows = named_rows(store, KINDS)
    return tuple(FailureGroup(FailureKind(kind), number, example, message) for kind, number, example, message in rows)
