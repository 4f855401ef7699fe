"""Every candidate of a run as a row: who made it from whom, what it scored, how far it came."""

import json
from dataclasses import dataclass

from evo.analysis.select import named_rows
from evo.store import RunStore

ROWS = """
SELECT c.ordinal, c.state, c.operator, c.model, c.island, c.elapsed, c.size, c.digest, c.repeat_of,
       (SELECT json_group_array(p.parent) FROM (
           SELECT parent FROM parents WHERE child = c.ordinal ORDER BY position
       ) p) AS parents,
       t.gap_scaled AS train, v.gap_scaled AS validation, s.gap_scaled AS test, f.kind AS failure,
       (SELECT a.status FROM placements a WHERE a.candidate = c.ordinal AND a.source_island IS NULL LIMIT 1) AS placement
FROM candidates c
LEFT JOIN evaluations t ON t.candidate = coalesce(c.repeat_of, c.ordinal) AND t.split = 'train'
LEFT JOIN evaluations v ON v.candidate = coalesce(c.repeat_of, c.ordinal) AND v.split = 'validation'
LEFT JOIN evaluations s ON s.candidate = coalesce(c.repeat_of, c.ordinal) AND s.split = 'test'
LEFT JOIN failures f ON f.candidate = coalesce(c.repeat_of, c.ordinal) AND f.split = 'train'
ORDER BY c.ordinal
"""  # noqa: E501 a column on one line


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """A candidate; `train`, `validation` and `test` are its mean gaps there, None where it has no score.

    `placement` is the archive's answer, `failure` the kind of its failure on train, `elapsed` seconds of the run.
    A repeat has the scores of the one that it repeats.
    """

    candidate: int
    state: str
    operator: str
    model: str
    parents: tuple[int, ...]
    train: float | None
    validation: float | None
    test: float | None
    placement: str | None
    failure: str | None
    island: int
    size: int | None
    repeat_of: int | None
    elapsed: float | None
    digest: str | None


def candidate_rows(store: RunStore) -> tuple[CandidateRow, ...]:
    """Return all candidates, seeds included, in the order of their ordinals."""
    return tuple(
        CandidateRow(
            candidate=row.ordinal,
            state=str(row.state),
            operator=row.operator,
            model=row.model,
            parents=tuple(json.loads(row.parents)),
            train=row.train,
            validation=row.validation,
            test=row.test,
            placement=row.placement,
            failure=row.failure,
            island=row.island,
            size=row.size,
            repeat_of=row.repeat_of,
            elapsed=row.elapsed,
            digest=row.digest,
        )
        for row in named_rows(store, ROWS)
    )
