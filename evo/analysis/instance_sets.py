"""The instances of a run: which they are, of which families, and how good their references are."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from evo.analysis.select import named_rows
from evo.store import InstanceRow, RunStore
from evo.store.history import read_instances
from problems import Split

SETS = """
SELECT split, count(*) AS instances, count(DISTINCT family) AS families, sum(proven) AS proven,
       sum(proven = 0 AND bound IS NOT NULL) AS bounded, sum(proven = 0 AND bound IS NULL) AS best_known,
       max(CASE WHEN proven = 0 THEN abs(reference - bound) / max(abs(reference), 1.0) END) AS widest,
       coalesce(sum(reference_seconds), 0.0) AS seconds, coalesce(max(reference_seconds), 0.0) AS slowest,
       json_group_array(DISTINCT method) AS methods, json_group_array(DISTINCT versions) AS versions
FROM instances GROUP BY split
ORDER BY CASE split WHEN 'train' THEN 0 WHEN 'validation' THEN 1 ELSE 2 END
"""
DIGESTS = "SELECT split, group_concat(digest) FROM (SELECT * FROM instances ORDER BY split, position) GROUP BY split"
FAMILIES = """
SELECT family, sum(split = 'train'), sum(split = 'validation'), sum(split = 'test'), sum(proven), count(*)
FROM instances GROUP BY family ORDER BY family LIMIT :count
"""


@dataclass(frozen=True, slots=True)
class ReferenceSummary:
    """The instances of a split and what is known of their references.

    `proven` references are optimal; `bounded` ones are not proven but have a bound; the others are `best_known`.
    `widest` is the largest relative distance from a bound to its reference. `seconds` is the CPU time of all
    references, `slowest` that of one.
    """

    split: str
    instances: int
    families: int
    proven: int
    bounded: int
    best_known: int
    widest: float | None
    seconds: float
    slowest: float
    methods: tuple[str, ...]
    versions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FamilyCount:
    """How many instances of a family are in each split, and how many of their references are proven."""

    family: str
    train: int
    validation: int
    test: int
    proven: int
    instances: int


def instances_by_split(store: RunStore) -> Mapping[Split, tuple[InstanceRow, ...]]:
    """Return the instances of each split by position, with their references."""
    with store.snapshot() as connection:
        return read_instances(connection)


def instance_digests(store: RunStore) -> tuple[tuple[str, str], ...]:
    """Return the digests of each split's instances in order, as one text: equal for equal instance sets."""
    return tuple((split, digests) for split, digests in named_rows(store, DIGESTS))


def reference_summaries(store: RunStore) -> tuple[ReferenceSummary, ...]:
    """Return one summary for each split that has instances: train, validation, test."""
    return tuple(
        ReferenceSummary(
            row.split,
            row.instances,
            row.families,
            row.proven,
            row.bounded,
            row.best_known,
            row.widest,
            row.seconds,
            row.slowest,
            _texts(row.methods),
            _texts(row.versions),
        )
        for row in named_rows(store, SETS)
    )


def family_counts(store: RunStore, count: int) -> tuple[FamilyCount, ...]:
    """Return the first `count` families by name."""
    return tuple(FamilyCount(*row) for row in named_rows(store, FAMILIES, count=count))


def _texts(stored: str) -> tuple[str, ...]:
    return tuple(sorted(one for one in json.loads(stored) if one))
