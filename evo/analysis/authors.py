"""What operators and models were worth: how often they bettered what they were given, by how much, at what cost."""

from typing import Literal

from evo.analysis.answer import Answer, Column, Unit
from evo.analysis.select import select
from evo.store import RunStore
from evo.store.levels import fittest_first, levels

# A repeat has an outcome, its original's, but is nothing new: it is valid and never better.
AUTHORS = f"""
WITH parent AS (
    SELECT p.child, f.fitness, f.lower_fitness, f.gap_scaled,
           row_number() OVER (PARTITION BY p.child ORDER BY {fittest_first("f")}) AS place
    FROM parents p JOIN candidates c ON c.ordinal = p.parent
    JOIN evaluations f ON f.candidate = coalesce(c.repeat_of, c.ordinal) AND f.split = 'train'
), charged AS (
    SELECT ordinal, sum(dollars) AS dollars, count(*) - count(dollars) AS unpriced FROM calls GROUP BY ordinal
), kept AS (
    SELECT DISTINCT candidate FROM placements WHERE source_island IS NULL AND status <> 'rejected'
), outcome AS (
    SELECT c.operator, c.model, e.candidate AS valid, kept.candidate AS kept, charged.dollars, charged.unpriced,
           CASE WHEN c.repeat_of IS NULL AND {levels("e")} > {levels("parent")}
                THEN parent.gap_scaled - e.gap_scaled END AS gain
    FROM candidates c
    LEFT JOIN evaluations e ON e.candidate = coalesce(c.repeat_of, c.ordinal) AND e.split = 'train'
    LEFT JOIN parent ON parent.child = c.ordinal AND parent.place = 1
    LEFT JOIN kept ON kept.candidate = c.ordinal
    LEFT JOIN charged ON charged.ordinal = c.ordinal
    WHERE c.state = 'placed'
), told AS (
    SELECT CASE :by WHEN 'model' THEN model ELSE operator END AS author, count(*) AS candidates,
           count(valid) AS valid, count(kept) AS accepted, count(gain) AS better, avg(gain) AS gain,
           CASE WHEN total(unpriced) = 0 THEN total(dollars) END AS dollars
    FROM outcome GROUP BY author
)
SELECT author, candidates, 1.0 * valid / candidates AS valid_share, accepted, better, gain, dollars,
       CASE WHEN better > 0 THEN dollars / better END AS dollars_per_improvement
FROM told ORDER BY better DESC, candidates DESC, author
"""
NOTES = (
    "accepted: took a cell of its island; better: than all of its parents, on train, repeats left out",
    "mean gain: how much lower the mean gap on train is than the fittest parent's, where better",
    "dollars: of all calls for these candidates, mending and analysis included; nothing where a price is not known",
)


def authors(store: RunStore, by: Literal["operator", "model"]) -> Answer:
    """Return what came of the placed candidates of each operator or model, the one with most improvements first."""
    columns = (
        Column(by),
        Column("candidates"),
        Column("valid_share", Unit.SHARE),
        Column("accepted"),
        Column("better"),
        Column("mean_gain", Unit.SHARE),
        Column("dollars", Unit.DOLLARS),
        Column("dollars_per_improvement", Unit.DOLLARS),
    )
    return Answer(f"{by}s", columns, select(store, AUTHORS, by=by).rows, notes=NOTES)
