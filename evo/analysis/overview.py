"""A run at a glance: how far it came, how good it is, what it cost."""

from collections.abc import Mapping
from dataclasses import dataclass

from evo.analysis.archives import recorded_config
from evo.analysis.candidates import best_ordinal, header
from evo.analysis.gap_levels import gaps_of
from evo.analysis.looks import LooksAtTest, looks_at_test
from evo.analysis.select import Value, named_rows, select
from evo.store import RunHeader, RunStatus, RunStore, StoreError

COUNTS = """
SELECT sum(operator <> 'seed'), count(CASE WHEN state = 'placed' THEN 1 END), count(repeat_of),
       (SELECT count(*) FROM failures WHERE split = 'train'), coalesce(max(elapsed), 0.0)
FROM candidates
"""
SPENT = """
SELECT count(*), coalesce(sum(prompt_tokens + completion_tokens), 0),
       CASE WHEN count(dollars) = count(*) THEN coalesce(sum(dollars), 0.0) END
FROM calls
"""
GAPS = """
SELECT e.split, e.fitness, e.lower_fitness FROM candidates c
JOIN evaluations e ON e.candidate = coalesce(c.repeat_of, c.ordinal) WHERE c.ordinal = :ordinal
"""
SOURCE = "SELECT b.content FROM candidates c JOIN blobs b ON b.sha256 = c.source WHERE c.ordinal = :ordinal"
PLACED = """
SELECT count(CASE WHEN operator <> 'seed' THEN 1 END), count(CASE WHEN operator = 'seed' THEN 1 END) FROM candidates
WHERE state = 'placed'
"""
OVER_TIME = """
SELECT cast(elapsed / :width AS INTEGER) AS stretch, count(*) AS made FROM candidates
WHERE elapsed IS NOT NULL GROUP BY stretch ORDER BY stretch
"""
BY_ISLAND = "SELECT island, count(*) AS made FROM candidates GROUP BY island ORDER BY island"
NEWEST = """
SELECT c.ordinal, c.island, c.operator, c.model, c.elapsed, c.state, c.repeat_of, c.reason, e.gap_scaled, f.kind,
       (SELECT p.status FROM placements p WHERE p.candidate = c.ordinal AND p.source_island IS NULL LIMIT 1)
FROM (SELECT * FROM candidates ORDER BY ordinal DESC LIMIT :count) c
LEFT JOIN evaluations e ON e.candidate = coalesce(c.repeat_of, c.ordinal) AND e.split = 'train'
LEFT JOIN failures f ON f.candidate = coalesce(c.repeat_of, c.ordinal) AND f.split = 'train'
ORDER BY c.ordinal DESC
"""
FIRST_LIMITS = ("candidates", "dollars", "tokens", "seconds")


@dataclass(frozen=True, slots=True)
class Spent:
    """What was used up so far, in the words of `budget`, which does not count seeds.

    Dollars are None when the price of a call is not known; calls without a reply are charged their reservation.
    """

    candidates: int
    seconds: float
    calls: int
    tokens: int
    dollars: float | None


@dataclass(frozen=True, slots=True)
class Glance:
    """A run at a glance; `alive` says whether a process writes it now.

    `best` is the candidate that validation picked, while the run goes on the fittest on train; `gaps` has its mean gap
    on each split where it has one, of all levels of the objective. `looks_at_test` has the mark of its figure on test.
    """

    name: str
    header: RunHeader
    alive: bool
    placed: int
    repeats: int
    failed: int
    spent: Spent
    best: int | None
    gaps: Mapping[str, tuple[float, ...]]
    looks_at_test: LooksAtTest

    @property
    def status(self) -> str:
        """The recorded status, told apart from that of a run that died without a word."""
        died = self.header.status is RunStatus.RUNNING and not self.alive
        return "broken off" if died else str(self.header.status)


@dataclass(frozen=True, slots=True)
class PlacedCounts:
    """How many candidates were placed, seeds counted apart."""

    candidates: int
    seeds: int


@dataclass(frozen=True, slots=True)
class RecentCandidate:
    """A candidate with what came of it so far; `elapsed` is in seconds of the run, `gap` the mean gap on train.

    `reason` says why it has no source, `failure` is the kind of its failure on train, `placement` the archive's answer.
    """

    ordinal: int
    island: int
    operator: str
    model: str
    elapsed: float | None
    state: str
    repeat_of: int | None
    reason: str
    gap: float | None
    failure: str | None
    placement: str | None


def glance(store: RunStore, name: str, alive: bool) -> Glance:
    """Look at a run."""
    ((_, placed, repeats, failed, _),) = select(store, COUNTS)
    best = best_so_far(store)
    rows = () if best is None else select(store, GAPS, ordinal=best)
    gaps = {str(split): gaps_of(*levels) for split, *levels in rows}
    counts = (_count(placed), _count(repeats), _count(failed))
    return Glance(name, header(store), alive, *counts, spent_so_far(store), best, gaps, looks_at_test(store, best))


def spent_so_far(store: RunStore) -> Spent:
    """Return what a run has used up."""
    ((candidates, _, _, _, seconds),) = select(store, COUNTS)
    ((calls, tokens, dollars),) = select(store, SPENT)
    return Spent(_count(candidates), float(seconds or 0), _count(calls), _count(tokens), _amount(dollars))


def best_so_far(store: RunStore) -> int | None:
    """Return the best candidate, None while none has a score."""
    try:
        return best_ordinal(store)
    except StoreError:
        return None


def source_of(store: RunStore, ordinal: int) -> str:
    """Return a candidate's source, nothing where it has none."""
    rows = select(store, SOURCE, ordinal=ordinal)
    return str(rows[0][0]) if rows else ""


def limits(store: RunStore) -> Mapping[str, float]:
    """Return the limits of the budget that the run was begun with; a resumed run may have had larger ones."""
    budget = recorded_config(store).get("budget")
    values = budget if isinstance(budget, dict) else {}
    return {name: float(values[name]) for name in FIRST_LIMITS if isinstance(values.get(name), int | float)}


def placed_counts(store: RunStore) -> PlacedCounts:
    """Count the placed candidates."""
    (row,) = named_rows(store, PLACED)
    return PlacedCounts(*row)


def candidates_over_time(store: RunStore, width: float) -> Mapping[int, int]:
    """Count the candidates in each stretch of `width` seconds of the run, by the stretch's number from 0 on."""
    return {row.stretch: row.made for row in named_rows(store, OVER_TIME, width=width)}


def candidates_by_island(store: RunStore) -> Mapping[int, int]:
    """Count the candidates that were made on each island."""
    return {row.island: row.made for row in named_rows(store, BY_ISLAND)}


def newest_candidates(store: RunStore, count: int) -> tuple[RecentCandidate, ...]:
    """Return the last candidates, the newest first."""
    return tuple(RecentCandidate(*row) for row in named_rows(store, NEWEST, count=count))


def _count(value: Value) -> int:
    return int(value or 0)


def _amount(value: Value) -> float | None:
    return None if value is None else float(value)
