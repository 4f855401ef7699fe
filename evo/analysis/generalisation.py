"""Does what is best on train stay so on validation and test?"""

from evo.analysis.candidates import header
from evo.analysis.looks import looks_at_test
from evo.analysis.select import select
from evo.analysis.table import Column, DataTable, Unit
from evo.store import RunStore
from evo.store.fitness_sql import fittest_first

SPLITS = f"""
WITH scored AS (
    SELECT e.candidate, e.split, e.gap_scaled AS gap,
           row_number() OVER (PARTITION BY e.split ORDER BY {fittest_first("e")}, c.size, c.ordinal) AS place
    FROM evaluations e JOIN candidates c ON c.ordinal = e.candidate
), picked AS (
    SELECT coalesce(c.repeat_of, c.ordinal) AS candidate FROM run JOIN candidates c ON c.ordinal = run.best
)
SELECT t.candidate, t.gap AS train, v.gap AS validation, s.gap AS test,
       t.place AS train_place, v.place AS validation_place, s.place AS test_place,
       CASE WHEN picked.candidate IS NOT NULL THEN 'yes' END AS picked, v.gap - t.gap, s.gap - t.gap
FROM scored t
LEFT JOIN scored v ON v.candidate = t.candidate AND v.split = 'validation'
LEFT JOIN scored s ON s.candidate = t.candidate AND s.split = 'test'
LEFT JOIN picked ON picked.candidate = t.candidate
WHERE t.split = 'train' AND (:everywhere = 0 OR v.candidate IS NOT NULL)
  AND (t.place <= :count OR :everywhere = 1 OR s.candidate IS NOT NULL OR picked.candidate IS NOT NULL)
ORDER BY picked.candidate IS NULL, t.place LIMIT :count
"""
SCORED = """
SELECT count(CASE split WHEN 'train' THEN 1 END), count(CASE split WHEN 'validation' THEN 1 END),
       count(CASE split WHEN 'test' THEN 1 END)
FROM evaluations
"""
COLUMNS = (
    Column("candidate"),
    Column("train", Unit.SHARE),
    Column("validation", Unit.SHARE),
    Column("test", Unit.SHARE),
    Column("train_place"),
    Column("validation_place"),
    Column("test_place"),
    Column("picked"),
    Column("validation_less_train", Unit.SHARE),
    Column("test_less_train", Unit.SHARE),
)


def generalise(store: RunStore, count: int, scored: bool = False) -> DataTable:
    """Return gaps and places on every split of the picked candidate, then of the fittest on train.

    With `scored` only of those with a score on validation. Repeats are left out.
    """
    rows = select(store, SPLITS, count=count, everywhere=int(scored))
    train, validation, test = select(store, SCORED)[0]
    picked = any(row[COLUMNS.index(Column("picked"))] for row in rows)
    notes = (
        f"{'the first row: picked by validation; then ' if picked else ''}the fittest on train, repeats left out",
        f"mean gaps; scored: {train} on train, {validation} on validation, {test} on test; place: among those",
        "the splits are different instances: a difference of gaps is no loss by itself, one larger than others' is",
        *looks_at_test(store, header(store).best).sentences,
    )
    return DataTable("train against validation and test", COLUMNS, rows, notes=notes)
